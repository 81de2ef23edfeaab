import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PriceableUsage, PriceBook } from '../../../lib/core/price/compiled'
import type { PriceEntry } from '../../../lib/core/price/entry'
import { priceUsage } from '../../../lib/core/price/price-usage'
import type { Meter } from '../../../lib/core/usage/meter'
import { shippedBook } from '../../support/price-book'
import { at, usage } from './sample-book'

// A second engine, as plain as can be: no index, no memory, every entry looked at for every meter. It is slow and cannot
// share a fault with the first one's lookups.

let book: PriceBook
let targets: PriceEntry[]

beforeAll(() => {
  book = shippedBook().book
  targets = book.entries.filter((entry) => entry.kind === 'rate' && entry.model !== '*')
})

const DAYS = ['2026-09-30', '2026-10-01', '2026-10-03', '2026-10-08', '2026-11-13'].map(at)
/** The State Council's days off around the instants below. */
const isDayOff = (local: Date) => /^2026-10-0[1-7]$/.test(local.toISOString().slice(0, 10))

function clockHolds(condition: NonNullable<PriceEntry['conditions']['localTime']>, ms: number): boolean {
  const local = new Date(ms + condition.utcOffsetMinutes * 60_000)
  const minutes = (local.getTime() % 86_400_000) / 60_000
  const weekday = local.getUTCDay() === 0 ? 7 : local.getUTCDay()
  const inWindow = condition.windows.some(([from, to]) => from <= minutes && minutes < to)
  const rightDay = condition.weekdays === undefined || condition.weekdays.includes(weekday)
  const holiday = condition.holidayCalendar === 'cn' && isDayOff(local)
  return (inWindow && rightDay && !holiday) !== (condition.negate === true)
}

function holds(entry: PriceEntry, call: PriceableUsage): boolean {
  const c = entry.conditions
  const prompt = call.promptTokens
  if (prompt === null) throw new Error('calls here state their prompt length')
  const strict = entry.kind === 'rate' ? ['standard'] : null
  const among = (list: readonly string[] | undefined | null, value: string | null) =>
    list === undefined || list === null || (value !== null && list.includes(value))
  return (
    entry.fromMs <= call.startMs &&
    (entry.toMs === null || call.startMs < entry.toMs) &&
    among(c.serviceTier ?? strict, call.serviceTier) &&
    among(c.speed ?? strict, call.speed ?? 'standard') &&
    among(c.region, call.region) &&
    among(c.mode, call.mode ?? null) &&
    among(c.contextSize, call.contextSize ?? null) &&
    (c.promptTokens?.gt === undefined || prompt > c.promptTokens.gt) &&
    (c.promptTokens?.gte === undefined || prompt >= c.promptTokens.gte) &&
    (c.promptTokens?.lt === undefined || prompt < c.promptTokens.lt) &&
    (c.promptTokens?.lte === undefined || prompt <= c.promptTokens.lte) &&
    (c.localTime === undefined || clockHolds(c.localTime, call.startMs))
  )
}

/** Ids of rate and multipliers per meter; null where the meter has no price. */
function plainPrices(call: PriceableUsage, model: string, meters: readonly Meter[]): (string | null)[] {
  const own = book.entries.filter((entry) => entry.host === call.host && (entry.model === model || entry.model === '*'))
  return meters.map((meter) => {
    const rates = own.filter((entry) => entry.kind === 'rate' && entry.model === model && entry.meter === meter)
    const winning = rates
      .filter((entry) => holds(entry, call))
      .sort((a, b) => Object.keys(b.conditions).length - Object.keys(a.conditions).length || b.priority - a.priority)
    const factors = own.filter(
      (one) => one.kind === 'multiplier' && (one.meter === '*' || one.meter === meter) && holds(one, call),
    )
    const rate = winning[0]
    return rate === undefined ? null : [rate.id, ...factors.map((one) => one.id).sort()].join(' ')
  })
}

describe('the engine chooses what a plain search over every entry chooses', () => {
  it('for any model, instant, tier, speed, region, mode and prompt length', () => {
    const meters = ['input', 'cache_read', 'output'] as const
    const instant = fc.oneof(
      fc.constantFrom(...DAYS).chain((day) => fc.nat(86_399_999).map((ms) => day + ms)),
      fc.integer({ min: at('2025-02-10'), max: at('2025-09-20') }).filter((ms) => new Date(ms).getUTCMonth() > 5),
    )
    const facts = fc.record({
      target: fc.nat(),
      instant: fc.oneof({ weight: 3, arbitrary: instant }, { weight: 1, arbitrary: fc.constant(null) }),
      tier: fc.constantFrom(null, 'standard', 'batch', 'flex', 'priority'),
      speed: fc.constantFrom(null, null, 'fast'),
      region: fc.constantFrom(null, 'us', 'eu'),
      mode: fc.constantFrom(null, 'thinking', 'non_thinking'),
      prompt: fc.constantFrom(
        1n,
        31_999n,
        32_000n,
        32_001n,
        128_000n,
        128_001n,
        200_000n,
        200_001n,
        271_999n,
        272_000n,
        272_001n,
      ),
    })
    fc.assert(
      fc.property(facts, ({ target, instant: ms, tier, speed, region, mode, prompt }) => {
        const entry = targets[target % targets.length]
        if (entry === undefined) throw new Error('the book is empty')
        const wanted = tier ?? entry.conditions.serviceTier?.[0] ?? 'standard'
        // A host's own words for tiers are the boundary tests' matter.
        if (book.hosts.get(entry.host)?.info.serviceTiers[wanted] !== undefined) return
        const call = usage({
          host: entry.host,
          model: entry.model,
          startMs: ms ?? entry.fromMs,
          serviceTier: wanted,
          speed,
          region,
          mode,
          promptTokens: prompt,
          requests: null,
          quantities: { input: 1n, cacheRead: 1n, output: 1n },
        })
        const charge = priceUsage(book, call)
        // A name that means another model, or none, at this instant is the name tests' matter.
        if (charge.model !== entry.model) return
        const expected = plainPrices(call, entry.model, meters)
        const got = meters.map((meter) => {
          const line = charge.lines.find((one) => one.meter === meter)
          return line === undefined ? null : [line.entry.id, ...line.multipliers.map((one) => one.id)].join(' ')
        })
        expect(got).toEqual(expected)
        if (charge.status === 'unpriced')
          expect(expected.includes(null) || charge.reason.code === 'METER_UNPRICED').toBe(true)
        else expect(expected).not.toContain(null)
      }),
      { numRuns: 1_500 },
    )
  })
})
