/**
 * What a line would have cost at list price. Only what is certain: sums of many calls do not tell the region, the speed
 * or the length of each, so a list price that depends on them is unknown here.
 */
import type { Period } from '../time/instant'
import type { PriceLine } from './compiled'
import type { PriceEntry } from './entry'
import { lineOf, STANDARD } from './situation'

/** The list price in the place of a contract rate; null when it is not certain. A discount on the list is none of its. */
export function listPriceOf(
  line: PriceLine,
  of: { readonly serviceTier: string; readonly period: Period; readonly rates: readonly PriceEntry[] },
): PriceLine | null {
  const { entry } = line
  const onTheList = line.multipliers.filter((one) => one.book === 'list')
  if (entry.conditions.speed !== undefined) return null
  const fromMs = Math.max(of.period.startMs, entry.fromMs)
  const toMs = Math.min(of.period.endMs, entry.toMs ?? of.period.endMs)
  const candidates = of.rates.filter(
    (rate) =>
      rate.kind === 'rate' &&
      rate.book === 'list' &&
      rate.host === entry.host &&
      rate.model === entry.model &&
      rate.meter === entry.meter &&
      rate.currency === entry.currency &&
      rate.fromMs < toMs &&
      (rate.toMs === null || rate.toMs > fromMs) &&
      (rate.conditions.serviceTier ?? [STANDARD]).includes(of.serviceTier),
  )
  const [only] = candidates
  if (only === undefined || candidates.length > 1) return null
  const { serviceTier: _tier, ...rest } = only.conditions
  const isWhole = only.fromMs <= fromMs && (only.toMs === null || only.toMs >= toMs)
  return isWhole && Object.keys(rest).length === 0 ? lineOf(line.meter, only, onTheList) : null
}
