import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DIALECTS } from '../../../lib/core/source/registry'
import { NOW_MS, readAll } from './reading'

const HEADER = 'id,timestamp,host,model,input_tokens,output_tokens'
const utf8 = (text: string) => new TextEncoder().encode(text)

describe('P-1, P-16: rows stand for themselves', () => {
  const rows = fc.array(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', ''),
      input: fc.nat(5),
      output: fc.nat(5),
      day: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  const line = (part: { id: string; input: number; output: number; day: number }) =>
    `${part.id},2026-09-0${part.day}T00:00:00Z,openai,gpt-5,${part.input},${part.output}`
  const plain = (text: string) => readAll(text).records.map((record) => ({ ...record, identity: null }))

  it('a file cut anywhere gives the records of the whole', () => {
    fc.assert(
      fc.property(rows, fc.nat(12), (parts, cut) => {
        const lines = parts.map(line)
        const at = Math.min(cut, lines.length)
        const file = (some: readonly string[]) => [HEADER, ...some, ''].join('\n')
        expect([...plain(file(lines.slice(0, at))), ...plain(file(lines.slice(at)))]).toEqual(plain(file(lines)))
      }),
    )
  })

  it('one bad row anywhere changes nothing but the refused', () => {
    fc.assert(
      fc.property(
        rows,
        fc.nat(12),
        fc.constantFrom('x', ',,,,,,,', 'a,b,c,d,e,f', 'z,2026-09-01,h,m,-1,2'),
        (parts, place, bad) => {
          const lines = parts.map(line)
          const good = readAll([HEADER, ...lines, ''].join('\n'))
          const at = Math.min(place, lines.length)
          const worse = readAll([HEADER, ...lines.slice(0, at), bad, ...lines.slice(at), ''].join('\n'))
          expect(worse.records).toEqual(good.records)
          expect(worse.rows + worse.notRows).toBe(good.rows + good.notRows + 1)
        },
      ),
    )
  })
})

describe('P-15: no bytes break a reader', () => {
  it('random bytes, with and without a good beginning', () => {
    const begins = [
      '',
      `${HEADER}\n`,
      '{"id":"a","timestamp":1788220800,"model":"m","usage":{"input":1}}\n',
      '[{"a":1},',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...begins), fc.uint8Array({ maxLength: 300 }), fc.nat(64), (begin, bytes, chunk) => {
        const reading = readAll(new Uint8Array([...utf8(begin), ...bytes]), { chunks: [chunk + 1] })
        expect(reading.rows).toBe(
          reading.problem === null
            ? reading.records.length + (reading.costs ?? []).length + reading.rejects.length
            : reading.rows,
        )
      }),
      { numRuns: 3_000 },
    )
  })

  it('random cells in every CSV dialect', () => {
    const cells = fc.array(
      fc.oneof(fc.constantFrom('', '1', '-1', '2026-09-01', '1788220800', 'x', '1e5', '"'), fc.string()),
      { maxLength: 30 },
    )
    for (const dialect of DIALECTS) {
      if (dialect.kind !== 'csv') continue
      fc.assert(
        fc.property(cells, (values) => {
          const line = dialect.required.map((_, at) => (values[at] ?? '1').replace(/[",\r\n]/g, '')).join(',')
          const reading = readAll(`${dialect.required.join(',')}\n${line}\n`, { format: dialect.id })
          // A dialect with one of several cost columns refuses a file that has none of them.
          expect([null, 'NO_ROWS', 'MISSING_COLUMNS']).toContain(reading.problem)
        }),
        { numRuns: 200 },
      )
    }
  })

  it('random values in every JSON dialect', () => {
    for (const dialect of DIALECTS) {
      if (dialect.kind !== 'json') continue
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
          const reader = dialect.open({ host: null, timeZone: null, nowMs: NOW_MS })
          dialect.recognise(value)
          reader.read(value)
          for (const _outcome of reader.finish?.() ?? []);
        }),
        { numRuns: 300 },
      )
    }
  })
})
