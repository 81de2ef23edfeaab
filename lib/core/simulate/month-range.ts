/** The range of a period, drawn as a whole, told by its months. */
import { addUsd, allocate, subtractUsd, type Usd, ZERO_USD } from '../money/usd'
import type { MonthComparison, Spread } from './replay/replay-hours'

/**
 * Each month bears its part of what is not sure: as much of it as of `unsure`, the cost that the range is about (not negative).
 * So the months add up to the period at the low and at the high end too.
 */
export function monthsWithin(
  months: readonly MonthComparison[],
  { low, likely, high }: Spread,
  unsure: ReadonlyMap<string, Usd>,
): MonthComparison[] {
  const weights = months.map(({ month }) => unsure.get(month) ?? ZERO_USD)
  if (weights.every((weight) => weight === 0n)) return [...months]
  const below = allocate(subtractUsd(likely, low), weights)
  const above = allocate(subtractUsd(high, likely), weights)
  return months.map((one, no) => ({
    ...one,
    target: {
      low: subtractUsd(one.target.likely, below[no] as Usd),
      likely: one.target.likely,
      high: addUsd(one.target.likely, above[no] as Usd),
    },
  }))
}
