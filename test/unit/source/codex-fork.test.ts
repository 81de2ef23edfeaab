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
const GRANDCHILD = '01990000-0000-7000-8000-000000000003'
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
    for (const record of reading.records) {
      expect(record.timeOfFirst).toBe(true)
      const name = JSON.stringify(record.identity.parts)
      if (!records.has(name)) records.set(name, record)
    }
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

  it('counts a history that kept its times also where no turn in it names a model', () => {
    const child = lines([
      meta(CHILD, '2026-09-01T11:00:00Z', { forked_from_id: PARENT }),
      ...HISTORY.slice(1),
      turn('2026-09-01T11:00:10Z'),
      count('2026-09-01T11:00:30Z', [3000, 1300, 260, 80]),
    ])
    expect(union(child)).toEqual({ calls: 3, input: 3000n, cached: 1300n, output: 260n, reasoning: 80n })
    expect(readAll(child).records.map(({ model }) => model)).toEqual(['unknown', 'unknown', 'gpt-5-codex'])
    expect(readAll(child).note).toBeNull()
  })

  it('counts a history once that the fork stamped with other times, in any order and without the parent', () => {
    const restamped = (from: string, own: Totals) =>
      lines([
        meta(from, '2026-09-02T11:00:00Z', { forked_from_id: PARENT }),
        turn('2026-09-02T11:00:00Z'),
        count('2026-09-02T11:00:05Z', [1000, 0, 100, 50]),
        count('2026-09-02T11:00:11Z', [2500, 900, 180, 60]),
        count('2026-09-02T11:00:40Z', own),
      ])
    const child = restamped(CHILD, [3000, 1300, 260, 80])
    const sibling = restamped(GRANDCHILD, [2600, 900, 190, 60])
    expect(union(child)).toEqual({ calls: 3, input: 3000n, cached: 1300n, output: 260n, reasoning: 80n })
    expect(union(parent, child)).toEqual({ calls: 4, input: 4500n, cached: 2300n, output: 380n, reasoning: 110n })
    expect(union(child, parent)).toEqual(union(parent, child))
    // The parent's file is lost: its calls count from one of the copies, and each fork's own call beside them.
    expect(union(child, sibling)).toEqual({ calls: 4, input: 3100n, cached: 1300n, output: 270n, reasoning: 80n })
    expect(union(sibling, parent, child).calls).toBe(5)
  })

  it('counts a history once that was forked twice', () => {
    const own = [turn('2026-09-01T11:00:10Z'), count('2026-09-01T11:00:30Z', [3000, 1300, 260, 80])]
    const metas = [
      meta(CHILD, '2026-09-01T11:00:00Z', { forked_from_id: PARENT }),
      meta(PARENT, '2026-09-01T10:00:00Z'),
    ]
    const child = lines([...metas, ...HISTORY, ...own])
    const grandchild = lines([
      meta(GRANDCHILD, '2026-09-01T13:00:00Z', { forked_from_id: CHILD }),
      ...metas,
      ...HISTORY,
      ...own,
      count('2026-09-01T13:01:00Z', [3300, 1300, 300, 80]),
    ])
    const all = { calls: 5, input: 4800n, cached: 2300n, output: 420n, reasoning: 110n }
    expect(union(parent, child, grandchild)).toEqual(all)
    expect(union(grandchild, child, parent)).toEqual(all)
  })

  describe('of a fork, without the first lines of those before it', () => {
    const born = (at: string, end: string) => {
      const ms = Date.parse(at).toString(16).padStart(12, '0')
      return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-00000000000${end}`
    }
    const [first, second, third] = [
      born('2026-09-01T10:00:00Z', '1'),
      born('2026-09-01T11:00:00Z', '2'),
      born('2026-09-01T13:00:00Z', '3'),
    ] as const
    const call = (at: string, before: Totals, [input, cached, output, reasoning]: Totals) => {
      const total = [before[0] + input, before[1] + cached, before[2] + output, before[3] + reasoning] as const
      const line = count(at, total)
      const last = { input_tokens: input, cached_input_tokens: cached, output_tokens: output }
      line.payload.info.last_token_usage = { ...last, reasoning_output_tokens: reasoning } as never
      return line
    }
    const ofFirst = [
      turn('2026-09-01T10:00:01Z'),
      call('2026-09-01T10:00:05Z', [0, 0, 0, 0], [1000, 0, 100, 50]),
      call('2026-09-01T10:01:00Z', [1000, 0, 100, 50], [1500, 900, 80, 10]),
    ]
    const ofSecond = [
      turn('2026-09-01T11:00:10Z'),
      call('2026-09-01T11:00:30Z', [2500, 900, 180, 60], [500, 400, 80, 20]),
    ]
    const ofThird = [
      turn('2026-09-01T13:00:10Z'),
      call('2026-09-01T13:00:30Z', [3000, 1300, 260, 80], [300, 100, 40, 0]),
    ]
    const files = [
      lines([meta(first, '2026-09-01T10:00:00Z'), ...ofFirst]),
      lines([
        meta(second, '2026-09-01T11:00:00Z', { forked_from_id: first }),
        meta(first, '2026-09-01T10:00:00Z'),
        ...ofFirst,
        ...ofSecond,
      ]),
    ] as const
    const all = { calls: 4, input: 3300n, cached: 1400n, output: 300n, reasoning: 80n }

    it.each([
      ['a fork that repeats calls older than its parent', {}, [...ofFirst, ...ofSecond]],
      ['an agent of an agent, with the last turns of its parent', { session_id: first }, ofSecond],
    ])('leaves a history whose names are not told to the files of those: %s', (_who, more, copied) => {
      const file = lines([
        meta(third, '2026-09-01T13:00:00Z', { forked_from_id: second, ...more }),
        ...copied,
        ...ofThird,
      ])
      expect(union(...files, file)).toEqual(all)
      expect(union(file, ...files)).toEqual(all)
      expect(union(file).calls).toBe(1)
      expect(readAll(file).note).toBe('HISTORY_SKIPPED')
    })

    const spawned = { source: { subagent: { thread_spawn: { parent_thread_id: first, depth: 1 } } } }
    const agent = (copied: readonly object[], own: readonly object[] = ofSecond) =>
      lines([meta(second, '2026-09-01T11:00:00Z', spawned), ...copied, ...own])

    it('counts once what an agent repeats whose parent is told by what spawned it alone', () => {
      const union3 = { calls: 3, input: 3000n, cached: 1300n, output: 260n, reasoning: 80n }
      for (const copied of [ofFirst, ofFirst.slice(1), ofFirst.slice(2)]) {
        expect(union(files[0], agent(copied))).toEqual(union3)
        expect(union(agent(copied), files[0])).toEqual(union3)
      }
      const stamped = ofFirst.map((line, place) => ({ ...line, timestamp: `2026-09-01T11:00:00.0${10 + place}Z` }))
      for (const copied of [stamped, stamped.slice(1), stamped.slice(2)]) {
        expect(union(files[0], agent(copied))).toEqual(union3)
        expect(union(agent(copied)).calls).toBe(1)
        expect(readAll(agent(copied)).note).toBe('HISTORY_SKIPPED')
      }
    })

    it('counts an agent that began with nothing by itself', () => {
      const own = [turn('2026-09-01T11:00:10Z'), call('2026-09-01T11:00:30Z', [0, 0, 0, 0], [1000, 0, 100, 50])]
      expect(union(files[0], agent([], own)).calls).toBe(3)
      expect(readAll(agent([], own)).note).toBeNull()
      expect(readAll(agent([], own)).records[0]?.identity.parts).toContain(second)
    })
  })

  it('leaves a history stamped within moments of the fork to its parent, and says so', () => {
    const at = (ms: number) => `2026-09-01T11:00:00.${String(ms).padStart(3, '0')}Z`
    const child = lines([
      meta(CHILD, at(0), { forked_from_id: PARENT }),
      turn(at(1)),
      count(at(2), [1000, 0, 100, 50]),
      count(at(3), [2500, 900, 180, 60]),
      count('2026-09-01T11:00:30Z', [3000, 1300, 260, 80]),
    ])
    expect(union(child)).toEqual({ calls: 1, input: 500n, cached: 400n, output: 80n, reasoning: 20n })
    expect(readAll(child).note).toBe('HISTORY_SKIPPED')
    expect(readAll(parent).note).toBeNull()
    expect(union(child, parent).calls).toBe(4)
  })

  it('takes totals at the head of an agent’s session, before any turn, as where it goes on from', () => {
    const agent = lines([
      meta(CHILD, '2026-09-01T11:00:00Z', { forked_from_id: PARENT, source: { subagent: {} } }),
      count('2026-09-01T11:00:05Z', [2500, 900, 180, 60]),
      turn('2026-09-01T11:00:10Z'),
      count('2026-09-01T11:00:30Z', [2600, 900, 190, 60]),
    ])
    expect(union(agent)).toEqual({ calls: 1, input: 100n, cached: 0n, output: 10n, reasoning: 0n })
    expect(union(agent, parent)).toEqual({ calls: 4, input: 4100n, cached: 1900n, output: 310n, reasoning: 90n })
  })

  it('counts of totals that a fork goes on from, without a copy of their events, its own call only', () => {
    const first = count('2026-09-01T11:00:12Z', [2600, 950, 190, 60])
    first.payload.info.last_token_usage = { input_tokens: 100, cached_input_tokens: 50, output_tokens: 10 } as never
    const agent = lines([
      meta(CHILD, '2026-09-01T11:00:00Z', { forked_from_id: PARENT, source: { subagent: {} } }),
      turn('2026-09-01T11:00:01Z'),
      first,
      count('2026-09-01T11:00:30Z', [2700, 950, 195, 60]),
    ])
    expect(union(agent)).toEqual({ calls: 2, input: 200n, cached: 50n, output: 15n, reasoning: 0n })
    // An agent that counts from nothing has its whole first total.
    const fresh = lines([
      meta(GRANDCHILD, '2026-09-01T11:00:00Z', { forked_from_id: PARENT }),
      turn('2026-09-01T11:00:01Z'),
      { ...first, payload: { ...first.payload, info: { total_token_usage: first.payload.info.last_token_usage } } },
    ])
    expect(union(fresh)).toEqual({ calls: 1, input: 100n, cached: 50n, output: 10n, reasoning: 0n })
  })

  it('tells sessions apart that stand in one file, and equal totals of different sessions', () => {
    const other = parent.replaceAll(PARENT, CHILD)
    expect(union(parent + other)).toEqual(union(parent, other))
    expect(union(parent, other).calls).toBe(6)
    // The same session again, later in the file, is no other.
    expect(union(parent + other + parent).calls).toBe(6)
  })

  it('counts a call after each fall of the totals, also where a total comes again', () => {
    const fallen = lines([
      meta(PARENT, '2026-09-01T10:00:00Z'),
      turn('2026-09-01T10:00:00Z'),
      count('2026-09-01T10:00:05Z', [1000, 0, 100, 50]),
      count('2026-09-01T10:01:00Z', [2000, 0, 200, 50]),
      count('2026-09-01T10:02:00Z', [1000, 0, 100, 50]),
    ])
    expect(union(fallen)).toEqual({ calls: 3, input: 3000n, cached: 0n, output: 300n, reasoning: 100n })
  })

  it('counts what is told only call by call, and a call of no named model', () => {
    const told = lines([
      meta(PARENT, '2026-09-01T10:00:00Z'),
      count('2026-09-01T10:00:05Z', [1000, 0, 100, 50]),
      {
        timestamp: '2026-09-01T10:01:00Z',
        type: 'event_msg',
        payload: { type: 'token_count', info: { last_token_usage: { input_tokens: 70, output_tokens: 7 } } },
      },
      { timestamp: '2026-09-01T10:01:01Z', type: 'event_msg', payload: { type: 'token_count', info: null } },
      count('2026-09-01T10:02:00Z', [1100, 0, 117, 50]),
    ])
    expect(union(told)).toEqual({ calls: 3, input: 1100n, cached: 0n, output: 117n, reasoning: 50n })
    expect(readAll(told).records.map(({ model }) => model)).toEqual(['unknown', 'unknown', 'unknown'])
  })

  it('keeps the times of a machine whose clock ran ahead, and says so', () => {
    const ahead = parent.replaceAll('2026-09-01', '2030-01-01')
    expect(union(ahead)).toEqual(union(parent))
    expect(readAll(ahead).note).toBe('CLOCK_AHEAD')
    expect(readAll(parent.replaceAll('2026-09-01', '2126-09-01')).records).toEqual([])
  })
})
