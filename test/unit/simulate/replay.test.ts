import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { usdFromText, usdToText } from '../../../lib/core/money/usd'
import { compileBook } from '../../../lib/core/price/book'
import { conditionsToJson } from '../../../lib/core/price/condition'
import type { PriceEntry } from '../../../lib/core/price/entry'
import { priceUsage } from '../../../lib/core/price/price-usage'
import { contextBandOfLengths } from '../../../lib/core/rollup/context-band'
import { ONE, ratioFromText } from '../../../lib/core/simulate/replay/ratio'
import { type HostedMove, replayHours } from '../../../lib/core/simulate/replay/replay-hours'
import { priceClassOf, soldSpan } from '../../../lib/core/simulate/replay/target-price'
import { type UsageSlice, withPools } from '../../../lib/core/simulate/replay/usage-slice'
import { HOUR_MS } from '../../../lib/core/time/instant'

const DAY = Date.UTC(2026, 8, 1)
const PEAK = {
  utcOffsetMinutes: 0,
  windows: [
    [60, 240],
    [360, 600],
  ],
  weekdays: [1, 2, 3, 4, 5],
} as const

function rate(
  host: string,
  model: string,
  meter: PriceEntry['meter'],
  amount: string,
  conditions: PriceEntry['conditions'] = {},
): PriceEntry {
  return {
    id: `${host}/${model}/${meter}/${amount}/${JSON.stringify(conditionsToJson(conditions))}`,
    host,
    model,
    meter,
    kind: 'rate',
    per: 1_000_000n,
    amount,
    currency: 'USD',
    fromMs: Date.UTC(2026, 7, 1),
    toMs: null,
    conditions,
    book: 'list',
    priority: 0,
    sourceUrl: 'https://example.test',
    checkedOn: '2026-11-23',
    confidence: 'provider',
  }
}

const book = compileBook({
  entries: [
    ...(['input', 'output', 'cache_read'] as const).map((meter) =>
      rate('openai', 'gpt-5', meter, { input: '1.25', output: '10', cache_read: '0.125' }[meter]),
    ),
    ...(['input', 'output', 'cache_read'] as const).flatMap((meter) => {
      const [peak, off] = { input: ['0.30', '0.15'], output: ['1.20', '0.60'], cache_read: ['0.006', '0.003'] }[
        meter
      ] as [string, string]
      return [
        rate('deepseek', 'flash', meter, peak, { localTime: PEAK }),
        rate('deepseek', 'flash', meter, off, { localTime: { ...PEAK, negate: true } }),
      ]
    }),
  ],
  aliases: [],
  hosts: [],
})

const NO_TOKENS: UsageSlice['quantities'] = {
  input: 0n,
  cacheRead: 0n,
  cacheWrite5m: 0n,
  cacheWrite1h: 0n,
  output: 0n,
  reasoning: 0n,
  other: null,
}
const NONE = ratioFromText('0')
const SAME = { input: ONE, output: ONE, cacheKept: ONE, writesPerRead: NONE }
const unchanged = { low: SAME, likely: SAME, high: SAME }
function move(target: Partial<HostedMove['target']> = {}, share = '1', select: HostedMove['select'] = {}): HostedMove {
  return {
    share: ratioFromText(share),
    select,
    changesFor: () => unchanged,
    target: {
      kind: 'hosted',
      host: 'deepseek',
      model: 'flash',
      serviceTier: 'standard',
      contextTokens: 131_072,
      ...target,
    },
  }
}

function slice(hour: number, over: Partial<UsageSlice> = {}): UsageSlice {
  const atMs = DAY + hour * HOUR_MS
  const quantities = over.quantities ?? {
    input: 1_000_003n,
    cacheRead: 200_001n,
    cacheWrite5m: 0n,
    cacheWrite1h: 0n,
    output: 50_007n,
    reasoning: 0n,
    other: null,
  }
  const charge = priceUsage(book, {
    host: 'openai',
    model: 'gpt-5',
    startMs: atMs,
    serviceTier: 'standard',
    region: null,
    speed: null,
    promptTokens: null,
    contextTier: null,
    requests: 7n,
    quantities,
  })
  return {
    atMs,
    grainSeconds: 3600,
    month: '2026-09',
    host: 'openai',
    model: 'gpt-5',
    project: 'search',
    apiKey: null,
    tags: null,
    serviceTier: 'standard',
    region: null,
    contextBand: 17,
    records: 7n,
    requests: 7n,
    quantities,
    cost: charge.status === 'unpriced' ? null : charge.cost,
    ...over,
  }
}

