/**
 * The fleet's bill: whole GPUs for the real hours under a policy, with what spills over priced as it is today. Money is
 * exact from replica hours and prices on; how many replicas are needed is an estimate.
 */
import { addUsd, divide, sumUsd, type Usd, usdFromAtto, ZERO_USD } from '../../money/usd'
import { forHours } from './ownership'
import { type DemandSeries, spillAbove } from './series'
import { type FleetHours, type FleetPolicy, fullness, replicaHoursOf, replicasFor, sizeFleet } from './sizing'

export interface FleetSettings {
  readonly policy: FleetPolicy
  readonly production: boolean
  readonly peakToMean: number
  readonly gpusPerReplica: number
  /** Output tokens per second of one replica as deployed. */
  readonly capacity: number
  /** What one GPU costs: an hour of it when rented, or a month of it when owned, idle or not. */
  readonly gpuPrice: { readonly kind: 'rent'; readonly hour: Usd } | { readonly kind: 'buy'; readonly month: Usd }
  /** Operating staff a month; not due when no GPU runs. */
  readonly staffMonth: Usd
  /** Fixed floor of the spill-over policy; null: the cheapest is searched. */
  readonly floor: number | null
}

export interface FleetPlan {
  readonly hours: FleetHours
  readonly floor: number | null
  readonly gpus: number
  readonly gpuHours: bigint
  readonly gpuCost: Usd
  readonly staffCost: Usd
  readonly spillCost: Usd
  readonly total: Usd
  /** Per month of the period. */
  readonly months: ReadonlyMap<string, Usd>
}

const SHARE_STEPS = 1_000_000
const MOST_FLOORS = 40

export function planFleet(series: DemandSeries, settings: FleetSettings): FleetPlan {
  if (settings.policy !== 'floor_spillover' || settings.floor !== null) return planAt(series, settings, settings.floor)
  let best: { readonly floor: number; readonly total: Usd } | null = null
  for (const floor of floorsToTry(series, settings)) {
    const total = fleetTotal(series, { ...settings, floor })
    if (best === null || total < best.total) best = { floor, total }
  }
  return planAt(series, settings, best === null ? 0 : best.floor)
}

/**
 * Only the bill of a plan, for searching and drawing: the sum of a plan but for rounding, without a pass over the hours.
 * `output` scales the demand.
 */
export function fleetTotal(series: DemandSeries, settings: FleetSettings, output = 1): Usd {
  const { capacity, peakToMean, policy, gpuPrice } = settings
  const count = series.rates.length
  const least = settings.production ? 2 : 1
  const spare = settings.production ? 1 : 0
  const needed = replicasFor((series.peak * output * peakToMean) / capacity)
  const held = needed === 0 ? 0 : Math.max(least, needed + spare)
  let most = held
  let replicaHours = held * count
  let spill = ZERO_USD
  if (policy === 'floor_spillover' && settings.floor !== null) {
    most = settings.floor
    replicaHours = most * count
    spill = spillAbove(series, (most * capacity * fullness(most)) / peakToMean / output)
  } else if (policy === 'autoscale' && needed > 0) {
    replicaHours = replicaHoursOf(series.aroundRates, (output * peakToMean) / capacity, spare, least)
  }
  const paid = gpuPrice.kind === 'buy' ? most * count : replicaHours
  return sumUsd([
    gpuCostOf(settings, BigInt(paid) * BigInt(settings.gpusPerReplica)),
    forHours(settings.staffMonth, most > 0 ? BigInt(count) : 0n),
    spill,
  ])
}

/** Every floor up to the peak when there are few, evenly spread ones when there are many; always 0 and the peak. */
function floorsToTry(series: DemandSeries, settings: FleetSettings): number[] {
  const { peak } = series
  const most = replicasFor((peak * settings.peakToMean) / settings.capacity)
  const least = settings.production ? 2 : 1
  const top = Math.max(most, most > 0 ? least : 0)
  const floors = new Set<number>([0])
  const step = Math.max(1, Math.ceil((top - least) / MOST_FLOORS))
  for (let floor = least; floor < top; floor += step) floors.add(floor)
  if (top > 0) floors.add(top)
  return [...floors]
}

