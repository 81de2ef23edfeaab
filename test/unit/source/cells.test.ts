import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSource } from '../../../lib/core/source/open-source'

const HEADER =
  'id,timestamp,end_timestamp,host,model,project,status,requests,input_tokens,output_tokens,latency_ms,tags'

const number = fc.oneof(
  { weight: 4, arbitrary: fc.nat(9_999).map(String) },
  fc.bigInt(0n, 2n ** 64n).map(String),
  fc.constantFrom('', ' 7', '4.0', '1e5', '+4', '-3', '1.5', '0007', '999999999999999', '1000000000000000', '１２'),
)
const instant = fc.oneof(
  { weight: 4, arbitrary: fc.nat(700_000_000).map((second) => new Date(1.7e12 + second * 100).toISOString()) },
  fc.constantFrom(
    '',
    '2026-09-30T12:00:00Z',
    '2026-09-31T12:00:00Z',
    '2026-09-30',
    '1759233600',
    '2031-01-01T00:00:00Z',
    'x',
  ),
)
const name = fc.oneof(
  fc.constantFrom('', 'openai', 'gpt-5', 'gpt-6', ' gpt-5', 'sök', 'Total', 'id', 'e'.repeat(70)),
  fc.string({ maxLength: 5 }),
)
const row = fc
  .tuple(
    name,
    instant,
    fc.oneof(fc.constant(''), instant),
    name,
    name,
    name,
    fc.constantFrom('', 'ok', 'Error', 'odd'),
    number,
    number,
    number,
    number,
    fc.constantFrom('', 'a=b', 'a'),
  )
  .map((cells) => cells.map((cell) => cell.replace(/[",\r\n\0]/g, '_')))

/** What is read, without the offsets, which quotes move. */
function read(lines: readonly string[]): unknown {
  const bytes = new TextEncoder().encode([HEADER, ...lines, ''].join('\n'))
  const opened = openSource(bytes, true, {
    format: 'tokentab-csv',
    host: null,
    timeZone: null,
    nowMs: Date.UTC(2026, 10, 24),
  })
  if (!opened.ok) return opened.error.code
  const rows = opened.value.push(bytes)
  const last = opened.value.end()
  if (!rows.ok || !last.ok) return 'refused'
  return [...rows.value, ...last.value].map((one) => [one.line, one.result])
}

describe('a row without quotes', () => {
  it('is read where it stands as it is read cell by cell', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
        const plain = read(rows.map((cells) => cells.join(',')))
        expect(plain).toEqual(read(rows.map((cells) => cells.map((cell) => `"${cell}"`).join(','))))
      }),
    )
  })

  it('tells a thousand names of one length apart', () => {
    const rows = Array.from({ length: 2_000 }, (_row, at) => [
      `a${at}`,
      '2026-09-30T12:00:00Z',
      '',
      'openai',
      'gpt-5',
      `team-${1000 + (at % 1000)}`,
      '',
      '',
      '1',
      '1',
      '',
      '',
    ])
    const lines = rows.map((cells) => cells.join(','))
    expect(read(lines)).toEqual(read(rows.map((cells) => cells.map((cell) => `"${cell}"`).join(','))))
  })

  it('keeps the fault of a row that is too short or too long', () => {
    expect(read(['a,2026-09-30T12:00:00Z', `${',a'.repeat(15)}`])).toMatchObject([
      [2, { error: { code: 'RAGGED_ROW' } }],
      [3, { error: { code: 'RAGGED_ROW' } }],
    ])
  })
})
