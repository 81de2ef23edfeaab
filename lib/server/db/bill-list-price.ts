/** List prices beside the contract rates of a bill's rows. */
import 'server-only'
import type { PriceLine } from '../../core/price/compiled'
import type { PriceEntry } from '../../core/price/entry'
import { listPriceOf } from '../../core/price/list-price'
import type { BillRow } from '../../core/report/bill-line'
import type { Period } from '../../core/time/instant'
import type { Queryable } from './pool'
import { ENTRY_COLUMNS, type EntryRow, entryOfRow, PUBLISHED } from './price-book'

/** Rows without a contract rate are as they were. */
export async function withListPrices(
  connection: Queryable,
  rows: readonly BillRow[],
  period: Period,
): Promise<BillRow[]> {
  const own = rows.flatMap((row) => row.lines.filter(isContract))
  if (own.length === 0) return [...rows]
  const published = new Map<string, PriceEntry[]>()
  const keyOf = ({ host, model }: PriceEntry) => JSON.stringify([host, model])
  const [hosts, models] = [new Set(own.map((line) => line.entry.host)), new Set(own.map((line) => line.entry.model))]
  for (const rate of await publishedPrices(connection, [...hosts], [...models])) {
    const of = published.get(keyOf(rate))
    if (of === undefined) published.set(keyOf(rate), [rate])
    else of.push(rate)
  }
  return rows.map((row) => {
    if (!row.lines.some(isContract)) return row
    const listLines = row.lines.map((line) => {
      const rates = published.get(keyOf(line.entry)) ?? []
      return isContract(line) ? listPriceOf(line, { serviceTier: row.serviceTier, period, rates }) : null
    })
    return { ...row, listLines }
  })
}

function isContract(line: PriceLine): boolean {
  return line.entry.book === 'contract'
}

/** Published prices of any of the hosts for any of the models, as this transaction sees them. */
async function publishedPrices(
  connection: Queryable,
  hosts: readonly string[],
  models: readonly string[],
): Promise<readonly PriceEntry[]> {
  const { rows } = await connection.query<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM price_entry WHERE workspace_id = $1 AND host = ANY ($2::text[]) AND model = ANY ($3::text[])`,
    [PUBLISHED, hosts, models],
  )
  return rows.map(entryOfRow)
}
