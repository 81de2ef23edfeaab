/** What figures in dollars leave out: usage priced in other currencies, and what it comes to where every day has a rate. */
import { convertDaysToUsd, type DayRate } from '../money/exchange'
import { sumUsd, type Usd, usdToText } from '../money/usd'

export interface LeftOutView {
  readonly currency: string
  readonly exact_amount: string
  /** Dollars at the rates of the days; null when a day with usage has none. */
  readonly in_usd: string | null
  /** Days with usage and without a rate. */
  readonly missing: readonly string[]
}

/** By the name of the currency; what comes to nothing is left out of no figure. */
export function leftOut(
  amounts: readonly { readonly currency: string; readonly day: string; readonly amount: Usd }[],
  rates: ReadonlyMap<string, readonly DayRate[]>,
): LeftOutView[] {
  return [...new Set(amounts.map((one) => one.currency))].sort().flatMap((currency) => {
    const days = amounts.filter((one) => one.currency === currency)
    const total = sumUsd(days.map((one) => one.amount))
    const { amount, missing } = convertDaysToUsd(days, rates.get(currency) ?? [])
    return total === 0n ? [] : [{ currency, exact_amount: usdToText(total), in_usd: amount, missing }]
  })
}
