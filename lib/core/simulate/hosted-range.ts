/**
 * How sure the saving of moved calls is: seeded draws over the stated ranges of answers, prompts and cache hits, for each
 * pair of models apart, and over what the prices of the target and of today's models may do. The ranges of prices are
 * priors: DeepSeek's list was halved in September 2025, quartered in May 2026 and raised by 1.5 to 4.7 times in August 2026;
 * prices of models in use fell or stayed.
 */
import { addUsd, subtractUsd, sumUsd, type Usd, ZERO_USD } from '../money/usd'
import { generator, triangular } from './fleet/random'
import { times, widestFirst } from './fleet/uncertainty'
import type { MovedLine } from './replay/replay-hours'
import {
  addParts,
  partAt,
  SURE,
  UNSURE_PARTS,
  type UnsureName,
  type UnsureParts,
  usdOfPart,
} from './replay/unsure-part'

export const TARGET_PRICE = { low: 0.5, high: 2 } as const
export const TODAY_PRICE = { low: 0.7, high: 1 } as const

export interface HostedBar {
  readonly factor: UnsureName | 'target_price' | 'today_price'
  /** The factor's own values at its ends. */
  readonly low: number
  readonly high: number
  /** Costs of the moved calls that leave the saving the factor leaves. */
  readonly costAtLow: Usd
  readonly costAtHigh: Usd
}

/** What moves to its own place or price is not uncertain. */
export function changing<Line extends Pick<MovedLine, 'before' | 'low' | 'after' | 'high'>>(
  lines: readonly Line[],
): Line[] {
  return lines.filter((line) => line.low !== line.before || line.after !== line.before || line.high !== line.before)
}

/** Moved calls that share what is not known: one model of today on one target. */
export interface MovedPair {
  readonly target: string
  readonly before: Usd
  readonly after: Usd
  readonly parts: UnsureParts
}

/** Projects of one model and target share what is not known of the pair. */
export function pairsOf(lines: readonly MovedLine[]): MovedPair[] {
  const pairs = new Map<string, MovedPair>()
  for (const line of changing(lines)) {
    const key = JSON.stringify([line.host, line.model, line.target])
    const sum = pairs.get(key) ?? { target: line.target, before: ZERO_USD, after: ZERO_USD, parts: SURE }
    pairs.set(key, {
      target: line.target,
      before: addUsd(sum.before, line.before),
      after: addUsd(sum.after, line.after),
      parts: addParts(sum.parts, line.parts),
    })
  }
  return [...pairs.values()]
}

/** Attodollars that the pair costs on its target in one draw of what is not known of it, at the prices of the book. */
export function drawnCost({ after, parts }: MovedPair, random: () => number): number {
  let cost = Number(after)
  for (const name of UNSURE_PARTS) {
    const part = parts[name]
    // From −1 at the low end over 0 to 1 at the high one.
    if (part !== undefined) cost += partAt(part, triangular(random(), -1, 0, 1))
  }
  return Math.max(0, cost)
}

/** Share of the draws in which the calls cost less where they go; null where nothing changes. */
export function chanceOf(
  lines: readonly MovedLine[],
  { draws, seed }: { readonly draws: number; readonly seed: number },
): number | null {
  const pairs = pairsOf(lines)
  if (pairs.length === 0 || draws === 0) return null
  const today = Number(sumUsd(pairs.map((pair) => pair.before)))
  const random = generator(seed)
  let saving = 0
  for (let draw = 0; draw < draws; draw += 1) {
    const there = triangular(random(), TARGET_PRICE.low, 1, TARGET_PRICE.high)
    const here = triangular(random(), TODAY_PRICE.low, 1, TODAY_PRICE.high)
    let after = 0
    for (const pair of pairs) after += drawnCost(pair, random)
    if (after * there < today * here) saving += 1
  }
  return saving / draws
}

/** Each factor alone at its low and high value; widest first. */
export function hostedTornado(moved: readonly MovedLine[]): HostedBar[] {
  const lines = changing(moved)
  if (lines.length === 0) return []
  const before = sumUsd(lines.map((line) => line.before))
  const after = sumUsd(lines.map((line) => line.after))
  // What moves to its own price costs the same whatever happens.
  const same = subtractUsd(sumUsd(moved.map((line) => line.after)), after)
  const today = (factor: number) => subtractUsd(after, subtractUsd(times(before, factor), before))
  const bars: HostedBar[] = [
    ...partBars(lines, after),
    {
      factor: 'target_price',
      ...TARGET_PRICE,
      costAtLow: times(after, TARGET_PRICE.low),
      costAtHigh: times(after, TARGET_PRICE.high),
    },
    {
      factor: 'today_price',
      ...TODAY_PRICE,
      costAtLow: today(TODAY_PRICE.low),
      costAtHigh: today(TODAY_PRICE.high),
    },
  ]
  return widestFirst(bars.map((bar) => besides(bar, same)))
}

/** A bar for each thing that is not known of the moved calls. */
export function partBars(lines: readonly MovedLine[], likely: Usd): HostedBar[] {
  const parts = lines.reduce((sum, line) => addParts(sum, line.parts), SURE)
  return UNSURE_PARTS.flatMap((factor) => {
    const part = parts[factor]
    if (part === undefined) return []
    const { low, high, from, to } = part
    return [
      {
        factor,
        low: from,
        high: to,
        costAtLow: addUsd(likely, usdOfPart(low)),
        costAtHigh: addUsd(likely, usdOfPart(high)),
      },
    ]
  })
}

/** The bar beside something that does not change. */
export function besides<Bar extends { readonly costAtLow: Usd; readonly costAtHigh: Usd }>(bar: Bar, same: Usd): Bar {
  return { ...bar, costAtLow: addUsd(bar.costAtLow, same), costAtHigh: addUsd(bar.costAtHigh, same) }
}
