/** Ids of price entries. */
import { conditionsToJson } from './condition'
import { sha256Hex } from './digest'
import type { PriceEntry } from './entry'

/** The id of an entry: what identifies the price line for ever, without its amount, end, source and date checked. */
export function priceEntryId(
  entry: Pick<
    PriceEntry,
    'host' | 'model' | 'meter' | 'kind' | 'per' | 'currency' | 'fromMs' | 'conditions' | 'book' | 'priority'
  >,
): string {
  const line = [
    entry.host,
    entry.model,
    entry.meter,
    entry.kind,
    entry.per.toString(),
    entry.currency,
    entry.fromMs,
    conditionsToJson(entry.conditions),
    entry.book,
    entry.priority,
  ]
  return `pr_${sha256Hex(JSON.stringify(line)).slice(0, 24)}`
}
