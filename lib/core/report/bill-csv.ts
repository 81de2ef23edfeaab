/** A bill as CSV: one row a line, then usage without a price, the rounding and the total. Amounts are plain decimals. */
import type {
  BillAdjustmentView,
  BillCorrectionView,
  BillFigures,
  BillHostView,
  BillLineView,
  BillModelView,
} from './bill-view'
import { csvText } from './csv-cell'

const COLUMNS = [
  'month',
  'kind',
  'host',
  'model',
  'service_tier',
  'meter',
  'conditions',
  'quantity',
  'unit_price',
  'per',
  'multiplier',
  'amount',
  'exact_amount',
  'currency',
  'effective_from',
  'effective_to',
  'contract',
  'price_id',
  'source_url',
  'records',
  'unpriced_calls',
  'unpriced_tokens',
  'usage_month',
  'billed_in',
  'cause',
  'note',
] as const

type Cells = Partial<Record<(typeof COLUMNS)[number], string>>

/** The column `amount` of all rows but the last sums to the total of the last, and `exact_amount` likewise. */
export function billCsv(bill: BillFigures): string {
  const rows: Cells[] = bill.hosts.flatMap((host) =>
    host.models.flatMap((model) => [
      ...model.lines.map((line) => lineCells(host, model, line)),
      ...(model.unpriced === null ? [] : [unpricedCells(host, model, model.unpriced)]),
    ]),
  )
  rows.push(...bill.corrections.map((one) => correctionCells('correction', one)))
  rows.push(...bill.carried.map((one) => correctionCells('billed elsewhere', one)))
  rows.push(...bill.adjustments.map(adjustmentCells))
  rows.push({ kind: csvText('rounding'), amount: bill.rounding })
  rows.push({
    kind: csvText('total'),
    ...(bill.total === null ? {} : { amount: bill.total }),
    ...(bill.exact_total === null ? {} : { exact_amount: bill.exact_total }),
    records: bill.records,
    unpriced_calls: bill.coverage.requests,
    unpriced_tokens: bill.coverage.tokens,
  })
  const shared: Cells = { month: csvText(bill.month), currency: csvText(bill.currency) }
  const lines = rows.map((row) => COLUMNS.map((column) => row[column] ?? shared[column] ?? '').join(','))
  return [COLUMNS.join(','), ...lines].map((line) => `${line}\r\n`).join('')
}

function namesOf(host: BillHostView, model: BillModelView): Cells {
  return { host: csvText(host.host), model: csvText(model.model), service_tier: csvText(model.service_tier) }
}

function lineCells(host: BillHostView, model: BillModelView, line: BillLineView): Cells {
  return {
    ...namesOf(host, model),
    kind: csvText('line'),
    meter: csvText(line.meter),
    conditions: csvText(line.conditions.map((one) => JSON.stringify(one)).join(' ')),
    quantity: line.quantity,
    unit_price: line.unit_price,
    per: line.per,
    multiplier: line.multiplier,
    amount: line.amount,
    exact_amount: line.exact_amount,
    effective_from: csvText(line.effective_from),
    effective_to: csvText(line.effective_to ?? ''),
    contract: csvText(line.contract ? 'yes' : 'no'),
    price_id: csvText(line.price_id),
    source_url: csvText(line.source_url),
  }
}

function correctionCells(kind: string, one: BillCorrectionView): Cells {
  return {
    kind: csvText(kind),
    host: csvText(one.host),
    model: csvText(one.model),
    amount: one.amount,
    exact_amount: one.exact_amount,
    records: one.records,
    unpriced_calls: one.unpriced_requests,
    usage_month: csvText(one.month),
    billed_in: csvText(one.billed_in),
    cause: csvText(`${one.cause} ${one.cause_no}`),
    note: csvText(one.note),
  }
}

function adjustmentCells(one: BillAdjustmentView): Cells {
  return {
    kind: csvText('adjustment'),
    host: csvText(one.host ?? ''),
    amount: one.amount,
    exact_amount: one.exact_amount,
    cause: csvText(one.kind),
    note: csvText(one.reason),
  }
}

/** No amount: an unknown price is not zero. */
function unpricedCells(
  host: BillHostView,
  model: BillModelView,
  unpriced: NonNullable<BillModelView['unpriced']>,
): Cells {
  return {
    ...namesOf(host, model),
    kind: csvText('unpriced'),
    records: unpriced.records,
    unpriced_calls: unpriced.requests,
    unpriced_tokens: unpriced.tokens,
  }
}
