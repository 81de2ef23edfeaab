/** Demand hour by hour, as the fleet sees it: plain numbers, since throughput is an estimate anyway; costs stay exact. */
import { addUsd, type Usd } from '../../money/usd'
import { DAY_MS, HOUR_MS, type InstantMs } from '../../time/instant'
import { MILLIONTHS, timesUsd } from '../replay/ratio'
import type { UsageSlice } from '../replay/usage-slice'

export interface HourDemand {
  readonly startMs: InstantMs
  /** Calls; estimated from the mean length where the source does not count them. */
  readonly requests: number
  readonly inputTokens: number
  /** Part of `inputTokens` that a cache held. */
  readonly cachedTokens: number
  readonly outputTokens: number
  /** What these calls cost today. */
  readonly cost: Usd
  /** What they cost where they go when a fleet has no room; absent: as today. */
  readonly spillCost?: Usd | undefined
}

/** Calls of which a fleet is left the same share. */
export interface FleetPart {
  /** Millionths of each call, above 0. */
  readonly share: bigint
  readonly slices: readonly UsageSlice[]
  /** Hours of the slices, before the share is taken. */
  readonly demand: readonly HourDemand[]
}

/** The shares of parts against each other, as the smallest whole numbers: parts of one share weigh 1. */
export function weightsOf(parts: readonly Pick<FleetPart, 'share'>[]): bigint[] {
  const common = parts.reduce((found, { share }) => greatestCommonDivisor(found, share), 0n)
  return parts.map(({ share }) => (common === 0n ? share : share / common))
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b)
}

/** The hours of what is left of all parts, earliest first. */
export function demandLeft(parts: readonly Pick<FleetPart, 'share' | 'demand'>[]): HourDemand[] {
  return hoursTogether(parts.flatMap(({ share, demand }) => demand.map((hour) => partOfHour(hour, share))))
}

function partOfHour(hour: HourDemand, share: bigint): HourDemand {
  const ratio = { numerator: share, denominator: MILLIONTHS }
  const part = Number(share) / Number(MILLIONTHS)
  return {
    startMs: hour.startMs,
    requests: hour.requests * part,
    inputTokens: hour.inputTokens * part,
    cachedTokens: hour.cachedTokens * part,
    outputTokens: hour.outputTokens * part,
    cost: timesUsd(hour.cost, ratio),
    spillCost: hour.spillCost === undefined ? undefined : timesUsd(hour.spillCost, ratio),
  }
}

/** One entry an hour, earliest first. */
export function hoursTogether(hours: readonly HourDemand[]): HourDemand[] {
  const sums = new Map<InstantMs, HourDemand>()
  for (const hour of hours) {
    const known = sums.get(hour.startMs)
    sums.set(hour.startMs, known === undefined ? hour : bothHours(known, hour))
  }
  return [...sums.values()].sort((a, b) => a.startMs - b.startMs)
}

function bothHours(a: HourDemand, b: HourDemand): HourDemand {
  return {
    startMs: a.startMs,
    requests: a.requests + b.requests,
    inputTokens: a.inputTokens + b.inputTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cost: addUsd(a.cost, b.cost),
    spillCost:
      a.spillCost === undefined && b.spillCost === undefined
        ? undefined
        : addUsd(a.spillCost ?? a.cost, b.spillCost ?? b.cost),
  }
}

/** Means over the period, by which one replica is sized. */
export interface CallShape {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedFraction: number
}

/** Where no call was counted, a call is taken to be this long. */
export const USUAL_SHAPE: CallShape = { inputTokens: 3000, outputTokens: 500, cachedFraction: 0 }

export function shapeOf(hours: readonly HourDemand[]): CallShape {
  let requests = 0
  let input = 0
  let cached = 0
  let output = 0
  for (const hour of hours) {
    requests += hour.requests
    input += hour.inputTokens
    cached += hour.cachedTokens
    output += hour.outputTokens
  }
  if (requests <= 0 || output <= 0) return USUAL_SHAPE
  return {
    inputTokens: input / requests,
    outputTokens: output / requests,
    cachedFraction: input > 0 ? cached / input : 0,
  }
}

/** Mean of each hour of the week, Monday 00:00 UTC first: 168 values of output tokens per second, over the whole period. */
export function averageWeek(hours: readonly HourDemand[], period: { startMs: InstantMs; endMs: InstantMs }): number[] {
  const sums = new Array<number>(168).fill(0)
  const counts = new Array<number>(168).fill(0)
  for (let ms = Math.ceil(period.startMs / HOUR_MS) * HOUR_MS; ms < period.endMs; ms += HOUR_MS) {
    counts[hourOfWeek(ms)] = (counts[hourOfWeek(ms)] as number) + 1
  }
  for (const hour of hours) {
    const slot = hourOfWeek(hour.startMs)
    sums[slot] = (sums[slot] as number) + hour.outputTokens / 3600
  }
  return sums.map((sum, slot) => ((counts[slot] as number) > 0 ? sum / (counts[slot] as number) : 0))
}

/** 0 is Monday 00:00 UTC. 1970-01-01 was a Thursday. */
export function hourOfWeek(ms: InstantMs): number {
  const day = (Math.floor(ms / DAY_MS) + 3) % 7
  return (((day + 7) % 7) * 24 + Math.floor((ms % DAY_MS) / HOUR_MS)) % 168
}
