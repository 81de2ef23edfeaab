/**
 * A bill as rows and columns, for files: one row a line, then usage without a price, corrections, adjustments, the rounding
 * and the total. Figures are plain decimal text; what is not known is absent.
 */
import type {
  BillAdjustmentView,
  BillCorrectionView,
  BillCurrencyView,
  BillFigures,
  BillHostView,
  BillLineView,
  BillModelView,
} from './bill-view'

export const BILL_COLUMNS = {
  month: 'text',
  kind: 'text',
  host: 'text',
  model: 'text',
  service_tier: 'text',
  meter: 'text',
  conditions: 'text',
  quantity: 'number',
  unit_price: 'number',
  per: 'number',
  multiplier: 'number',
  amount: 'number',
  exact_amount: 'number',
  list_amount: 'number',
  currency: 'text',
  effective_from: 'text',
  effective_to: 'text',
  contract: 'text',
  price_id: 'text',
  source_url: 'text',
  records: 'number',
  unpriced_calls: 'number',
  unpriced_tokens: 'number',
  usage_month: 'text',
  billed_in: 'text',
  cause: 'text',
  note: 'text',
} as const satisfies Record<string, 'text' | 'number'>

export type BillColumn = keyof typeof BILL_COLUMNS
export type BillCells = Partial<Readonly<Record<BillColumn, string>>>

/**
 * Other currencies come first, each with its own rounding and total; then dollars. The column `amount` of a currency's rows
 * but its last sums to the total of the last, and `exact_amount` likewise.
 */
export function* billTable(bill: BillFigures): Generator<BillCells, void, undefined> {
  for (const one of bill.other_currencies) {
    for (const row of currencyCells(one)) yield { month: bill.month, currency: one.currency, ...row }
  }
  for (const row of dollarCells(bill)) yield { month: bill.month, currency: bill.currency, ...row }
}

function* dollarCells(bill: BillFigures): Generator<BillCells, void, undefined> {
  yield* bookCells(bill)
  for (const one of bill.adjustments) yield adjustmentCells(one)
  yield { kind: 'rounding', amount: bill.rounding }
  yield {
    kind: 'total',
    ...(bill.total === null ? {} : { amount: bill.total }),
    ...(bill.exact_total === null ? {} : { exact_amount: bill.exact_total }),
    records: bill.records,
    unpriced_calls: bill.coverage.requests,
    unpriced_tokens: bill.coverage.tokens,
  }
}

function* currencyCells(one: BillCurrencyView): Generator<BillCells, void, undefined> {
  yield* bookCells(one)
  yield { kind: 'rounding', amount: one.rounding }
  yield { kind: 'total', amount: one.total, exact_amount: one.exact_total, note: conversionNote(one) }
}

/** What a currency comes to in dollars and at which rates, in words: the figure is in no column, so that no sum takes it. */
function conversionNote({ currency, converted }: BillCurrencyView): string {
  const { exact_amount: exact, rates, missing } = converted
  if (exact === null) return `not converted: no rate of ${missing.join(' ')}`
  const told = rates.map(({ day, rate, source }) => `${rate} ${currency} for one dollar of ${day} (${source})`)
  return `${exact} ${converted.currency} at ${told.join(', ')}`
}

function* bookCells(
  book: Pick<BillCurrencyView, 'hosts' | 'corrections' | 'carried'>,
): Generator<BillCells, void, undefined> {
  for (const host of book.hosts) {
    for (const model of host.models) {
      for (const line of model.lines) yield lineCells(host, model, line)
      if (model.unpriced !== null) yield unpricedCells(host, model, model.unpriced)
    }
  }
  for (const one of book.corrections) yield correctionCells('correction', one)
  for (const one of book.carried) yield correctionCells('billed elsewhere', one)
}

function lineCells(host: BillHostView, model: BillModelView, line: BillLineView): BillCells {
  return {
    kind: 'line',
    ...namesOf(host, model),
    meter: line.meter,
    conditions: line.conditions.map((one) => JSON.stringify(one)).join(' '),
    quantity: line.quantity,
    unit_price: line.unit_price,
    per: line.per,
    multiplier: line.multiplier,
    amount: line.amount,
    exact_amount: line.exact_amount,
    ...(line.list_amount === null ? {} : { list_amount: line.list_amount }),
    effective_from: line.effective_from,
    effective_to: line.effective_to ?? '',
    contract: line.contract ? 'yes' : 'no',
    price_id: line.price_id,
    source_url: line.source_url,
  }
}

function namesOf(host: BillHostView, model: BillModelView): BillCells {
  return { host: host.host, model: model.model, service_tier: model.service_tier }
}

function correctionCells(kind: string, one: BillCorrectionView): BillCells {
  return {
    kind,
    host: one.host,
    model: one.model,
    amount: one.amount,
    exact_amount: one.exact_amount,
    records: one.records,
    unpriced_calls: one.unpriced_requests,
    usage_month: one.month,
    billed_in: one.billed_in,
    cause: `${one.cause} ${one.cause_no}`,
    note: one.note,
  }
}

function adjustmentCells(one: BillAdjustmentView): BillCells {
  return {
    kind: 'adjustment',
    host: one.host ?? '',
    amount: one.amount,
    exact_amount: one.exact_amount,
    cause: one.kind,
    note: one.reason,
  }
}

/** No amount: an unknown price is not zero. */
function unpricedCells(
  host: BillHostView,
  model: BillModelView,
  unpriced: NonNullable<BillModelView['unpriced']>,
): BillCells {
  return {
    kind: 'unpriced',
    ...namesOf(host, model),
    records: unpriced.records,
    unpriced_calls: unpriced.requests,
    unpriced_tokens: unpriced.tokens,
  }
}
