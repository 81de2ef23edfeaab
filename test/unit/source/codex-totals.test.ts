import { describe, expect, it } from 'vitest'
import { readAll } from './reading'

const PARENT = '01990000-0000-7000-8000-000000000001'
const CHILD = '01990000-0000-7000-8000-000000000002'
const lines = (values: readonly unknown[]) => `${values.map((value) => JSON.stringify(value)).join('\n')}\n`
const at = (second: number) => new Date(Date.UTC(2026, 8, 10, 10) + second * 1_000).toISOString()
const meta = (id: string, second: number, more: object = {}) => ({
  timestamp: at(second),
  type: 'session_meta',
  payload: { id, timestamp: at(second), cwd: '/work', ...more },
})
const turn = (second: number) => ({ timestamp: at(second), type: 'turn_context', payload: { model: 'gpt-5.6' } })

/** [input, cached, output] of a counter and of the last call. */
type Counts = readonly [input: number, cached: number, output: number]
const usage = ([input, cached, output]: Counts, written = 0) => ({
  input_tokens: input,
  cached_input_tokens: cached,
  cache_write_input_tokens: written,
  output_tokens: output,
  reasoning_output_tokens: 0,
  total_tokens: input + output,
})
const count = (second: number, total: Counts, last: Counts) => ({
  timestamp: at(second),
  type: 'event_msg',
  payload: { type: 'token_count', info: { total_token_usage: usage(total), last_token_usage: usage(last) } },
})
const response = (second: number, id: string, told: Counts, thread = PARENT, written = 0) => ({
  timestamp: at(second),
  type: 'token_usage_record',
  payload: { thread_id: thread, session_id: thread, turn_id: 't', response_id: id, usage: usage(told, written) },
})

/** What importing several sessions keeps: an identity counts once. */
function union(...texts: readonly string[]) {
  const calls = new Map<string, readonly string[]>()
  for (const text of texts) {
    const reading = readAll(text)
    expect([reading.format, reading.rejects]).toEqual(['codex-jsonl', []])
    for (const { identity, quantities } of reading.records) {
      const { input, cacheRead, cacheWrite5m, output } = quantities
      const name = JSON.stringify(identity.parts)
      if (!calls.has(name)) calls.set(name, [input, cacheRead, cacheWrite5m, output].map(String))
    }
  }
  return [...calls.values()].map((call) => call.join(' '))
}

describe('running totals of a Codex session', () => {
  const head = [meta(PARENT, 0), turn(1)]

  it('go on where each of two counters stood that come by turns', () => {
    const session = lines([
      ...head,
      count(5, [76_000, 70_000, 500], [76_000, 70_000, 500]),
      count(9, [9_000, 0, 40], [9_000, 0, 40]),
      count(12, [76_780, 70_500, 520], [780, 500, 20]),
      count(15, [87_709, 60_000, 300], [78_709, 60_000, 260]),
      // The limits changed, and both counters are told once more.
      count(16, [76_780, 70_500, 520], [780, 500, 20]),
      count(17, [87_709, 60_000, 300], [78_709, 60_000, 260]),
      count(20, [77_000, 70_600, 530], [220, 100, 10]),
    ])
    expect(union(session)).toEqual([
      '6000 70000 0 500',
      '9000 0 0 40',
      '280 500 0 20',
      '18709 60000 0 260',
      '120 100 0 10',
    ])
  })

  it('are not begun anew by a total that came late', () => {
    const session = lines([
      ...head,
      count(5, [100_000, 0, 20], [100_000, 0, 20]),
      count(6, [101_500, 0, 40], [500, 0, 10]),
      count(7, [101_000, 0, 30], [1_000, 0, 10]),
      count(9, [102_000, 0, 50], [500, 0, 10]),
    ])
    expect(union(session)).toEqual(['100000 0 0 20', '1500 0 0 20', '500 0 0 10'])
  })

  it('begin anew with a call that is all of them, and with totals emptied by a full window', () => {
    const session = lines([
      ...head,
      count(5, [1_000, 0, 20], [1_000, 0, 20]),
      count(6, [900, 0, 10], [900, 0, 10]),
      count(7, [0, 0, 0], [0, 0, 0]),
      count(8, [950, 0, 10], [950, 0, 10]),
    ])
    expect(union(session)).toEqual(['1000 0 0 20', '900 0 0 10', '950 0 0 10'])
  })

  it('hold what was written to a cache', () => {
    const written = count(5, [51_599, 36_339, 267], [51_599, 36_339, 267])
    written.payload.info.total_token_usage.cache_write_input_tokens = 15_248
    expect(union(lines([...head, written]))).toEqual(['12 36339 15248 267'])
  })
})

describe('responses with lines of their own', () => {
  const own = [
    turn(1),
    response(5, 'resp_1', [950, 100, 40]),
    count(6, [950, 100, 40], [950, 100, 40]),
    response(9, 'resp_2', [1_200, 200, 50], PARENT, 900),
    count(10, [2_150, 300, 90], [1_200, 200, 50]),
    // What compacts a session is a response too, and no part of the totals.
    response(20, 'resp_3', [2_000, 1_900, 300]),
    {
      timestamp: at(21),
      type: 'compacted',
      payload: { latest_token_usage_record: response(20, 'resp_3', [2_000, 1_900, 300]).payload },
    },
    count(22, [2_150, 300, 90], [0, 0, 0]),
  ]
  const ALL = ['850 100 0 40', '100 200 900 50', '100 1900 0 300']

  it('count, and the totals beside them do not', () => {
    expect(union(lines([meta(PARENT, 0), ...own]))).toEqual(ALL)
  })

  it('count beside turns of a version that wrote only totals', () => {
    const session = lines([
      meta(PARENT, 0),
      turn(1),
      count(2, [500, 0, 5], [500, 0, 5]),
      turn(3),
      response(4, 'resp_1', [700, 0, 7]),
      count(5, [1_200, 0, 12], [700, 0, 7]),
      turn(6),
      count(7, [2_000, 0, 20], [800, 0, 8]),
    ])
    expect(union(session)).toEqual(['500 0 0 5', '700 0 0 7', '800 0 0 8'])
  })

  it('count once with their copies in forks, in any order, and of a copy stamped anew only by their parent', () => {
    const parent = lines([meta(PARENT, 0), ...own])
    const fork = (history: readonly object[]) =>
      lines([
        meta(CHILD, 100, { forked_from_id: PARENT }),
        ...history,
        turn(110),
        response(115, 'resp_4', [3_000, 2_000, 9], CHILD),
        count(116, [5_150, 2_300, 99], [3_000, 2_000, 9]),
      ])
    const kept = fork(own)
    const restamped = fork(own.map((line) => ({ ...line, timestamp: at(100) })))
    const without = fork([])
    for (const child of [kept, restamped, without]) {
      expect(union(parent, child)).toEqual([...ALL, '1000 2000 0 9'])
      expect(union(child, parent).sort()).toEqual([...ALL, '1000 2000 0 9'].sort())
    }
    expect(union(kept)).toEqual([...ALL, '1000 2000 0 9'])
    expect(union(restamped)).toEqual(['1000 2000 0 9'])
    expect([readAll(restamped).note, readAll(kept).note, readAll(without).note]).toEqual([
      'HISTORY_SKIPPED',
      null,
      null,
    ])
  })
})