describe('identity', () => {
  const hours = Array.from({ length: 48 }, (_, i) => slice(i))
  test('moving 0 % changes nothing, to the digit', () => {
    const result = replayHours(hours, [move({}, '0')], book)
    expect(result.target.likely).toBe(result.baseline)
  })
  test('moving to the same host, model and tier changes nothing, to the digit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (millionths) => {
        const result = replayHours(
          hours,
          [move({ host: 'openai', model: 'gpt-5' }, (millionths / 1e6).toFixed(6))],
          book,
        )
        expect([result.target.low, result.target.likely, result.target.high]).toEqual([
          result.baseline,
          result.baseline,
          result.baseline,
        ])
      }),
    )
  })
})

test('what is asked again where it was costs its share of today on top, and nothing where nothing changes', () => {
  const again = (one: HostedMove) => replayHours([slice(14)], [{ ...one, escalation: ratioFromText('0.042') }], book)
  const once = replayHours([slice(14)], [move()], book)
  const { baseline, target } = again(move())
  expect(target.likely - once.target.likely).toBe((baseline * 42n) / 1000n)
  expect(target.high - once.target.high).toBe((baseline * 42n) / 1000n)
  expect(again(move({ host: 'openai', model: 'gpt-5' })).target.likely).toBe(baseline)
  expect(again(move({}, '0')).target.likely).toBe(baseline)
})

describe('the clock', () => {
  test('a peak hour costs exactly twice the same calls twelve hours later', () => {
    const at = (hour: number) => replayHours([slice(hour)], [move()], book).target.likely
    expect(at(2)).toBe(at(14) * 2n)
    expect(usdToText(at(14))).toBe(usdToText(usdFromText('0.180604653')))
  })
  test('a daily bucket is the mean of its hours, with the cheapest and the dearest as its range', () => {
    const day = replayHours([slice(0, { grainSeconds: 86_400 })], [move()], book).target
    const peak = replayHours([slice(2)], [move()], book).target.likely
    const off = replayHours([slice(14)], [move()], book).target.likely
    expect([day.low, day.high]).toEqual([off, peak])
    expect(day.likely * 24n).toBe(peak * 7n + off * 17n)
  })
  test('an hour before the target was sold takes its first prices at the same hour of the week', () => {
    const target = move().target
    const first = soldSpan(book, target)
    const early = Date.UTC(2026, 6, 27, 2)
    expect(first).toEqual({ fromMs: Date.UTC(2026, 7, 1), toMs: null })
    expect(priceClassOf(book, target, early, first)).toBe(priceClassOf(book, target, early + 7 * 24 * HOUR_MS, first))
    expect(replayHours([slice(0, { atMs: early })], [move()], book).target.likely).toBe(
      replayHours([slice(2)], [move()], book).target.likely,
    )
  })
})

test('shares of the same calls stack in order until all is spent', () => {
  const hours = [slice(2), slice(14)]
  const cheap = move({}, '0.7')
  const own = move({ host: 'openai', model: 'gpt-5' }, '0.7')
  const { baseline, target, lines } = replayHours(hours, [cheap, own], book)
  const all = replayHours(hours, [move()], book).target.likely
  expect(target.likely * 10n).toBe(baseline * 3n + all * 7n)
  expect(lines.map((line) => [line.target, line.before])).toEqual([
    ['deepseek / flash', (baseline * 7n) / 10n],
    ['openai / gpt-5', (baseline * 3n) / 10n],
  ])
})

