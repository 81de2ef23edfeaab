/**
 * The fleet's bill: whole GPUs for the real hours under a policy, with what spills over priced where it goes. Money is
 * exact from replica hours and prices on; how many replicas are needed is an estimate.
 */
import { addUsd, divide, subtractUsd, sumUsd, type Usd, usdFromAtto, ZERO_USD } from '../../money/usd'
import { type Ratio, timesUsd } from '../replay/ratio'
import { forHours } from './ownership'
import { type Fullness, practiceFullness } from './queue'
import { type DemandSeries, spillAbove } from './series'
import { type FleetHours, type FleetPolicy, heldHoursOf, replicasFor, sizeFleet } from './sizing'

export interface FleetSettings {
  readonly policy: FleetPolicy
  readonly production: boolean
  readonly peakToMean: number
  readonly gpusPerReplica: number
  /** GPUs of the node that is rented or bought whole; absent: single GPUs. */
  readonly gpusPerNode?: number | undefined
  /** GPUs of a fleet of fixed size. */
  readonly fixedGpus?: number | undefined
  /** How full replicas may run; absent: the practice ceiling. */
  readonly fullness?: Fullness | undefined
  /** Output tokens per second of one replica as deployed. */
  readonly capacity: number
  /** What one GPU costs: an hour of it when rented, or a month of it when owned, idle or not. */
  readonly gpuPrice:
    | {
        readonly kind: 'rent'
        readonly hour: Usd
        /** Of a stated month that has other than 730 hours: its hours over those. */
        readonly share?: Ratio | undefined
      }
    | { readonly kind: 'buy'; readonly month: Usd }
  /** Operating staff a month; not due when no GPU runs. */
  readonly staffMonth: Usd
  /** Storage and network a month; not due when no GPU runs. */
  readonly storageMonth?: Usd | undefined
  /** Fixed floor of the spill-over policy; null: the cheapest is searched. */
  readonly floor: number | null
  /** Part of the calls served here that is asked again where calls without room go. */
  readonly escalation?: Ratio | undefined
}

export interface FleetPlan {
  readonly hours: FleetHours
  readonly floor: number | null
  readonly gpus: number
  readonly gpuHours: bigint
  readonly gpuCost: Usd
  readonly staffCost: Usd
  readonly storageCost: Usd
  readonly spillCost: Usd
  readonly escalatedCost: Usd
  readonly total: Usd
  /** Per month of the period. */
  readonly months: ReadonlyMap<string, Usd>
}

/** Steps of an hour's share that spills over: as fine as the share itself is, so that money loses nothing to them. */
const SHARE_STEPS = 1e15
const MOST_FLOORS = 40

type Held = Pick<FleetSettings, 'gpusPerReplica' | 'gpusPerNode'>

/** GPUs of so many replicas in whole nodes: a node holds whole replicas, or a replica whole nodes; what is left over idles. */
export function gpusHeld(replicas: number, { gpusPerReplica, gpusPerNode = 1 }: Held): number {
  if (gpusPerReplica >= gpusPerNode) return replicas * Math.ceil(gpusPerReplica / gpusPerNode) * gpusPerNode
  return Math.ceil(replicas / Math.floor(gpusPerNode / gpusPerReplica)) * gpusPerNode
}

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
 * `output` scales the answers' length, `volume` the calls, so that what spills over costs more too, and `api` its price.
 */
export function fleetTotal(series: DemandSeries, settings: FleetSettings, output = 1, volume = 1, api = 1): Usd {
  const { capacity, peakToMean, policy, gpuPrice } = settings
  const count = series.rates.length
  const least = settings.production ? 2 : 1
  const spare = settings.production ? 1 : 0
  const scale = output * volume
  const { fullness = practiceFullness } = settings
  const needed = replicasFor((series.peak * scale * peakToMean) / capacity, fullness)
  const gpus = (replicas: number) => gpusHeld(replicas, settings)
  let most = needed === 0 ? 0 : Math.max(least, needed + spare)
  let gpuHours = gpus(most) * count
  let spill = ZERO_USD
  const perLoad = (scale * peakToMean) / capacity
  if (policy === 'floor_spillover' && settings.floor !== null) {
    most = settings.floor
    gpuHours = gpus(most) * count
    spill = grown(spillAbove(series, (most * capacity * fullness(most)) / peakToMean / scale), volume * api)
  } else if (policy === 'autoscale' && needed > 0) {
    gpuHours = heldHoursOf(series.aroundRates, { scale: perLoad, spare, least, fullness }, gpus)
  } else if (policy === 'scale_to_zero') {
    most = needed
    gpuHours = heldHoursOf(series.sortedRates, { scale: perLoad, spare: 0, least: 1, fullness }, gpus)
  } else if (policy === 'fixed') {
    most = fixedReplicasOf(settings)
    gpuHours = fixedGpusOf(settings) * count
    spill = grown(spillAbove(series, (most * capacity) / scale), volume * api)
  }
  // Calls without output ask nothing of a replica, but nothing answers them where none runs.
  if (most === 0 || policy === 'scale_to_zero') spill = addUsd(spill, grown(series.silentCost, volume * api))
  const bought = policy === 'fixed' ? gpuHours : gpus(most) * count
  return sumUsd([
    gpuCostOf(settings, BigInt(gpuPrice.kind === 'buy' ? bought : gpuHours)),
    forHours(monthlyOf(settings), most > 0 ? BigInt(count) : 0n),
    spill,
    settings.escalation === undefined
      ? ZERO_USD
      : timesUsd(
          subtractUsd(grown(addUsd(usdFromAtto(series.costFrom[0] ?? 0n), series.silentCost), volume * api), spill),
          settings.escalation,
        ),
  ])
}

