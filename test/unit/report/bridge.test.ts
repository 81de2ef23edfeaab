import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sumUsd, usdFromAtto, usdFromText, usdToText } from '../../../lib/core/money/usd'
import type { PriceEntry } from '../../../lib/core/price/entry'
import { applySelection } from '../../../lib/core/price/price-usage'
import { lineOf } from '../../../lib/core/price/situation'
import { buildBillChange } from '../../../lib/core/report/bill-change'
import { type BridgeRow, type BridgeSum, buildBridge, EFFECTS, type Effect } from '../../../lib/core/report/bridge'
import { waterfallOf } from '../../../lib/core/report/chart-series'
import type { Meter } from '../../../lib/core/usage/meter'

const SEPTEMBER_END = Date.UTC(2026, 9, 1)

interface Use {
  readonly project: string
  readonly model: string
  readonly tier: string
  readonly input: bigint
  readonly cacheRead: bigint
  readonly output: bigint
}

/** Price in billionths of a dollar a million tokens, by meter. */
interface Prices {
  readonly input: bigint
  readonly cache_read: bigint
  readonly output: bigint
  readonly fromMs: number
}

const LIST: Prices = { input: 1_250_000_000n, cache_read: 125_000_001n, output: 10_000_000_007n, fromMs: 0 }

function entry(model: string, meter: Meter, atto: bigint, fromMs: number): PriceEntry {
  const text = atto.toString().padStart(10, '0')
  return {
    id: `${model} ${meter} ${fromMs}`,
    host: 'openai',
    model,
    meter,
    kind: 'rate',
    per: 1_000_000n,
    amount: `${text.slice(0, -9)}.${text.slice(-9)}`,
    currency: 'USD',
    fromMs,
    toMs: null,
    conditions: {},
    book: 'list',
    priority: 0,
    sourceUrl: 'https://example.com/prices',
    checkedOn: '2026-11-01',
    confidence: 'provider',
  }
}

function row(use: Use, prices: Prices = LIST): BridgeRow {
  const lines = (['input', 'cache_read', 'output'] as const).map((meter) =>
    lineOf(meter, entry(use.model, meter, prices[meter], prices.fromMs), []),
  )
  const { input, cacheRead, output } = use
  const quantities = { input, cacheRead, cacheWrite5m: 0n, cacheWrite1h: 0n, output, reasoning: 0n, other: null }
  const selection = { key: '', model: use.model, lines, problem: null, currency: 'USD', free: false, omitted: [] }
  const charge = applySelection({ ...selection, splitsReasoning: false }, { requests: 1n, quantities })
  return {
    project: use.project,
    host: 'openai',
    model: use.model,
    serviceTier: use.tier,
    lines,
    quantities,
    requests: 1n,
    uncountedRecords: 0n,
    records: 1n,
    cost: usdFromAtto(charge.lines.reduce((sum, line) => sum + line.amount, 0n)),
    unpricedRecords: 0n,
    unpricedRequests: 0n,
    unpricedTokens: 0n,
    reportedCost: null,
    reportedRecords: 0n,
  }
}

const count = fc.bigInt({ min: 0n, max: 10n ** 11n })
const use: fc.Arbitrary<Use> = fc.record({
  project: fc.constantFrom('search', 'support-bot'),
  model: fc.constantFrom('gpt-5', 'gpt-5-mini'),
  tier: fc.constantFrom('standard', 'batch'),
  input: count,
  cacheRead: count,
  output: count,
})
const prices: fc.Arbitrary<Prices> = fc.record({
  input: fc.bigInt({ min: 0n, max: 10n ** 11n }),
  cache_read: fc.bigInt({ min: 0n, max: 10n ** 11n }),
  output: fc.bigInt({ min: 0n, max: 10n ** 11n }),
  fromMs: fc.constantFrom(0, SEPTEMBER_END),
})
const month = fc.array(
  fc.tuple(use, prices).map(([one, price]) => row(one, price)),
  { maxLength: 8 },
)
const uses = fc.array(use, { minLength: 1, maxLength: 6 })

const bridge = (before: readonly BridgeRow[], after: readonly BridgeRow[]) =>
  buildBridge({ before, after, beforeEndMs: SEPTEMBER_END })
const moved = (sum: BridgeSum): Effect[] => EFFECTS.filter((effect) => sum.effects[effect] !== '0')
const total = (texts: readonly string[]) => usdToText(sumUsd(texts.map(usdFromText)))