test('parts of calls are counted together, not each rounded by itself', () => {
  const one = { requests: 1n, records: 1n }
  const hours = [1, 2, 3, 4, 5, 6, 7].map((hour) => slice(hour, one))
  const long = [8, 9, 10].map((hour) => slice(hour, { ...one, contextBand: 8 * 16 + 8 }))
  const { lines, cannotMove } = replayHours([...hours, ...long], [move({}, '0.4')], book)
  expect(lines.map(({ requests }) => requests)).toEqual([3n])
  expect(cannotMove).toMatchObject([{ reason: 'context_too_long', records: 1n, requests: 1n }])
  // One call each of five projects: two of them together, whatever the lines say apart.
  const projects = ['a', 'b', 'c', 'd', 'e'].map((project) => slice(1, { ...one, project }))
  const apart = replayHours(projects, [move({}, '0.4')], book).lines.map(({ requests }) => requests)
  expect(apart.reduce((sum, requests) => sum + requests, 0n)).toBe(2n)
})

test('what one target cannot take goes to a later move, and is not called stuck', () => {
  const long = slice(1, { contextBand: 8 * 16 + 8 })
  const { target, cannotMove, baseline } = replayHours([long], [move(), move({ contextTokens: null })], book)
  expect(cannotMove).toEqual([])
  expect(target.likely < baseline).toBe(true)
})

describe('a move takes exactly the calls its parts name', () => {
  const moved = (select: HostedMove['select'], of: UsageSlice) => {
    const { baseline, target } = replayHours([of], [move({}, '1', select)], book)
    return target.likely !== baseline
  }
  test.each([
    [{ api_key: ['a'] }, { apiKey: 'a' }, true],
    [{ api_key: ['a'] }, { apiKey: 'b' }, false],
    [{ api_key: [''] }, { apiKey: null }, true],
    [{ tag: { team: ['x', 'y'] } }, { tags: new Map([['team', 'y']]) }, true],
    [{ tag: { team: ['x'] } }, { tags: new Map([['team', 'z']]) }, false],
    [{ tag: { team: ['x'] } }, { tags: null }, false],
    [{ prompt_tokens: { max: 8_192 } }, { contextBand: 17 }, true],
    [{ prompt_tokens: { min: 8_193 } }, { contextBand: 17 }, false],
    [{ prompt_tokens: { min: 8_193, max: 32_768 } }, { contextBand: 3 * 16 + 3 }, true],
    [{ prompt_tokens: { max: 8_192 } }, { contextBand: 0 }, false],
    [{ hours: { from: 22, to: 6 } }, { atMs: DAY + 23 * HOUR_MS }, true],
    [{ hours: { from: 22, to: 6 } }, { atMs: DAY + 6 * HOUR_MS }, false],
    // 2026-09-01 is a Tuesday; 23:00 UTC is 01:00 on Wednesday in Berlin.
    [{ hours: { from: 0, to: 2, weekdays: [3], time_zone: 'Europe/Berlin' } }, { atMs: DAY + 23 * HOUR_MS }, true],
    [{ hours: { from: 0, to: 2, weekdays: [2], time_zone: 'Europe/Berlin' } }, { atMs: DAY + 23 * HOUR_MS }, false],
    [{ hours: { from: 0, to: 0 } }, { grainSeconds: 86_400 }, false],
  ] as const)('%j of %j: %s', (select, over, expected) => {
    expect(moved(select as unknown as HostedMove['select'], slice(2, over))).toBe(expected)
  })
})

test('a disjoint split by any share adds up to the digit, whatever the factors', () => {
  const factor = fc.integer({ min: 1, max: 3000 }).map((n) => (n / 1000).toFixed(3))
  fc.assert(
    fc.property(factor, factor, fc.integer({ min: 0, max: 100 }), (input, output, percent) => {
      const changes = {
        input: ratioFromText(input),
        output: ratioFromText(output),
        cacheKept: ratioFromText('0.5'),
        writesPerRead: NONE,
      }
      const changesFor = () => ({ low: changes, likely: changes, high: changes })
      const hours = [slice(1), slice(2, { project: 'chat' }), slice(14, { project: 'chat' })]
      const saved = (moves: HostedMove[]) => {
        const { baseline, target } = replayHours(
          hours,
          moves.map((one) => ({ ...one, changesFor })),
          book,
        )
        return baseline - target.likely
      }
      const part = move({}, (percent / 100).toFixed(2), { project: ['chat'] })
      const rest = move({}, ((100 - percent) / 100).toFixed(2), { project: ['chat'] })
      expect(saved([part, rest])).toBe(saved([part]) + saved([rest]))
      expect(saved([part, rest])).toBe(saved([move({}, '1', { project: ['chat'] })]))
    }),
    { numRuns: 60 },
  )
})

