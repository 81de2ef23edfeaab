/**
 * What is not known of calls on a target, one thing at a time: what each adds to the likely cost at its ends. Plain numbers
 * of attodollars: they tell ranges and chances and never enter a sum that is told as money owed.
 */
import { type Usd, usdFromAtto } from '../../money/usd'
import type { Ratio } from './ratio'

export const UNSURE_PARTS = ['output_ratio', 'input_ratio', 'cache_kept', 'hour_of_day'] as const
export type UnsureName = (typeof UNSURE_PARTS)[number]

export interface UnsurePart {
  /** Over the likely cost, with everything else as likely: below zero where the end costs less. */
  readonly low: number
  readonly high: number
  /** The values at those ends, over all calls that were summed. */
  readonly from: number
  readonly to: number
}

/** Only what changes the cost. */
export type UnsureParts = Readonly<Partial<Record<UnsureName, UnsurePart>>>

export const SURE: UnsureParts = {}

/** `b` is taken to a share of it. */
export function addParts(a: UnsureParts, b: UnsureParts, share = 1): UnsureParts {
  if (b === SURE) return a
  const sum: Partial<Record<UnsureName, UnsurePart>> = { ...a }
  for (const name of UNSURE_PARTS) {
    const [x, y] = [a[name], b[name]]
    if (y === undefined) continue
    sum[name] = {
      low: (x?.low ?? 0) + y.low * share,
      high: (x?.high ?? 0) + y.high * share,
      from: Math.min(x?.from ?? y.from, y.from),
      to: Math.max(x?.to ?? y.to, y.to),
    }
  }
  return sum
}

/** Attodollars at −1, the low end, over 0, the likely case, to 1, the high end. */
export function partAt(part: UnsurePart, at: number): number {
  return at < 0 ? -at * part.low : at * part.high
}

export function usdOfPart(atto: number): Usd {
  return usdFromAtto(BigInt(Math.round(atto)))
}

export function numberOf({ numerator, denominator }: Ratio): number {
  return Number(numerator) / Number(denominator)
}

interface Values {
  readonly output: Ratio
  readonly input: Ratio
  readonly cacheKept: Ratio
}

/** `alone`: what answers, prompts and cache hits add at their low and high ends, in this order; `hour`: the cheapest and dearest. */
export function partsOf(
  { low, high }: { readonly low: Values; readonly high: Values },
  alone: readonly number[],
  hour: readonly [number, number],
): UnsureParts {
  const parts: Partial<Record<UnsureName, UnsurePart>> = {}
  const keep = (name: UnsureName, atLow: number, atHigh: number, from: number, to: number) => {
    if (atLow === 0 && atHigh === 0) return
    parts[name] = { low: atLow, high: atHigh, from: Math.min(from, to), to: Math.max(from, to) }
  }
  const [outLow = 0, outHigh = 0, inLow = 0, inHigh = 0, hitsLow = 0, hitsHigh = 0] = alone
  keep('output_ratio', outLow, outHigh, numberOf(low.output), numberOf(high.output))
  keep('input_ratio', inLow, inHigh, numberOf(low.input), numberOf(high.input))
  keep('cache_kept', hitsLow, hitsHigh, numberOf(low.cacheKept), numberOf(high.cacheKept))
  keep('hour_of_day', hour[0], hour[1], 0, 24)
  return parts
}
