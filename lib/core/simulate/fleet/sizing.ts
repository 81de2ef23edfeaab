/**
 * Replicas from the real hourly demand. Little's law gives the offered load; how full replicas may run follows a queue
 * bound that grows with their number.
 */
import { type Fullness, practiceFullness } from './queue'
import { firstAbove } from './series'

export type FleetPolicy = 'peak' | 'floor_spillover' | 'autoscale' | 'scale_to_zero' | 'fixed'

export interface SizingSettings {
  readonly policy: FleetPolicy
  /** Output tokens per second of one replica as deployed, after the realism factor. */
  readonly capacity: number
  /** Busiest minutes over the hour's mean. */
  readonly peakToMean: number
  /** Two replicas at least and one spare. */
  readonly production: boolean
  /** Fixed number of replicas for the floor; null: the caller searches. */
  readonly floor: number | null
  /** How full replicas may run; absent: the practice ceiling. */
  readonly fullness?: Fullness | undefined
  /** Replicas of a fixed fleet, whose GPUs may not make up whole replicas. */
  readonly fixedReplicas?: number | undefined
}

export interface FleetHours {
  /** Replicas running in each hour of the period. */
  readonly replicas: (hour: number) => number
  readonly most: number
  /** Replica hours over the period. */
  readonly replicaHours: number
  /** Share of the hour's demand served here; the rest spills over. */
  readonly servedShare: Float64Array
  /** Demand served over what the running replicas could do, 0 to 1. */
  readonly utilisation: number
  readonly servedOutputTokens: number
}

/** More are not searched. */
export const MOST_REPLICAS = 100_000

/**
 * A load that equals the bound fits it. The bound and the load come from different products of floats, so one part in a
 * billion of room decides the equal case alike wherever it is asked.
 */
const EQUAL = 1 + 1e-9

/** Load, in replicas kept wholly busy, that so many replicas carry within the queue bound. */
function carriedBy(replicas: number, fullness: Fullness): number {
  return replicas * fullness(replicas) * EQUAL
}

/** The fewest replicas that carry `load` (in replicas kept wholly busy) within the queue bound. */
export function replicasFor(load: number, fullness: Fullness = practiceFullness): number {
  if (load <= 0) return 0
  let replicas = Math.min(MOST_REPLICAS, Math.max(1, Math.floor(load)))
  while (carriedBy(replicas, fullness) < load && replicas < MOST_REPLICAS) replicas += 1
  return replicas
}

/**
 * Hours of a fleet that follows demand, each with what is held in it: every hour takes the fewest replicas for its load and
 * the spare, never below the least. `ascending` times `scale` are the loads; replicas step at their queue bounds, so hours
 * between two bounds are counted, not walked. `held` tells what so many replicas hold, such as GPUs in whole nodes.
 */
export function heldHoursOf(
  ascending: Float64Array,
  following: {
    readonly scale: number
    readonly spare: number
    readonly least: number
    readonly fullness?: Fullness | undefined
  },
  held: (replicas: number) => number,
): number {
  const { scale, spare, least, fullness = practiceFullness } = following
  let from = firstAbove(ascending, 0)
  let hours = from * held(Math.max(least, spare))
  for (let replicas = 1; from < ascending.length && replicas < MOST_REPLICAS; replicas += 1) {
    const to = firstAbove(ascending, carriedBy(replicas, fullness) / scale)
    if (to > from) hours += (to - from) * held(Math.max(least, replicas + spare))
    from = Math.max(from, to)
  }
  return hours
}

/** `demand`: output tokens per second of every hour of the period, in order. */
export function sizeFleet(demand: Float64Array, settings: SizingSettings): FleetHours {
  const { capacity, peakToMean, production, fullness = practiceFullness } = settings
  const spare = production ? 1 : 0
  const least = production ? 2 : 1
  if (settings.policy === 'autoscale') return autoscale(demand, settings, spare, least)
  // Work that can wait for a start: no spare, no neighbours, nothing in hours without calls.
  if (settings.policy === 'scale_to_zero') return autoscale(demand, settings, 0, 0)
  if (settings.policy === 'fixed') return statedFleet(demand, settings)
  let peak = 0
  for (const rate of demand) if (rate > peak) peak = rate
  const needed = replicasFor((peak * peakToMean) / capacity, fullness)
  const fixed =
    settings.policy === 'floor_spillover' && settings.floor !== null
      ? settings.floor
      : needed === 0
        ? 0
        : Math.max(least, needed + spare)
  // A spare stands by for a failure and adds no capacity that is planned with.
  const working = settings.policy === 'floor_spillover' ? fixed : Math.max(fixed - spare, 0)
  const room = working * capacity * fullness(working)
  return heldFleet(demand, fixed, capacity, (rate) =>
    settings.policy === 'peak' ? 1 : Math.min(1, room / (rate * peakToMean)),
  )
}

/** A fleet that was stated serves every hour up to all it can do; how long calls then wait is told, not planned. */
function statedFleet(demand: Float64Array, { capacity, fixedReplicas = 0 }: SizingSettings): FleetHours {
  const room = fixedReplicas * capacity
  return heldFleet(demand, fixedReplicas, capacity, (rate) => (rate <= room * EQUAL ? 1 : room / rate))
}

/** As many replicas in every hour; `shareOf` an hour's rate is served. Calls without output are, where any replica runs. */
function heldFleet(
  demand: Float64Array,
  replicas: number,
  capacity: number,
  shareOf: (rate: number) => number,
): FleetHours {
  const servedShare = demand.map((rate) => (rate > 0 ? shareOf(rate) : replicas > 0 ? 1 : 0))
  let tokens = 0
  for (let i = 0; i < demand.length; i += 1) tokens += (demand[i] as number) * (servedShare[i] as number) * 3600
  const replicaHours = replicas * demand.length
  return {
    replicas: () => replicas,
    most: replicas,
    replicaHours,
    servedShare,
    utilisation: replicaHours === 0 ? 0 : tokens / (capacity * replicaHours * 3600),
    servedOutputTokens: tokens,
  }
}

/** Whole replicas follow demand; each hour is sized for itself and its neighbours, since a start takes minutes. */
function autoscale(demand: Float64Array, settings: SizingSettings, spare: number, least: number): FleetHours {
  const needed = Int32Array.from(demand, (rate) =>
    replicasFor((rate * settings.peakToMean) / settings.capacity, settings.fullness),
  )
  const running = new Int32Array(demand.length)
  let most = 0
  let replicaHours = 0
  let tokens = 0
  const any = needed.some((count) => count > 0)
  for (let i = 0; i < demand.length; i += 1) {
    const own = needed[i] as number
    const around = least === 0 ? own : Math.max(needed[i - 1] ?? 0, own, needed[i + 1] ?? 0)
    const count = any ? Math.max(least, around + spare) : 0
    running[i] = count
    if (count > most) most = count
    replicaHours += count
    tokens += (demand[i] as number) * 3600
  }
  return {
    replicas: (hour) => running[hour] as number,
    most,
    replicaHours,
    servedShare: Float64Array.from(running, (count) => (count > 0 ? 1 : 0)),
    utilisation: replicaHours === 0 ? 0 : tokens / (settings.capacity * replicaHours * 3600),
    servedOutputTokens: tokens,
  }
}
