/**
 * What a bill has in other currencies than dollars: each a book of its own, never added to another. Beside it stands what
 * it comes to in dollars where every day has a rate, with the rates; the rates are dated and say where they are from.
 */
import { convertDaysToUsd, type DayRate } from '../money/exchange'
import { roundToCents, subtractUsd, sumUsd, type Usd, usdFromText, usdToText, ZERO_USD } from '../money/usd'
import { type BillCorrection, billBook, type DayAmount } from './bill-book'
import { type BillRow, currencyOf, inItsCurrency } from './bill-line'
import type { BillCurrencyView } from './bill-view'

/** Sums of one UTC day that were priced alike. */
export interface ForeignRow extends BillRow {
  /** "2026-09-30". */
  readonly day: string
}

interface OtherMaterial {
  readonly foreign: readonly ForeignRow[]
  readonly rates: ReadonlyMap<string, readonly DayRate[]>
  readonly corrections: readonly BillCorrection[]
  readonly carried: readonly BillCorrection[]
}

/** By the name of the currency. */
export function otherCurrencies({ foreign, rates, corrections, carried }: OtherMaterial): BillCurrencyView[] {
  const names = new Set([...foreign.map(currencyOf), ...[...corrections, ...carried].map((one) => one.currency)])
  return [...names].sort().map((currency) => {
    const rows = foreign
      .filter((row) => currencyOf(row) === currency)
      .map((row) => ({
        ...inItsCurrency(row),
        day: row.day,
        // Sources report in dollars: that is compared with nothing here.
        reportedCost: null,
        reportedRecords: 0n,
      }))
    const of = (list: readonly BillCorrection[]) => list.filter((one) => one.currency === currency)
    const book = billBook({ rows, corrections: of(corrections), carried: of(carried), adjustments: [] })
    const days = byDay([
      ...rows.map((row) => ({ day: row.day, amount: row.cost })),
      ...of(corrections).flatMap((one) => one.days ?? []),
      ...of(carried).flatMap((one) => (one.days ?? []).map(negated)),
    ])
    const { amount, rates: used, missing } = convertDaysToUsd(days, rates.get(currency) ?? [])
    return {
      currency,
      total: usdToText(book.total),
      exact_total: usdToText(book.exact),
      rounding: usdToText(book.rounding),
      lines: book.lines,
      hosts: book.hosts,
      corrections: book.corrections,
      carried: book.carried,
      days: days.map(({ day, amount: exact }) => ({ day, exact_amount: usdToText(exact) })),
      converted: {
        currency: 'USD',
        exact_amount: amount,
        amount: amount === null ? null : usdToText(roundToCents(usdFromText(amount))),
        rates: used.map(({ day, rate, source }) => ({ day, rate, source })),
        missing,
      },
    }
  })
}

const negated = ({ day, amount }: DayAmount): DayAmount => ({ day, amount: subtractUsd(ZERO_USD, amount) })

/** One amount a day, oldest first; days that come to nothing are left out. */
export function byDay(amounts: readonly DayAmount[]): DayAmount[] {
  const days = new Map<string, Usd[]>()
  for (const { day, amount } of amounts) {
    const of = days.get(day)
    if (of === undefined) days.set(day, [amount])
    else of.push(amount)
  }
  return [...days]
    .map(([day, of]) => ({ day, amount: sumUsd(of) }))
    .filter(({ amount }) => amount !== ZERO_USD)
    .sort((a, b) => (a.day < b.day ? -1 : 1))
}
