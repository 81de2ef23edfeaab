/**
 * Which entry prices a meter under given facts: of those whose time and conditions hold, a contract before the list,
 * then the one that names most conditions, then the highest priority. A tie is a defect of the book and prices nothing.
 */
import { parseScaled } from '../money/decimal'
import type { Problem } from '../result'
import { isoOf } from '../time/instant'
import { isTokenMeter, type Meter } from '../usage/meter'
import { RATE_PLACES } from './book-file'
import type { CompiledModel, Facts, PriceLine, Winner } from './compiled'
import { conditionCount, promptRange } from './condition'
import type { PriceEntry } from './entry'
import { matchesLocalTime } from './local-time'

export const STANDARD = 'standard'
/** Usd counts 10^-18. */
const USD_PLACES = 18

/** The entry's time and conditions hold. `ignore` leaves one condition out, to find out why a meter is unpriced. */
export function holds(entry: PriceEntry, facts: Facts, ignore?: 'serviceTier' | 'speed'): boolean {
  if (facts.ms < entry.fromMs || (entry.toMs !== null && facts.ms >= entry.toMs)) return false
  const { serviceTier, promptTokens, region, speed, mode, contextSize, localTime } = entry.conditions
  const unsaid = entry.kind === 'multiplier'
  if (ignore !== 'serviceTier') {
    if (
      serviceTier === undefined ? !unsaid && facts.serviceTier !== STANDARD : !serviceTier.includes(facts.serviceTier)
    ) {
      return false
    }
  }
  if (ignore !== 'speed') {
    if (speed === undefined ? !unsaid && facts.speed !== STANDARD : !speed.includes(facts.speed)) return false
  }
  if (region !== undefined && (facts.region === null || !region.includes(facts.region))) return false
  if (mode !== undefined && (facts.mode === null || !mode.includes(facts.mode))) return false
  if (contextSize !== undefined && (facts.contextSize === null || !contextSize.includes(facts.contextSize)))
    return false
  if (promptTokens !== undefined) {
    const range = promptRange(promptTokens)
    if (facts.promptTokens < range.from || (range.to !== null && facts.promptTokens > range.to)) return false
  }
  return localTime === undefined || matchesLocalTime(localTime, facts.ms)
}

/** Positive when `a` is the more specific of two entries that both hold; 0 is a tie. */
export function compareSpecific(a: PriceEntry, b: PriceEntry): number {
  if (a.book !== b.book) return a.book === 'contract' ? 1 : -1
  const byConditions = conditionCount(a.conditions) - conditionCount(b.conditions)
  return byConditions === 0 ? a.priority - b.priority : byConditions
}

/** The price of a meter under the facts, or why there is none; null when the model never prices the meter. */
export function winnerOf(model: CompiledModel, meter: Meter, facts: Facts): Winner | null {
  const candidates = model.rates.filter((entry) => entry.meter === meter)
  if (candidates.length === 0) return null
  let best: PriceEntry | null = null
  let rival: PriceEntry | null = null
  for (const entry of candidates) {
    if (!holds(entry, facts)) continue
    const order = best === null ? 1 : compareSpecific(entry, best)
    if (order > 0) {
      best = entry
      rival = null
    } else if (order === 0) rival = entry
  }
  if (best === null) return { problem: whyNone(model, meter, candidates, facts) }
  if (rival !== null) return { problem: tie(model, meter, best, rival) }
  const rate = best
  const multipliers = model.multipliers
    .filter((entry) => (entry.meter === '*' ? isTokens(meter) : entry.meter === meter) && holds(entry, facts))
    // A negotiated discount is off the list; a negotiated rate already is the price.
    .filter((entry) => entry.book === 'list' || rate.book === 'list')
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  return { line: lineOf(meter, rate, multipliers) }
}

function isTokens(meter: Meter): boolean {
  return isTokenMeter(meter) || meter === 'reasoning'
}

function scaled(entry: PriceEntry): bigint {
  const parsed = parseScaled(entry.amount, RATE_PLACES)
  if (!parsed.ok) throw new Error(`price entry ${entry.id} has an impossible amount ${JSON.stringify(entry.amount)}`)
  return parsed.value
}

/** The price of one unit of a meter as a reduced fraction of 10^-18 dollars. */
export function lineOf(meter: Meter, entry: PriceEntry, multipliers: readonly PriceEntry[]): PriceLine {
  let numerator = scaled(entry) * 10n ** BigInt(USD_PLACES - RATE_PLACES)
  let denominator = entry.per
  for (const multiplier of multipliers) {
    numerator *= scaled(multiplier)
    denominator *= 10n ** BigInt(RATE_PLACES)
  }
  const divisor = greatestCommonDivisor(numerator, denominator)
  return {
    meter,
    entry,
    multipliers: Object.freeze(multipliers),
    numerator: numerator / divisor,
    denominator: denominator / divisor,
  }
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

function tie(model: CompiledModel, meter: Meter, a: PriceEntry, b: PriceEntry): Problem {
  return {
    code: 'PRICE_AMBIGUOUS',
    message: `Two prices of ${meter} for ${model.model} hold equally: ${a.id} and ${b.id}.`,
    remedy: 'Close one of them or give one a higher priority.',
  }
}

/** The reason a meter found no price though the model prices it under other facts. */
function whyNone(model: CompiledModel, meter: Meter, candidates: readonly PriceEntry[], facts: Facts): Problem {
  const first = candidates[0] as PriceEntry
  const name = `${first.host}/${model.model}`
  if (candidates.some((entry) => holds(entry, facts, 'serviceTier'))) {
    return {
      code: 'TIER_UNPRICED',
      message: `No price of ${meter} for ${name} in service tier "${facts.serviceTier}" at ${isoOf(facts.ms)}.`,
      remedy: 'Add a dated price for this tier; the standard price is never used in its place.',
    }
  }
  if (candidates.some((entry) => holds(entry, facts, 'speed'))) {
    return {
      code: 'SPEED_UNPRICED',
      message: `No price of ${meter} for ${name} at speed "${facts.speed}" at ${isoOf(facts.ms)}.`,
      remedy: 'Add a dated price for this speed; the ordinary price is never used in its place.',
    }
  }
  if (candidates.every((entry) => facts.ms < entry.fromMs || (entry.toMs !== null && facts.ms >= entry.toMs))) {
    return {
      code: 'NO_PRICE_AT_TIME',
      message: `The prices of ${meter} for ${name} do not reach ${isoOf(facts.ms)}.`,
      remedy: 'Add a price entry for this time, with its source.',
    }
  }
  return {
    code: 'METER_UNPRICED',
    message: `No price of ${meter} for ${name} holds for this call at ${isoOf(facts.ms)}.`,
    remedy: 'Check the region, mode and search context size of the call, or add a price entry for them.',
  }
}