test('what answers, prompts and cache hits do alone is the price with only that at its end', () => {
  const change = (output: string, input: string, kept: string) => ({
    input: ratioFromText(input),
    output: ratioFromText(output),
    cacheKept: ratioFromText(kept),
    writesPerRead: NONE,
  })
  const priced = (low: ReturnType<typeof change>, high: ReturnType<typeof change>) =>
    replayHours(
      [slice(2), slice(14), slice(0, { grainSeconds: 86_400 })],
      [{ ...move({}, '0.5'), changesFor: () => ({ low, likely: change('0.8', '1.1', '1'), high }) }],
      book,
    )
  const whole = priced(change('0.4', '0.9', '1'), change('2', '1.3', '0.5'))
  const { after, parts } = whole.lines[0] ?? { after: 0n, parts: {} }
  const alone = (one: ReturnType<typeof change>) => {
    const { lines } = replayHours(
      [slice(2), slice(14), slice(0, { grainSeconds: 86_400 })],
      [{ ...move({}, '0.5'), changesFor: () => ({ low: one, likely: one, high: one }) }],
      book,
    )
    return Number((lines[0]?.after ?? 0n) - after) / 1e18
  }
  const expected = {
    output_ratio: [alone(change('0.4', '1.1', '1')), alone(change('2', '1.1', '1')), 0.4, 2],
    input_ratio: [alone(change('0.8', '0.9', '1')), alone(change('0.8', '1.3', '1')), 0.9, 1.3],
    cache_kept: [0, alone(change('0.8', '1.1', '0.5')), 0.5, 1],
  }
  for (const [name, [low = 0, high = 0, from, to]] of Object.entries(expected)) {
    const part = parts[name as keyof typeof expected]
    expect((part?.low ?? 0) / 1e18, name).toBeCloseTo(low, 12)
    expect((part?.high ?? 0) / 1e18, name).toBeCloseTo(high, 12)
    expect([part?.from, part?.to]).toEqual([from, to])
  }
  // The day's bucket: its calls in the cheapest hour or in the dearest, which is twice as dear.
  const { low = 0, high = 0 } = parts.hour_of_day ?? {}
  expect(low).toBeLessThan(0)
  expect(high).toBeGreaterThan(-low)
  expect(replayHours([slice(2)], [move()], book).lines[0]?.parts).toEqual({})
})

test('disjoint moves add up', () => {
  const hours = [slice(1), slice(2, { project: 'chat' }), slice(14, { project: 'chat' })]
  const saved = (moves: HostedMove[]) => {
    const { baseline, target } = replayHours(hours, moves, book)
    return baseline - target.likely
  }
  const a = move({}, '0.5', { project: ['search'] })
  const b = move({}, '1', { project: ['chat'] })
  expect(saved([a, b])).toBe(saved([a]) + saved([b]))
})

