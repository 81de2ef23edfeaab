/** Demand laid out over every hour of a period, with sums by which a bill can be told without going over the hours again. */
import { addUsd, sumUsd, type Usd, usdFromAtto, ZERO_USD } from '../../money/usd'
import { HOUR_MS, monthOf, type Period } from '../../time/instant'
import type { HourDemand } from './demand'

export interface DemandSeries {
  readonly period: Period
  /** Output tokens per second of every hour in order; hours without calls are zero. */
  readonly rates: Float64Array
  /** What the calls cost today, and where they go when a fleet has no room. */
  readonly costs: readonly Usd[]
  readonly spillCosts: readonly Usd[]
  readonly monthOfHour: readonly string[]
  readonly peak: number
  /** The greatest rate of each hour and its two neighbours, ascending. */
  readonly aroundRates: Float64Array
  /** Rates above zero, ascending, with sums over each and all greater: of what spills over, and of that per rate. */
  readonly sortedRates: Float64Array
  readonly costFrom: readonly bigint[]
  readonly costPerRateFrom: readonly bigint[]
  /** What the hours would cost elsewhere whose calls were read and not answered. */
  readonly silentCost: Usd
}

/** Rates enter exact sums as whole billionths of a token per second. */
const RATE_STEPS = 1e9
/** Keeps cost ÷ rate exact enough: 10^-30 dollars a billionth. */
const EXTRA = 10n ** 12n

export function seriesOf(hours: readonly HourDemand[], period: Period): DemandSeries {
  const count = Math.max(0, Math.round((period.endMs - period.startMs) / HOUR_MS))
  const rates = new Float64Array(count)
  const costs = new Array<Usd>(count).fill(ZERO_USD)
  const spillCosts = new Array<Usd>(count).fill(ZERO_USD)
  for (const hour of hours) {
    const index = Math.floor((hour.startMs - period.startMs) / HOUR_MS)
    if (index < 0 || index >= count) continue
    rates[index] = (rates[index] as number) + hour.outputTokens / 3600
    costs[index] = addUsd(costs[index] as Usd, hour.cost)
    spillCosts[index] = addUsd(spillCosts[index] as Usd, hour.spillCost ?? hour.cost)
  }
  const around = rates.map((rate, i) => Math.max(rates[i - 1] ?? 0, rate, rates[i + 1] ?? 0)).sort()
  return {
    period,
    rates,
    costs,
    spillCosts,
    monthOfHour: Array.from(rates, (_, i) => monthOf(period.startMs + i * HOUR_MS)),
    peak: around[count - 1] ?? 0,
    aroundRates: around,
    ...sumsByRate(rates, spillCosts),
    silentCost: sumUsd(spillCosts.filter((_, hour) => rates[hour] === 0)),
  }
}

function sumsByRate(
  rates: Float64Array,
  costs: readonly Usd[],
): Pick<DemandSeries, 'sortedRates' | 'costFrom' | 'costPerRateFrom'> {
  const order = Array.from(rates.keys())
    .filter((hour) => (rates[hour] as number) > 0)
    .sort((a, b) => (rates[a] as number) - (rates[b] as number))
  const costFrom = new Array<bigint>(order.length + 1).fill(0n)
  const costPerRateFrom = new Array<bigint>(order.length + 1).fill(0n)
  for (let i = order.length - 1; i >= 0; i -= 1) {
    const hour = order[i] as number
    const steps = BigInt(Math.max(1, Math.round((rates[hour] as number) * RATE_STEPS)))
    costFrom[i] = (costFrom[i + 1] as bigint) + (costs[hour] as bigint)
    costPerRateFrom[i] = (costPerRateFrom[i + 1] as bigint) + ((costs[hour] as bigint) * EXTRA) / steps
  }
  return { sortedRates: Float64Array.from(order, (hour) => rates[hour] as number), costFrom, costPerRateFrom }
}

/** Cost of what exceeds `rate` in every hour: an hour's calls spill in proportion to its demand. */
export function spillAbove(series: DemandSeries, rate: number): Usd {
  const first = firstAbove(series.sortedRates, rate)
  const served = (BigInt(Math.round(rate * RATE_STEPS)) * (series.costPerRateFrom[first] as bigint)) / EXTRA
  const spilled = (series.costFrom[first] as bigint) - served
  return usdFromAtto(spilled < 0n ? 0n : spilled)
}

/** Index of the first value above `limit` in ascending values. */
export function firstAbove(ascending: Float64Array, limit: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] as number) > limit) high = middle
    else low = middle + 1
  }
  return low
}
