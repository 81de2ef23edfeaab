/** What changed from one month to the next, as the screen and `GET /api/v1/bills/2026-09/changes` tell it. */
import { sumUsd, usdFromText, usdToText } from '../money/usd'
import type { Anomaly } from './anomaly'
import { currencyOf, inItsCurrency } from './bill-line'
import { type Bridge, type BridgeInput, type BridgeMover, type BridgeSum, buildBridge, sumMovers } from './bridge'
import { perMille } from './spend-overview'

export interface BillChangeView extends BridgeSum {
  readonly month: string
  readonly before_month: string
  readonly currency: 'USD'
  /** Days of both months compared where this month is not over; null compares whole months. */
  readonly days: number | null
  /** Change in tenths of a percent of the month before, rounded half away from zero; null from a base of zero. */
  readonly change_per_mille: number | null
  readonly movers: readonly BridgeMover[]
  /** The movers that are not listed, in one; null when all are. */
  readonly other_movers: (BridgeSum & { readonly count: number }) | null
  /** Calls without a rate are in no amount. */
  readonly unpriced_requests: { readonly before: string; readonly after: string }
  /** What is priced in other currencies is in no amount either. */
  readonly other_currencies: { readonly before: readonly CurrencyAmount[]; readonly after: readonly CurrencyAmount[] }
  readonly anomalies: readonly Anomaly[]
}

interface CurrencyAmount {
  readonly currency: string
  readonly exact_amount: string
}

const MOVERS = 12

export function buildBillChange(
  input: BridgeInput & {
    readonly month: string
    readonly beforeMonth: string
    readonly days: number | null
    readonly anomalies: readonly Anomaly[]
  },
): BillChangeView {
  const { movers, ...sum }: Bridge = buildBridge(input)
  const rest = movers.slice(MOVERS)
  return {
    month: input.month,
    before_month: input.beforeMonth,
    currency: 'USD',
    days: input.days,
    ...sum,
    change_per_mille: perMille(usdFromText(sum.change), usdFromText(sum.before)),
    movers: movers.slice(0, MOVERS),
    other_movers: rest.length === 0 ? null : { count: rest.length, ...sumMovers(rest) },
    unpriced_requests: { before: unpriced(input.before), after: unpriced(input.after) },
    other_currencies: { before: othersOf(input.before), after: othersOf(input.after) },
    anomalies: input.anomalies,
  }
}

function unpriced(rows: BridgeInput['before']): string {
  return rows
    .filter((row) => currencyOf(row) === 'USD')
    .reduce((sum, row) => sum + row.unpricedRequests, 0n)
    .toString()
}

function othersOf(rows: BridgeInput['before']): CurrencyAmount[] {
  const foreign = rows.filter((row) => currencyOf(row) !== 'USD')
  return [...new Set(foreign.map(currencyOf))].sort().map((currency) => ({
    currency,
    exact_amount: usdToText(
      sumUsd(foreign.filter((row) => currencyOf(row) === currency).map((row) => inItsCurrency(row).cost)),
    ),
  }))
}
