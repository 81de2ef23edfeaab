/**
 * A month as an invoice: host, model, then one line a meter and price. Amounts are kept exact and each line is rounded once
 * to cents (half away from zero); what rounding gained or lost is a line of its own, so that the lines add to the total.
 * Usage without a price is a row without an amount, never zero; what is priced in another currency is a book of its own.
 */
import type { DayRate } from '../money/exchange'
import { roundToCents, sumUsd, type Usd, usdFromText, usdToText } from '../money/usd'
import type { Quantities } from '../usage/record'
import { type BillAdjustment, type BillBook, type BillCorrection, billBook, countOf, unpricedOf } from './bill-book'
import { type ForeignRow, otherCurrencies } from './bill-currency'
import { type BillRow, inItsCurrency, listAmountOf, type PricedLine } from './bill-line'
import type { AdjustmentKind, BillCurrencyView, BillFigures } from './bill-view'
import { monthBounds } from './period-choice'

/** Everything a bill is made of. */
export interface BillMaterial {
  /** Priced in dollars, or without a price. */
  readonly rows: readonly BillRow[]
  /** Priced in other currencies, day by day. */
  readonly foreign?: readonly ForeignRow[]
  /** By currency the rates that hold, oldest first: units of it for one dollar. */
  readonly rates?: ReadonlyMap<string, readonly DayRate[]>
  readonly corrections: readonly BillCorrection[]
  readonly carried: readonly BillCorrection[]
  readonly adjustments: readonly BillAdjustment[]
}

/** Throws when the lines of a row do not sum to its stored cost: that is a defect of the books, not of the data. */
export function buildBill(month: string, material: BillMaterial): BillFigures {
  const { rows, foreign = [], rates = new Map() } = material
  const book = billBook({
    rows,
    corrections: material.corrections.filter(inDollars),
    carried: material.carried.filter(inDollars),
    adjustments: material.adjustments,
  })
  const others = otherCurrencies({
    foreign,
    rates,
    corrections: material.corrections.filter((one) => !inDollars(one)),
    carried: material.carried.filter((one) => !inDollars(one)),
  })
  const all = [...rows, ...foreign.map(inItsCurrency)]
  return {
    month,
    time_zone: 'UTC',
    ...monthBounds(month),
    currency: 'USD',
    total: book.isKnown ? usdToText(book.total) : null,
    exact_total: book.isKnown ? usdToText(book.exact) : null,
    exact_usage: book.isUsageKnown ? usdToText(book.usage) : null,
    rounding: usdToText(book.rounding),
    lines: book.lines,
    records: countOf(all, (row) => row.records),
    requests: all.every((row) => row.records === row.uncountedRecords) ? null : countOf(all, (row) => row.requests),
    coverage: coverageOf(all),
    hosts: book.hosts,
    corrections: book.corrections,
    carried: book.carried,
    adjustments: book.adjustments,
    costs: costsOf(book.isUsageKnown ? book.usage : null, book.usageLines, material.adjustments),
    other_currencies: others,
    together: togetherOf(book, others),
  }
}

const inDollars = (one: BillCorrection) => one.currency === 'USD'

/** Dollars and what the others come to in dollars; null without others, and while any part of it is not known. */
function togetherOf(book: BillBook, others: readonly BillCurrencyView[]): BillFigures['together'] {
  const converted = others.flatMap((one) => (one.converted.exact_amount === null ? [] : [one.converted.exact_amount]))
  if (others.length === 0 || !book.isKnown || converted.length < others.length) return null
  const exact = sumUsd([book.exact, ...converted.map(usdFromText)])
  return { exact_amount: usdToText(exact), amount: usdToText(roundToCents(exact)) }
}

/** Adjustments that make usage cheaper or dearer; a tax is none of its cost, and a prepaid balance pays it. */
const OF_THE_COST: ReadonlySet<AdjustmentKind> = new Set(['credit', 'commitment', 'other'])

function costsOf(
  usage: Usd | null,
  lines: readonly PricedLine[],
  adjustments: readonly BillAdjustment[],
): BillFigures['costs'] {
  const atList = lines.map(listAmountOf).filter((amount) => amount !== null)
  const changes = adjustments.filter((one) => OF_THE_COST.has(one.kind)).map((one) => one.exact)
  return {
    list: usage === null || atList.length < lines.length ? null : usdToText(sumUsd(atList)),
    lines_without_list: lines.length - atList.length,
    contracted: usage === null ? null : usdToText(usage),
    effective: usage === null ? null : usdToText(sumUsd([usage, ...changes])),
  }
}

function coverageOf(rows: readonly BillRow[]): BillFigures['coverage'] {
  const tokens = rows.reduce((sum, row) => sum + tokensOf(row.quantities), 0n)
  const unpriced = unpricedOf(rows)
  return {
    ...unpriced,
    all_tokens: tokens.toString(),
    priced_per_myriad: pricedPerMyriad(tokens, BigInt(unpriced.tokens)),
  }
}

/** Share of tokens priced in hundredths of a percent, rounded down so that 100 % is said only when it is so. */
export function pricedPerMyriad(tokens: bigint, unpriced: bigint): number | null {
  if (tokens === 0n) return null
  return Number.parseInt((((tokens - unpriced) * 10_000n) / tokens).toString(), 10)
}

function tokensOf({ input, cacheRead, cacheWrite5m, cacheWrite1h, output }: Quantities): bigint {
  return input + cacheRead + cacheWrite5m + cacheWrite1h + output
}