function planAt(series: DemandSeries, settings: FleetSettings, floor: number | null): FleetPlan {
  const hours = sizeFleet(series.rates, { ...settings, floor })
  const perReplica = BigInt(settings.gpusPerReplica)
  const months = new Map<string, { gpuHours: bigint; runningHours: bigint; spill: Usd }>()
  for (let i = 0; i < series.rates.length; i += 1) {
    const name = series.monthOfHour[i] as string
    let month = months.get(name)
    if (month === undefined) {
      month = { gpuHours: 0n, runningHours: 0n, spill: ZERO_USD }
      months.set(name, month)
    }
    // An owned GPU is paid for in every hour, so owning counts the most that ever run.
    const running = settings.gpuPrice.kind === 'buy' ? hours.most : hours.replicas(i)
    if (running > 0) {
      month.gpuHours += BigInt(running) * perReplica
      month.runningHours += 1n
    }
    const cost = series.costs[i] as Usd
    const share = hours.servedShare[i] as number
    if (share < 1 && (series.rates[i] as number) > 0) month.spill = addUsd(month.spill, spilled(cost, share))
  }
  const lines = [...months].map(([name, month]) => {
    const gpuCost = gpuCostOf(settings, month.gpuHours)
    return {
      name,
      gpuCost,
      staff: forHours(settings.staffMonth, month.runningHours),
      spill: month.spill,
      gpuHours: month.gpuHours,
    }
  })
  return {
    hours,
    floor,
    gpus: hours.most * settings.gpusPerReplica,
    gpuHours: lines.reduce((sum, line) => sum + line.gpuHours, 0n),
    gpuCost: sumUsd(lines.map((line) => line.gpuCost)),
    staffCost: sumUsd(lines.map((line) => line.staff)),
    spillCost: sumUsd(lines.map((line) => line.spill)),
    total: sumUsd(lines.map((line) => sumUsd([line.gpuCost, line.staff, line.spill]))),
    months: new Map(lines.map((line) => [line.name, sumUsd([line.gpuCost, line.staff, line.spill])])),
  }
}

export function gpuCostOf(settings: FleetSettings, gpuHours: bigint): Usd {
  const { gpuPrice } = settings
  return gpuPrice.kind === 'rent' ? usdFromAtto(gpuPrice.hour * gpuHours) : forHours(gpuPrice.month, gpuHours)
}

function spilled(cost: Usd, servedShare: number): Usd {
  const left = BigInt(Math.round((1 - servedShare) * SHARE_STEPS))
  return divide(cost, { numerator: left, denominator: BigInt(SHARE_STEPS), mode: 'half_even' })
}

export interface BreakEven {
  /** Output tokens a month from which the fleet costs less than today; null when no volume up to 1,000 times today's does. */
  readonly outputTokensPerMonth: number | null
  readonly replicas: number | null
}

/**
 * The volume at which a fleet held for the peak costs what the calls cost today, the shape of the hours unchanged. The
 * fleet grows with the volume in whole replicas, so the search goes over replicas.
 */
export function breakEvenOf(
  series: DemandSeries,
  settings: Pick<
    FleetSettings,
    'production' | 'peakToMean' | 'gpusPerReplica' | 'capacity' | 'gpuPrice' | 'staffMonth'
  >,
): BreakEven {
  let output = 0
  let peak = 0
  for (const rate of series.rates) {
    output += rate * 3600
    if (rate > peak) peak = rate
  }
  const today = sumUsd(series.costs)
  const hours = BigInt(series.rates.length)
  if (output <= 0 || today <= 0n || hours === 0n) return { outputTokensPerMonth: null, replicas: null }
  const all = { ...settings, policy: 'peak' as const, floor: null }
  for (let replicas = settings.production ? 2 : 1; replicas <= 1000; replicas += 1) {
    const gpuHours = BigInt(replicas * settings.gpusPerReplica) * hours
    const fixed = addUsd(gpuCostOf(all, gpuHours), forHours(settings.staffMonth, hours))
    // Volume over today's, in millionths, at which today's price pays for this fleet.
    const factor = Number((fixed * 1_000_000n) / today) / 1e6
    if (factor > 1000) break
    const needed =
      replicasFor((peak * factor * settings.peakToMean) / settings.capacity) + (settings.production ? 1 : 0)
    if (needed <= replicas) {
      return { outputTokensPerMonth: (output * factor * 730) / series.rates.length, replicas }
    }
  }
  return { outputTokensPerMonth: null, replicas: null }
}
