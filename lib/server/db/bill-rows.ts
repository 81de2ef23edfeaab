/** The stored sums of a bill with their names and prices, as the core takes them. */
import 'server-only'
import { usdFromText } from '../../core/money/usd'
import type { PriceLine } from '../../core/price/compiled'
import type { PriceEntry } from '../../core/price/entry'
import { lineOf, STANDARD } from '../../core/price/situation'
import type { BillRow } from '../../core/report/bill-line'
import { isMeter, type OtherMeter } from '../../core/usage/meter'
import type { BillSums } from './bill'
import { dimensionValues } from './dimension'
import type { Queryable } from './pool'
import { priceEntriesByIds } from './price-book'
import { type PriceSetLine, priceSetLines } from './price-set'

/** In the order of the sums; `project` is null for "none" and where the sums are not by project. */
export async function billRowsOf(
  connection: Queryable,
  workspaceId: number,
  sums: readonly BillSums[],
): Promise<(BillRow & { readonly project: string | null })[]> {
  const names = await dimensionValues(connection, workspaceId, [
    ...new Set(
      sums.flatMap((row) => [
        row.host_id,
        row.model_id,
        row.service_tier_id,
        ...(row.project_id === undefined ? [] : [row.project_id]),
      ]),
    ),
  ])
  const sets = await priceSetLines(connection, workspaceId, [...new Set(sums.map((row) => row.price_set_id))])
  const ids = new Set([...sets.values()].flat().flatMap((line) => [line.price_id, ...line.multiplier_ids]))
  const entries = await priceEntriesByIds(workspaceId, [...ids], connection)
  const lines = new Map([...sets].map(([id, set]) => [id, set.map((line) => priceLineOf(line, entries))]))
  return sums.map((row) => rowOf(row, names, lines.get(row.price_set_id) ?? []))
}

function priceLineOf(line: PriceSetLine, entries: ReadonlyMap<string, PriceEntry>): PriceLine {
  if (!isMeter(line.meter)) throw new Error(`a price set names no meter: ${line.meter}`)
  const entryOf = (id: string) => {
    const entry = entries.get(id)
    if (entry === undefined) throw new Error(`the ledger has no price entry ${id}`)
    return entry
  }
  return lineOf(line.meter, entryOf(line.price_id), line.multiplier_ids.map(entryOf))
}

function rowOf(
  row: BillSums,
  names: ReadonlyMap<number, string>,
  lines: readonly PriceLine[],
): BillRow & { readonly project: string | null } {
  return {
    project: row.project_id === undefined ? null : (names.get(row.project_id) ?? null),
    host: names.get(row.host_id) ?? '',
    model: names.get(row.model_id) ?? '',
    serviceTier: names.get(row.service_tier_id) ?? STANDARD,
    lines,
    quantities: {
      input: BigInt(row.input_tokens),
      cacheRead: BigInt(row.cache_read_tokens),
      cacheWrite5m: BigInt(row.cache_write_5m_tokens),
      cacheWrite1h: BigInt(row.cache_write_1h_tokens),
      output: BigInt(row.output_tokens),
      reasoning: BigInt(row.reasoning_tokens),
      other:
        row.other_quantities === null
          ? null
          : new Map(Object.entries(row.other_quantities).map(([meter, count]) => [meter as OtherMeter, BigInt(count)])),
    },
    requests: BigInt(row.requests),
    uncountedRecords: BigInt(row.uncounted_records),
    records: BigInt(row.records),
    cost: usdFromText(row.cost),
    unpricedRecords: BigInt(row.unpriced_records),
    unpricedRequests: BigInt(row.unpriced_requests),
    unpricedTokens: BigInt(row.unpriced_tokens),
    reportedCost: row.reported_cost === null ? null : usdFromText(row.reported_cost),
    reportedRecords: BigInt(row.reported_records),
  }
}
