/** What usage priced in other currencies than dollars comes to, in those currencies: quantities times the prices used. */
import 'server-only'
import { addUsd, type Usd } from '../../core/money/usd'
import { currencyOf, inItsCurrency } from '../../core/report/bill-line'
import { type PricedQuery, sumByPrice } from './bill'
import { billRowsOf } from './bill-rows'
import type { Queryable } from './pool'
import { foreignPriceSets } from './price-set'

export interface CurrencySum {
  /** Values of the groups, in the order asked. */
  readonly keys: readonly (string | null)[]
  readonly currency: string
  readonly amount: Usd
  readonly records: bigint
  /** What the sums in dollars count as without a price, though it has one here. */
  readonly unpricedRecords: bigint
  readonly unpricedRequests: bigint
  readonly unpricedTokens: bigint
}

/** One row a currency and group; none where all prices are in dollars. Call inside a transaction that sees one state. */
export async function otherCurrencySums(
  connection: Queryable,
  workspaceId: number,
  query: PricedQuery,
): Promise<CurrencySum[]> {
  const foreign = await foreignPriceSets(connection, workspaceId)
  if (foreign.length === 0) return []
  const filter = { ...query.filter, priceSets: foreign }
  const sums = await sumByPrice(connection, workspaceId, { ...query, filter })
  const rows = await billRowsOf(connection, workspaceId, sums)
  const found = new Map<string, CurrencySum>()
  rows.forEach((row, index) => {
    const sum = sums[index]
    if (sum === undefined) throw new Error('a row without its sums')
    const one: CurrencySum = {
      keys: sum.group_keys,
      currency: currencyOf(row),
      amount: inItsCurrency(row).cost,
      records: row.records,
      unpricedRecords: row.unpricedRecords,
      unpricedRequests: row.unpricedRequests,
      unpricedTokens: row.unpricedTokens,
    }
    const key = JSON.stringify([one.currency, one.keys])
    const before = found.get(key)
    found.set(key, before === undefined ? one : added(before, one))
  })
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

function added(a: CurrencySum, b: CurrencySum): CurrencySum {
  return {
    ...a,
    amount: addUsd(a.amount, b.amount),
    records: a.records + b.records,
    unpricedRecords: a.unpricedRecords + b.unpricedRecords,
    unpricedRequests: a.unpricedRequests + b.unpricedRequests,
    unpricedTokens: a.unpricedTokens + b.unpricedTokens,
  }
}
