import { describe, expect, it } from 'vitest'
import { openSource } from '../../../lib/core/source/open-source'
import { NOW_MS, readAll } from './reading'

const HEADER = 'id,timestamp,host,model,input_tokens,output_tokens'
const row = (id: string) => `${id},2026-09-01T00:00:00Z,openai,gpt-5,1,2`
const names = (many: number) => Array.from({ length: many }, (_none, at) => `c${at}`).join(',')
const MEBIBYTE = 1_048_576
/** What is told to do about a file, when it is opened or at its end. */
function remedyOf(text: string): string | null {
  const bytes = new TextEncoder().encode(text)
  const opened = openSource(bytes, true, { format: null, host: null, timeZone: null, nowMs: NOW_MS })
  if (!opened.ok) return opened.error.remedy
  opened.value.push(bytes)
  const last = opened.value.end()
  return last.ok ? null : last.error.remedy
}

describe('A-29: a table of very many columns', () => {
  it('is read whole, without room for columns that nobody reads', () => {
    const columns = 30_000
    const bytes = new TextEncoder().encode(
      `${HEADER},${names(columns)}\n${row('a')}${',1'.repeat(columns)}\n${row('b')}${',2'.repeat(columns)}\n`,
    )
    const before = process.memoryUsage().heapUsed
    const opened = openSource(bytes, true, { format: null, host: null, timeZone: null, nowMs: NOW_MS })
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * MEBIBYTE)
    expect(opened.ok).toBe(true)
    expect(readAll(bytes).records).toHaveLength(2)
  })

  it('costs a wide row that does not fit as little as one that fits', () => {
    const columns = 30_000
    const wrong = `${row('x')}${',1'.repeat(columns + 1)}\n`
    const reading = readAll(`${HEADER},${names(columns)}\n${wrong.repeat(60)}${row('a')}${',1'.repeat(columns)}\n`)
    expect(reading.rejects).toHaveLength(60)
    expect(new Set(reading.rejects.map(({ code }) => code))).toEqual(new Set(['RAGGED_ROW']))
    expect(reading.records).toHaveLength(1)
  })

  it('is refused where its header is longer than what is looked at, and never read by a part of it', () => {
    const columns = 100_000
    for (const end of ['\n', '\r\n']) {
      const text = `\ufeff${end}${HEADER},${names(columns)}${end}${row('a')}${',1'.repeat(columns)}${end}`
      const bytes = new TextEncoder().encode(text)
      for (const head of [bytes, bytes.subarray(0, 300_000)]) {
        const opened = openSource(head, head === bytes, { format: null, host: null, timeZone: null, nowMs: NOW_MS })
        expect(opened).toMatchObject({
          ok: false,
          error: {
            code: 'UNSUPPORTED_TYPE',
            message: 'The first line is longer than 256 kB: no table has so many columns.',
          },
        })
      }
    }
  })
})

it('a table whose line ends were lost on the way is told so', () => {
  const lost = `${HEADER}${row('a')}${row('b')}`
  expect(readAll(lost).problem).toBe('NO_ROWS')
  expect(remedyOf(lost)).toContain('--data-binary @FILE')
  expect(remedyOf(`when;how much;7;3.5`)).toContain('--data-binary @FILE')
  expect(remedyOf(HEADER)).not.toContain('--data-binary')
  expect(remedyOf('2026')).not.toContain('--data-binary')
})
