/** List prices beside the contract rates of a bill's rows. */
import 'server-only'
import type { PriceLine } from '../../core/price/compiled'
import type { PriceEntry } from '../../core/price/entry'
import { listPriceOf } from '../../core/price/list-price'
import type { BillRow } from '../../core/report/bill-line'
import type { Period } from '../../core/time/instant'
import type { Queryable } from './pool'
import { publishedOfHost } from './price-book'

/** Rows without a contract rate are as they were. */
export async function withListPrices(
  connection: Queryable,
  rows: readonly BillRow[],
  period: Period,
): Promise<BillRow[]> {
  const hosts = new Set(rows.flatMap((row) => row.lines.filter(isContract).map((line) => line.entry.host)))
  const rates: PriceEntry[] = []
  for (const host of hosts) rates.push(...(await publishedOfHost(connection, host)).entries)
  return rows.map((row) => {
    if (!row.lines.some(isContract)) return row
    const of = { serviceTier: row.serviceTier, period, rates }
    return { ...row, listLines: row.lines.map((line) => (isContract(line) ? listPriceOf(line, of) : null)) }
  })
}

function isContract(line: PriceLine): boolean {
  return line.entry.book === 'contract'
}