function fixedGpusOf(settings: FleetSettings): number {
  return settings.fixedGpus ?? 0
}

function fixedReplicasOf(settings: FleetSettings): number {
  return fixedGpusOf(settings) / settings.gpusPerReplica
}

function monthlyOf(settings: Pick<FleetSettings, 'staffMonth' | 'storageMonth'>): Usd {
  return settings.storageMonth === undefined ? settings.staffMonth : addUsd(settings.staffMonth, settings.storageMonth)
}

/** The bill of the period at so many times its calls; the floor is searched anew unless it was given. */
export function grownTotal(series: DemandSeries, settings: FleetSettings, volume: number): Usd {
  if (settings.policy !== 'floor_spillover' || settings.floor !== null) return fleetTotal(series, settings, 1, volume)
  let best: Usd | null = null
  for (const floor of floorsToTry(series, settings, volume)) {
    const total = fleetTotal(series, { ...settings, floor }, 1, volume)
    if (best === null || total < best) best = total
  }
  return best === null ? ZERO_USD : best
}

function grown(amount: Usd, volume: number): Usd {
  if (volume === 1) return amount
  return divide(amount, { numerator: BigInt(Math.round(volume * 1e9)), denominator: 1_000_000_000n, mode: 'half_even' })
}

/** Every floor up to the peak when there are few, evenly spread ones when there are many; always 0 and the peak. */
function floorsToTry(series: DemandSeries, settings: FleetSettings, volume = 1): number[] {
  const { peak } = series
  const most = replicasFor((peak * volume * settings.peakToMean) / settings.capacity, settings.fullness)
  const least = settings.production ? 2 : 1
  const top = Math.max(most, most > 0 ? least : 0)
  const floors = new Set<number>([0])
  const step = Math.max(1, Math.ceil((top - least) / MOST_FLOORS))
  for (let floor = least; floor < top; floor += step) floors.add(floor)
  if (top > 0) floors.add(top)
  return [...floors]
}

function planAt(series: DemandSeries, settings: FleetSettings, floor: number | null): FleetPlan {
  const fixed = settings.policy === 'fixed'
  const hours = sizeFleet(series.rates, { ...settings, floor, fixedReplicas: fixedReplicasOf(settings) })
  const gpus = (replicas: number) => (fixed ? fixedGpusOf(settings) : gpusHeld(replicas, settings))
  const months = new Map<string, { gpuHours: bigint; runningHours: bigint; spill: Usd; reached: Usd }>()
  for (let i = 0; i < series.rates.length; i += 1) {
    const name = series.monthOfHour[i] as string
    let month = months.get(name)
    if (month === undefined) {
      month = { gpuHours: 0n, runningHours: 0n, spill: ZERO_USD, reached: ZERO_USD }
      months.set(name, month)
    }
    // An owned GPU is paid for in every hour, so owning counts the most that ever run.
    const running = settings.gpuPrice.kind === 'buy' ? hours.most : hours.replicas(i)
    month.gpuHours += BigInt(gpus(running))
    // Who operates a fleet is paid while it sleeps, too.
    if (hours.most > 0) month.runningHours += 1n
    const cost = series.spillCosts[i] as Usd
    const share = hours.servedShare[i] as number
    month.reached = addUsd(month.reached, cost)
    if (share < 1) month.spill = addUsd(month.spill, spilled(cost, share))
  }
  const lines = [...months].map(([name, month]) => {
    const gpuCost = gpuCostOf(settings, month.gpuHours)
    return {
      name,
      gpuCost,
      staff: forHours(settings.staffMonth, month.runningHours),
      storage: forHours(settings.storageMonth ?? ZERO_USD, month.runningHours),
      spill: month.spill,
      escalated:
        settings.escalation === undefined
          ? ZERO_USD
          : timesUsd(subtractUsd(month.reached, month.spill), settings.escalation),
      gpuHours: month.gpuHours,
    }
  })
  return {
    hours,
    floor,
    gpus: gpus(hours.most),
    gpuHours: lines.reduce((sum, line) => sum + line.gpuHours, 0n),
    gpuCost: sumUsd(lines.map((line) => line.gpuCost)),
    staffCost: sumUsd(lines.map((line) => line.staff)),
    storageCost: sumUsd(lines.map((line) => line.storage)),
    spillCost: sumUsd(lines.map((line) => line.spill)),
    escalatedCost: sumUsd(lines.map((line) => line.escalated)),
    total: sumUsd(lines.map((line) => sumUsd([line.gpuCost, line.staff, line.storage, line.spill, line.escalated]))),
    months: new Map(
      lines.map((line) => [line.name, sumUsd([line.gpuCost, line.staff, line.storage, line.spill, line.escalated])]),
    ),
  }
}

