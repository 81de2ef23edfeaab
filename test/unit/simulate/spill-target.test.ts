import { expect, test } from 'vitest'
import { divide, sumUsd, usdFromText } from '../../../lib/core/money/usd'
import { type FleetSettings, planFleet } from '../../../lib/core/simulate/fleet/plan'
import { seriesOf } from '../../../lib/core/simulate/fleet/series'
import { hoursClassed } from '../../../lib/core/simulate/replay/hour-class'
import { MILLIONTHS, ONE } from '../../../lib/core/simulate/replay/ratio'
import { replayHours } from '../../../lib/core/simulate/replay/replay-hours'
import type { HostedTarget } from '../../../lib/core/simulate/replay/target-price'
import type { UsageSlice } from '../../../lib/core/simulate/replay/usage-slice'
import { withSpill } from '../../../lib/core/simulate/spill-target'
import { demandOfSlices } from '../../../lib/core/simulate/stated-demand'
import { changesTo } from '../../../lib/core/simulate/token-change'
import { HOUR_MS } from '../../../lib/core/time/instant'
import { bookOf } from '../../support/price-book'

const book = bookOf('deepseek.json')
const target: HostedTarget = {
  kind: 'hosted',
  host: 'deepseek',
  model: 'deepseek-flash',
  serviceTier: 'standard',
  contextTokens: 1_000_000,
}
// Monday to Sunday, a week without a Chinese holiday.
const period = { startMs: Date.UTC(2026, 10, 2), endMs: Date.UTC(2026, 10, 9) }

/** An hour's calls; later hours have more of them. */
function hourOf(hour: number, contextBand = 17): UsageSlice {
  const calls = BigInt(10 + (hour % 24))
  return {
    atMs: period.startMs + hour * HOUR_MS,
    grainSeconds: 3600,
    month: '2026-11',
    host: 'openai',
    model: 'gpt-5',
    project: null,
    apiKey: null,
    tags: null,
    serviceTier: 'standard',
    region: null,
    contextBand,
    records: calls,
    requests: calls,
    cost: divide(usdFromText('0.0375'), { numerator: calls, denominator: 1n, mode: 'half_even' }),
    quantities: {
      input: 20_000n * calls,
      cacheRead: 0n,
      cacheWrite5m: 0n,
      cacheWrite1h: 0n,
      output: 1250n * calls,
      reasoning: 0n,
      other: null,
    },
  }
}

const slices = Array.from({ length: 168 }, (_, hour) => hourOf(hour))
const demand = demandOfSlices(slices)
const classes = hoursClassed(book, [{ select: {}, target }], period)
const { demand: spilled, range } = withSpill(
  { parts: [{ share: MILLIONTHS, slices, demand }], classes, target, assumptions: {} },
  book,
)

test('calls without room cost what the replay of the same calls on that host costs, at the prices of their hours', () => {
  const move = { share: ONE, select: {}, target, changesFor: changesTo(target, {}) }
  const replay = replayHours(slices, [move], book).target.likely
  const sum = sumUsd(spilled.map((hour) => hour.spillCost ?? hour.cost))
  // Each hour is rounded once, to an attodollar.
  expect(Math.abs(Number(sum - replay))).toBeLessThanOrEqual(168)
  const perCall = (hour: number) => Number(spilled[hour]?.spillCost) / (10 + (hour % 24))
  // Monday 02:00 UTC is DeepSeek's peak, 14:00 is not.
  expect(perCall(2) / perCall(14)).toBeCloseTo(2, 9)
  expect(range.low).toBeLessThan(1)
  expect(range.high).toBeGreaterThan(1)
  expect(spilled.every((hour, i) => hour.cost === demand[i]?.cost)).toBe(true)
})

test('a floor of none costs the other host, a floor never costs more, and a fleet for the peak does not care', () => {
  const settings: FleetSettings = {
    policy: 'floor_spillover',
    production: false,
    peakToMean: 1.5,
    gpusPerReplica: 1,
    capacity: 12,
    gpuPrice: { kind: 'rent', hour: usdFromText('0.02') },
    staffMonth: usdFromText('0'),
    floor: null,
  }
  const [today, there] = [seriesOf(demand, period), seriesOf(spilled, period)]
  const none = planFleet(there, { ...settings, floor: 0 })
  expect(none.total).toBe(sumUsd(there.spillCosts))
  expect(planFleet(there, settings).total <= none.total).toBe(true)
  expect(planFleet(there, settings).total < planFleet(today, settings).total).toBe(true)
  const peak = { ...settings, policy: 'peak' as const }
  expect(planFleet(there, peak).total).toBe(planFleet(today, peak).total)
  expect(there.costs).toEqual(today.costs)
})

test('what that host cannot take stays at today’s cost', () => {
  const narrow = { ...target, contextTokens: 1 }
  const { demand: stays } = withSpill(
    { parts: [{ share: MILLIONTHS, slices, demand }], classes, target: narrow, assumptions: {} },
    book,
  )
  expect(stays.every((hour) => (hour.spillCost ?? hour.cost) === hour.cost)).toBe(true)
})
