/** What one meter of some usage comes to: the quantity and, by currency, the amount that bills have on its lines. */
import 'server-only'
import { addUsd, type Usd, usdFromAtto } from '../../core/money/usd'
import { currencyOf, linesInItsCurrency } from '../../core/report/bill-line'
import type { PricedQuery } from './bill'
import { sumByPrice } from './bill'
import { billRowsOf } from './bill-rows'
import type { Queryable } from './pool'
import type { LineFilter } from './spend'

export interface MeterTotal {
  readonly quantity: bigint
  readonly amounts: readonly { readonly currency: string; readonly amount: Usd }[]
}

/** Of the lines that `query.filter.line` asks for. Call inside a transaction that sees one state. */
export async function meterTotal(
  connection: Queryable,
  workspaceId: number,
  query: PricedQuery,
  line: LineFilter,
): Promise<MeterTotal> {
  const rows = await billRowsOf(connection, workspaceId, await sumByPrice(connection, workspaceId, query))
  let quantity = 0n
  const amounts = new Map<string, Usd>()
  for (const row of rows) {
    const currency = currencyOf(row)
    for (const one of linesInItsCurrency(row)) {
      if (one.meter !== line.meter) continue
      if (line.price !== null && !isOf(line.price, one)) continue
      quantity += one.quantity
      const before = amounts.get(currency)
      const amount = usdFromAtto(one.amount)
      amounts.set(currency, before === undefined ? amount : addUsd(before, amount))
    }
  }
  return {
    quantity,
    amounts: [...amounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, amount]) => ({ currency, amount })),
  }
}

function isOf(
  price: NonNullable<LineFilter['price']>,
  line: { readonly entry: { readonly id: string }; readonly multipliers: readonly { readonly id: string }[] },
): boolean {
  const own = line.multipliers.map((one) => one.id)
  return line.entry.id === price.id && own.join(' ') === price.multiplierIds.join(' ')
}