export function gpuCostOf(settings: FleetSettings, gpuHours: bigint): Usd {
  const { gpuPrice } = settings
  if (gpuPrice.kind === 'buy') return forHours(gpuPrice.month, gpuHours)
  const rent = usdFromAtto(gpuPrice.hour * gpuHours)
  return gpuPrice.share === undefined ? rent : timesUsd(rent, gpuPrice.share)
}

function spilled(cost: Usd, servedShare: number): Usd {
  const left = BigInt(Math.round((1 - servedShare) * SHARE_STEPS))
  return divide(cost, { numerator: left, denominator: BigInt(SHARE_STEPS), mode: 'half_even' })
}

export interface BreakEven {
  /** Output tokens a month from which the fleet costs less than today; null when no volume up to 1,000 times today's does. */
  readonly outputTokensPerMonth: number | null
  /** The same volume over that of the period. */
  readonly volumeOverToday: number | null
  readonly replicas: number | null
}

const NO_BREAK_EVEN: BreakEven = { outputTokensPerMonth: null, volumeOverToday: null, replicas: null }

/**
 * The volume at which a fleet held for the peak costs what the calls cost today, the shape of the hours unchanged. The
 * fleet grows with the volume in whole replicas, so the search goes over replicas.
 */
export function breakEvenOf(
  series: DemandSeries,
  settings: Pick<
    FleetSettings,
    | 'production'
    | 'peakToMean'
    | 'gpusPerReplica'
    | 'gpusPerNode'
    | 'fullness'
    | 'capacity'
    | 'gpuPrice'
    | 'staffMonth'
    | 'storageMonth'
    | 'fixedGpus'
    | 'escalation'
  >,
): BreakEven {
  let output = 0
  let peak = 0
  for (const rate of series.rates) {
    output += rate * 3600
    if (rate > peak) peak = rate
  }
  // What is asked again costs as much as before.
  const dollars = sumUsd(series.costs)
  const today =
    settings.escalation === undefined ? dollars : subtractUsd(dollars, timesUsd(dollars, settings.escalation))
  const hours = BigInt(series.rates.length)
  if (output <= 0 || today <= 0n || hours === 0n) return NO_BREAK_EVEN
  const all = { ...settings, policy: 'peak' as const, floor: null }
  // Volume over today's, in millionths, at which today's price pays for so many GPUs and what comes with them.
  const factorFor = (gpus: number) => {
    const fixed = addUsd(gpuCostOf(all, BigInt(gpus) * hours), forHours(monthlyOf(settings), hours))
    return Number((fixed * 1_000_000n) / today) / 1e6
  }
  const at = (factor: number, replicas: number): BreakEven => ({
    outputTokensPerMonth: (output * factor * 730) / series.rates.length,
    volumeOverToday: factor,
    replicas,
  })
  if (settings.fixedGpus !== undefined) {
    const replicas = settings.fixedGpus / settings.gpusPerReplica
    const factor = factorFor(settings.fixedGpus)
    return peak * factor <= replicas * settings.capacity * (1 + 1e-6) ? at(factor, replicas) : NO_BREAK_EVEN
  }
  for (let replicas = settings.production ? 2 : 1; replicas <= 1000; replicas += 1) {
    const factor = factorFor(gpusHeld(replicas, settings))
    if (factor > 1000) break
    const needed =
      replicasFor((peak * factor * settings.peakToMean) / settings.capacity, settings.fullness) +
      (settings.production ? 1 : 0)
    if (needed <= replicas) return at(factor, replicas)
  }
  return NO_BREAK_EVEN
}