describe('the bridge between two months', () => {
  it('has effects that sum to the difference to the last digit, in all and for every mover', () => {
    fc.assert(
      fc.property(month, month, (before, after) => {
        const found = bridge(before, after)
        expect(found.before).toBe(usdToText(sumUsd(before.map((one) => one.cost))))
        expect(found.after).toBe(usdToText(sumUsd(after.map((one) => one.cost))))
        for (const sum of [found, ...found.movers]) {
          expect(total([sum.before, ...EFFECTS.map((effect) => sum.effects[effect])])).toBe(sum.after)
          expect(total([sum.before, sum.change])).toBe(sum.after)
        }
        for (const effect of EFFECTS) {
          expect(total(found.movers.map((mover) => mover.effects[effect]))).toBe(found.effects[effect])
        }
      }),
    )
  })

  it('calls a pure change of price a price effect alone', () => {
    fc.assert(
      fc.property(uses, prices, prices, (all, old, next) => {
        const after = { ...next, fromMs: SEPTEMBER_END }
        const found = bridge(
          all.map((one) => row(one, old)),
          all.map((one) => row(one, after)),
        )
        expect(moved(found).filter((effect) => effect !== 'price')).toEqual([])
        expect(found.effects.price).toBe(found.change)
      }),
    )
  })

  it('calls the same usage times a number a volume effect alone', () => {
    fc.assert(
      fc.property(uses, fc.bigInt({ min: 2n, max: 9n }), (all, factor) => {
        const more = all.map((one) => ({
          ...one,
          input: one.input * factor,
          cacheRead: one.cacheRead * factor,
          output: one.output * factor,
        }))
        const found = bridge(
          all.map((one) => row(one)),
          more.map((one) => row(one)),
        )
        expect(moved(found).filter((effect) => effect !== 'volume')).toEqual([])
      }),
    )
  })

  it('calls prompts that come from the cache instead a cache effect alone', () => {
    const base = { project: 'search', model: 'gpt-5', tier: 'standard', output: 1_000_000n }
    const found = bridge(
      [row({ ...base, input: 4_000_000n, cacheRead: 0n })],
      [row({ ...base, input: 1_000_000n, cacheRead: 3_000_000n })],
    )
    expect(moved(found)).toEqual(['cache'])
    // 3 M tokens at $0.125000001 instead of $1.25 a million.
    expect(found.change).toBe('-3.374999997')
  })

  it('calls tokens that move between models and tiers a mix effect alone', () => {
    const base = { project: 'search', input: 1_000_000n, cacheRead: 0n, output: 0n, tier: 'standard' }
    const cheap: Prices = { ...LIST, input: 250_000_000n }
    const found = bridge(
      [row({ ...base, model: 'gpt-5' }), row({ ...base, model: 'gpt-5-mini' }, cheap)],
      [row({ ...base, model: 'gpt-5', input: 1n }), row({ ...base, model: 'gpt-5-mini', input: 1_999_999n }, cheap)],
    )
    expect(moved(found)).toEqual(['mix'])
    const half = { ...LIST, input: 625_000_000n }
    const tier = bridge([row({ ...base, model: 'gpt-5' })], [row({ ...base, model: 'gpt-5', tier: 'batch' }, half)])
    expect(moved(tier)).toEqual(['mix'])
  })

  it('calls a model that a project begins or stops to use new and retired', () => {
    const base = { project: 'search', input: 1_000_000n, cacheRead: 0n, output: 0n, tier: 'standard' }
    const found = bridge([row({ ...base, model: 'gpt-5' })], [row({ ...base, model: 'gpt-5-mini' })])
    expect(moved(found)).toEqual(['new', 'retired'])
    expect(found.effects).toMatchObject({ new: '1.25', retired: '-1.25' })
  })

  it('leaves usage without a price out of the amounts and counts it', () => {
    const priced = row({ project: 'a', model: 'gpt-5', tier: 'standard', input: 8n, cacheRead: 0n, output: 0n })
    const unpriced = { ...priced, model: 'x', lines: [], cost: usdFromText('0'), unpricedRequests: 7n }
    const span = { month: '2026-10', beforeMonth: '2026-09', days: null, anomalies: [], beforeEndMs: SEPTEMBER_END }
    const view = buildBillChange({ ...span, before: [priced], after: [priced, unpriced] })
    expect(view).toMatchObject({ change: '0', unpriced_requests: { before: '0', after: '7' } })
    expect(view.movers).toHaveLength(1)
  })

  it('lists twelve movers and one row that sums the others', () => {
    const one = { model: 'gpt-5', tier: 'standard', input: 0n, cacheRead: 0n, output: 0n }
    const rows = Array.from({ length: 20 }, (_, index) => row({ ...one, project: `p${index}`, output: BigInt(index) }))
    const span = { month: '2026-10', beforeMonth: '2026-09', days: null, anomalies: [], beforeEndMs: SEPTEMBER_END }
    const view = buildBillChange({ ...span, before: [], after: rows })
    expect(view.movers).toHaveLength(12)
    expect(view.other_movers?.count).toBe(8)
    expect(total([...view.movers.map((mover) => mover.change), view.other_movers?.change ?? ''])).toBe(view.change)
  })

  it('is drawn as steps between the two totals, within the axis', () => {
    fc.assert(
      fc.property(month, month, (before, after) => {
        const { bars, floor, top } = waterfallOf(bridge(before, after))
        expect([bars[0]?.key, bars.at(-1)?.key]).toEqual(['before', 'after'])
        for (const bar of bars.slice(1, -1)) {
          expect(bar.span[0]).toBeGreaterThanOrEqual(floor)
          expect(bar.span[1]).toBeLessThanOrEqual(top)
        }
      }),
    )
  })
})