describe('what cannot move stays at its cost and says why', () => {
  test('calls longer than the target context', () => {
    const result = replayHours([slice(1, { contextBand: 8 * 16 + 8 })], [move()], book)
    expect(result.target.likely).toBe(result.baseline)
    expect(result.cannotMove).toEqual([
      { reason: 'context_too_long', records: 7n, requests: 7n, cost: result.baseline },
    ])
  })
  test('modalities and tools the target has no price for', () => {
    const other = (meter: 'input_audio' | 'web_search') =>
      slice(1, { cost: usdFromText('1'), quantities: { ...slice(1).quantities, other: new Map([[meter, 3n]]) } })
    const result = replayHours(
      [other('input_audio'), other('web_search')].map((s) => ({ ...s, cost: usdFromText('1') })),
      [move()],
      book,
    )
    expect(result.cannotMove.map((line) => line.reason)).toEqual(['modality', 'tool'])
  })
  test('a tier the target does not sell, and calls that are paid for speed', () => {
    const batch = move({ serviceTier: 'batch' })
    const result = replayHours([slice(1), slice(1, { serviceTier: 'priority' })], [batch], book)
    expect(result.cannotMove.map((line) => line.reason)).toEqual(['tier_not_sold', 'cannot_wait'])
  })
  test('what the project of the calls does not allow', () => {
    const refuses = (one: UsageSlice) => (one.project === 'search' ? ('data_residency' as const) : null)
    const result = replayHours([slice(1), slice(1, { project: 'chat' })], [{ ...move(), refuses }], book)
    expect(result.cannotMove).toMatchObject([{ reason: 'data_residency', requests: 7n }])
  })
  test('embeddings, which a text model does not give', () => {
    const result = replayHours([slice(1, { model: 'text-embedding-3-small' })], [move()], book)
    expect(result.cannotMove.map((line) => line.reason)).toEqual(['embedding'])
  })
  test('calls without a cost today are counted, not compared', () => {
    const result = replayHours([slice(1, { cost: null })], [move()], book)
    expect(result.cannotMove).toEqual([{ reason: 'no_cost_today', records: 7n, requests: 7n, cost: null }])
    expect(result.baseline).toBe(0n)
  })
})

describe('a price by the length of the prompt', () => {
  const tiered = compileBook({
    entries: [
      ...['2.5', '5'].map((amount, i) =>
        rate('openai', 'long', 'input', amount, i === 0 ? {} : { promptTokens: { gte: 272_000n } }),
      ),
      rate('openai', 'long', 'output', '10'),
      ...['1', '3'].map((amount, i) =>
        rate('alibaba', 'coder', 'input', amount, i === 0 ? {} : { promptTokens: { gt: 32_000n } }),
      ),
      rate('alibaba', 'coder', 'output', '10'),
    ],
    aliases: [],
    hosts: [],
  })
  const cost = (target: Partial<HostedMove['target']>, calls: readonly number[], split = false) => {
    const sliceOf = (some: readonly number[]) => {
      const input = BigInt(some.reduce((sum, length) => sum + length, 0))
      return slice(5, {
        contextBand: contextBandOfLengths(some[0] as number, 0),
        requests: BigInt(some.length),
        records: BigInt(some.length),
        cost: usdFromText('9'),
        quantities: { ...NO_TOKENS, input },
      })
    }
    const slices = split ? calls.map((length) => sliceOf([length])) : [sliceOf(calls)]
    const there = replayHours(withPools(slices), [move({ contextTokens: null, ...target })], tiered).target.likely
    return usdToText(there)
  }

  test('the calls of a class that ends at a threshold are priced below it', () => {
    const target = { host: 'openai', model: 'long' }
    expect(cost(target, [265_000, 271_999])).toBe('1.3424975')
    expect(cost(target, [272_000])).toBe('1.36')
    expect(cost(target, [272_001])).toBe('1.360005')
  })

  test('a threshold within a class is met by the mean of its calls, however they are cut', () => {
    const target = { host: 'alibaba', model: 'coder' }
    for (const split of [false, true]) {
      expect(cost(target, [20_000, 21_000], split)).toBe('0.041')
      expect(cost(target, [32_100, 32_500], split)).toBe('0.1938')
      expect(cost(target, [31_990, 32_002], split)).toBe('0.063992')
    }
  })
})

test('cache writes are plain input where the target does not bill them', () => {
  const quantities = {
    input: 100n,
    cacheRead: 0n,
    cacheWrite5m: 900n,
    cacheWrite1h: 0n,
    output: 0n,
    reasoning: 0n,
    other: null,
  }
  const written = replayHours([slice(14, { quantities, cost: usdFromText('1') })], [move()], book).target.likely
  expect(usdToText(written)).toBe('0.00015')
})
