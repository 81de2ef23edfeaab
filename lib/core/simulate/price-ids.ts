/** Which entries of the price book a target was priced with. */
import { resolveHost, resolveModel } from '../price/book'
import type { PriceBook } from '../price/compiled'
import type { Period } from '../time/instant'
import { pricingInstant, soldSpan } from './replay/target-price'

/** Ids of the target's entries that hold at some instant of the period, sorted; for hours before or after it was sold, those of its first or last prices. */
export function targetPriceIds(
  book: PriceBook,
  target: { readonly host: string; readonly model: string },
  period: Period,
): string[] {
  const host = resolveHost(book, target.host)
  if (host === null) return []
  const sold = soldSpan(book, target)
  const first = pricingInstant(period.startMs, sold)
  const last = Math.max(first, pricingInstant(period.endMs - 1, sold))
  const models = new Set([first, last].map((ms) => resolveModel(host, target.model, ms)))
  const ids = new Set<string>()
  for (const model of models) {
    for (const entry of model === null ? [] : [...model.rates, ...model.multipliers]) {
      if (entry.fromMs <= last && (entry.toMs === null || entry.toMs > first)) ids.add(entry.id)
    }
  }
  return [...ids].sort()
}
