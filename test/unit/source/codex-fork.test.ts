import { describe, expect, it } from 'vitest'
import type { UsageRecord } from '../../../lib/core/usage/record'
import { readAll } from './reading'

type Totals = readonly [input: number, cached: number, output: number, reasoning: number]

const PARENT = '01990000-0000-7000-8000-000000000001'
const CHILD = '01990000-0000-7000-8000-000000000002'
const lines = (values: readonly unknown[]) => `${values.map((value) => JSON.stringify(value)).join('\n')}\n`
const meta = (id: string, at: string, more: object = {}) => ({
  timestamp: at,
  type: 'session_meta',
  payload: { id, timestamp: at, cwd: '/work', ...more },
})
const turn = (at: string) => ({ timestamp: at, type: 'turn_context', payload: { model: 'gpt-5-codex' } })
const count = (at: string, [input, cached, output, reasoning]: Totals) => ({
  timestamp: at,
  type: 'event_msg',
  payload: {
    type: 'token_count',
    info: {
      total_token_usage: {
        input_tokens: input,
        cached_input_tokens: cached,
        output_tokens: output,
        reasoning_output_tokens: reasoning,
        total_tokens: input + output,
      },
      last_token_usage: { input_tokens: 999, output_tokens: 999 },
    },
  },
})

const HISTORY = [
  turn('2026-09-01T10:00:00Z'),
  count('2026-09-01T10:00:05Z', [1000, 0, 100, 50]),
  // The same total again is no call.
  count('2026-09-01T10:00:06Z', [1000, 0, 100, 50]),
  count('2026-09-01T10:01:00Z', [2500, 900, 180, 60]),
]
const parent = lines([
  meta(PARENT, '2026-09-01T10:00:00Z'),
  ...HISTORY,
  count('2026-09-01T12:00:00Z', [4000, 1900, 300, 90]),
])

/** What importing several sessions keeps: an identity counts once. */
function union(...texts: readonly string[]) {
  const records = new Map<string, UsageRecord>()
  for (const text of texts) {
    const reading = readAll(text)
    expect(reading.rejects).toEqual([])
    for (const record of reading.records) records.set(JSON.stringify([record.identity.parts, record.startMs]), record)
  }
  const sum = (pick: (record: UsageRecord) => bigint) => [...records.values()].reduce((all, one) => all + pick(one), 0n)
  return {
    calls: records.size,
    input: sum(({ quantities }) => quantities.input + quantities.cacheRead),
    cached: sum(({ quantities }) => quantities.cacheRead),
    output: sum(({ quantities }) => quantities.output),
    reasoning: sum(({ quantities }) => quantities.reasoning),
  }
}

describe('a Codex session and its fork', () => {
  it('count the differences of running totals, whatever the last call is said to be', () => {
    expect(union(parent)).toEqual({ calls: 3, input: 4000n, cached: 1900n, output: 300n, reasoning: 90n })
  })

  it.each([
    ['with the first line of its parent', [meta(PARENT, '2026-09-01T10:00:00Z')]],
    ['without it', []],
  ])('counts the history that it repeats once, %s', (_how, copied) => {
    const child = lines([
      meta(CHILD, '2026-09-01T11:00:00Z', { forked_from_id: PARENT }),
      ...copied,
      ...HISTORY,
      turn('2026-09-01T11:00:10Z'),
      count('2026-09-01T11:00:30Z', [3000, 1300, 260, 80]),
    ])
    // The child's own call is 500 in and 80 out; the parent went on apart from it.
    expect(union(child)).toEqual({ calls: 3, input: 3000n, cached: 1300n, output: 260n, reasoning: 80n })
    expect(union(parent, child)).toEqual({ calls: 4, input: 4500n, cached: 2300n, output: 380n, reasoning: 110n })
    expect(union(child, parent)).toEqual(union(parent, child))
  })
})
