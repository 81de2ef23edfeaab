/**
 * The table of Google Cloud Billing's reports as the console exports it (English): one row a day or month and SKU, or service. The
 * currency is told by the header's sign, which several dollars share, so that an invoice's line "Currency,AUD" before the table is
 * believed first. Quantities have thousands commas, and the last rows are totals without a date. Days are as written.
 */
import { err, ok, type Problem, type Result } from '../../result'
import { DAY_MS } from '../../time/instant'
import type { CostCategory, CostRecord } from '../../usage/cost-record'
import { billedAmountOf, billedCurrencyOf, buildCost, decimalOf, endsOf } from '../build-cost'
import { calendarMonth } from '../calendar-month'
import { Columns, missingColumns } from '../columns'
import { type CsvReading, openNamed } from '../csv-rows'
import type { CsvCostDialect, CsvRowReader, ReadOptions } from '../dialect'
import { skuOf } from '../google-sku'
import { type InstantReader, stop } from '../value'

const TITLE = 'Google Cloud Billing report'
const REQUIRED = ['service id', 'sku description'] as const
/** Reports have a row a day or a month, the cost table of an invoice one for its whole period. */
const DATES = ['date', 'month', 'usage start date'] as const
/** Names of the amount without its currency, the exact one first. */
const AMOUNTS = ['unrounded subtotal', 'subtotal', 'unrounded cost', 'cost'] as const
/** As English writes them (https://cldr.unicode.org, checked 2026-11-29). */
const SIGNS = new Map<string, string>(
  Object.entries({
    $: 'USD',
    us$: 'USD',
    a$: 'AUD',
    ca$: 'CAD',
    hk$: 'HKD',
    mx$: 'MXN',
    nt$: 'TWD',
    nz$: 'NZD',
    r$: 'BRL',
    '€': 'EUR',
    '£': 'GBP',
    '¥': 'JPY',
    'cn¥': 'CNY',
    '₹': 'INR',
    '₩': 'KRW',
    '₪': 'ILS',
    '₫': 'VND',
    '₱': 'PHP',
  }),
)

export const googleBillingCsv: CsvCostDialect = {
  kind: 'csv',
  layer: 'billed',
  id: 'google-billing-csv',
  title: TITLE,
  recognisedBy: 'Columns SKU description and Service ID, or Date (or Month), Service ID and a subtotal.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    if (!columns.has('service id')) return null
    if (!columns.has('sku description')) {
      return (columns.has('date') || columns.has('month')) && amountOf(header) !== null ? 'by service' : null
    }
    return columns.has('usage start date') ? 'cost table' : '1'
  },
  open,
}

/** The column of the amount; null when there is none. */
function amountOf(header: readonly string[]): string | null {
  return AMOUNTS.flatMap((name) => header.filter((one) => one === name || one.startsWith(`${name} (`)))[0] ?? null
}

function open(header: readonly string[], options: ReadOptions): Result<CsvRowReader<CostRecord>, Problem> {
  const column = amountOf(header)
  if (column === null) return err(missingColumns(TITLE, ['Subtotal ($)']).error)
  if (!DATES.some((name) => header.includes(name))) return err(missingColumns(TITLE, [DATES[0]]).error)
  const ends = endsOf(options)
  const sign = /\(([^)]+)\)$/.exec(column)?.[1] ?? ''
  const bySku = header.includes('sku description')
  const table = { column, currency: SIGNS.get(sign) ?? sign.toUpperCase(), bySku }
  const required = bySku ? REQUIRED : [REQUIRED[0]]
  const rows = openNamed({ title: TITLE, header, required }, options, 'utc', (reading) => [
    costOfRow(reading, table, ends),
  ])
  if (!rows.ok) return rows
  return ok({
    ...rows.value,
    beside([name = '', value = '']: readonly string[]) {
      if (name.trim().toLowerCase() === 'currency' && /^[a-z]{3}$/i.test(value.trim())) table.currency = value.trim()
    },
  })
}

const CATEGORIES = new Map<string, CostCategory>(
  Object.entries({ usage: 'usage', regular: 'usage', tax: 'tax', '': 'usage' }),
)

interface Table {
  readonly column: string
  readonly currency: string
  readonly bySku: boolean
}

function costOfRow({ row, instants }: CsvReading, { column, currency, bySku }: Table, ends: InstantReader): CostRecord {
  const written = row.text(...DATES)
  if (written === '') {
    return stop(
      'NOT_A_DATA_ROW',
      'date',
      'This is a line of totals or tax over the whole table; it was not added to what it sums.',
      'Nothing to do: totals are computed from the rows. Tax stands on the invoice.',
    )
  }
  const month = calendarMonth(written)
  const startMs = instants.require(month?.first ?? written, 'date')
  const lastDayMs = ends.read(row.text('usage end date'), 'usage end date') ?? startMs
  const endMs = month === null ? lastDayMs + DAY_MS : ends.require(month.next, 'month')
  const type = row.text('cost type').toLowerCase()
  const credit = row.text('credit type')
  const service = row.text('service description')
  const named = row.text('sku description')
  const line = bySku ? named : service
  const sku = skuOf(service, line)
  const project = row.text('project id', 'project name')
  const quantity = row.text('usage amount').replace(/,(?=\d{3}(?:\D|$))/g, '')
  return buildCost({
    statement: {
      issuer: 'google',
      account: row.text('billing account id') || null,
      form: 'google-console',
      told: (project === '' ? 0 : 1) | (bySku ? 0 : 2),
      whole: true,
    },
    key: [
      row.text('service id'),
      row.text('sku id'),
      named,
      project,
      ...(type === '' && credit === '' ? [] : [type, credit]),
    ],
    startMs,
    endMs,
    category: credit === '' ? (CATEGORIES.get(type) ?? 'adjustment') : 'credit',
    service: service || null,
    line,
    ...sku,
    project: project || null,
    quantity: decimalOf(quantity, 'usage amount'),
    unit: row.text('usage unit') || null,
    amount: billedAmountOf(row.text(column), column),
    currency: billedCurrencyOf(currency, column),
    rounding: column.startsWith('unrounded') ? null : '0.005',
  })
}
