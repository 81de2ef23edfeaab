/**
 * Azure's cost details, of enterprise agreements and customer agreements, whose columns differ in case and a few names: days
 * by meter and resource. Dates are M/D/YYYY or ISO, and D/M/YYYY where a spreadsheet saved them; where the file states its billing
 * period, a date outside it is refused. The owner's address is not read.
 */
import { DAY_MS } from '../../time/instant'
import type { CostCategory, CostRecord } from '../../usage/cost-record'
import { azureMeterOf, isAzureModels } from '../azure-meter'
import { billedAmountOf, billedCurrencyOf, buildCost, decimalOf, endsOf } from '../build-cost'
import { Columns } from '../columns'
import { type CsvReading, type NamedCells, openNamed } from '../csv-rows'
import { DayOrder, type RowDates } from '../day-order'
import { DecimalMark } from '../decimal-mark'
import type { CsvCostDialect } from '../dialect'
import { quoted } from '../reject'
import { type InstantReader, stop } from '../value'

const TITLE = 'Azure cost details'
const REQUIRED = ['date', 'metercategory', 'costinbillingcurrency'] as const
/** Names of the amount; the exports of before 2019 and of subscriptions without an agreement have the later ones. */
const AMOUNTS = ['costinbillingcurrency', 'pretaxcost', 'cost'] as const
const QUANTITIES = ['quantity', 'usagequantity'] as const
/** Numbers by which a row shows how it writes decimals. */
const NUMBERS = [...AMOUNTS, ...QUANTITIES, 'effectiveprice', 'unitprice', 'paygprice', 'resourcerate'] as const
const CURRENCIES = ['billingcurrencycode', 'billingcurrency', 'currency'] as const

export const azureCostCsv: CsvCostDialect = {
  kind: 'csv',
  layer: 'billed',
  id: 'azure-cost-csv',
  title: TITLE,
  recognisedBy: 'Columns MeterCategory and CostInBillingCurrency.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    if (!columns.has('metercategory')) return null
    if (columns.has('costinbillingcurrency')) return columns.has('billingcurrencycode') ? 'EA' : 'MCA'
    const told = [AMOUNTS, CURRENCIES].every((names) => names.some((name) => columns.has(name)))
    return told ? 'legacy' : null
  },
  open(header, options) {
    const ends = endsOf(options)
    const written = { mark: new DecimalMark(), order: new DayOrder() }
    const date = header.includes('usagedatetime') ? 'usagedatetime' : 'date'
    const amount = AMOUNTS.find((name) => header.includes(name)) ?? AMOUNTS[0]
    const required = [date, 'metercategory', amount]
    const foresee = (row: NamedCells) => {
      written.mark.foresee(numbersOf(row))
      written.order.foresee(datesOf(row))
    }
    return openNamed({ title: TITLE, header, required, foresee }, options, 'utc', (reading) => [
      costOfRow(reading, ends, written),
    ])
  },
}

const CATEGORIES = new Map<string, CostCategory>(
  Object.entries({
    usage: 'usage',
    purchase: 'purchase',
    tax: 'tax',
    refund: 'refund',
    credit: 'credit',
  }),
)

/** How the file writes numbers and dates. */
interface Written {
  readonly mark: DecimalMark
  readonly order: DayOrder
}

const numbersOf = (row: NamedCells) => NUMBERS.map((name) => row.text(name))

function datesOf(row: NamedCells): RowDates {
  return {
    date: row.text('date', 'usagedatetime'),
    first: row.text('billingperiodstartdate'),
    last: row.text('billingperiodenddate'),
  }
}

function costOfRow({ row, instants }: CsvReading, ends: InstantReader, { mark, order }: Written): CostRecord {
  mark.look(numbersOf(row))
  const dates = datesOf(row)
  order.look(dates, 'date')
  const startMs = instants.require(order.iso(dates.date), 'date')
  insideOfPeriod(dates, startMs, ends, order)
  const service = row.text('metercategory')
  const meterName = row.text('metername')
  const subscription = row.text('subscriptionid', 'subscriptionguid')
  const type = row.text('chargetype').toLowerCase()
  const isModelService = isAzureModels(
    [service, row.text('metersubcategory'), row.text('consumedservice'), row.text('productname', 'product')].join(' '),
  )
  const unit = row.text('unitofmeasure')
  return buildCost({
    statement: {
      issuer: 'azure',
      account: row.text('billingaccountid') || null,
      form: 'azure-cost-details',
      told: 0,
      whole: true,
    },
    key: [
      subscription,
      row.text('resourcegroup', 'resourcegroupname'),
      row.text('resourceid', 'instancename', 'instanceid'),
      row.text('meterid'),
      service,
      row.text('metersubcategory'),
      meterName,
      type,
      row.text('resourcelocation'),
      row.text('pricingmodel'),
      row.text('productorderid'),
      row.text('costcenter'),
    ],
    startMs,
    endMs: startMs + DAY_MS,
    host: 'azure',
    service: service || null,
    isModelService,
    line: meterName || row.text('productname', 'product') || service,
    ...(isModelService ? azureMeterOf(meterName) : {}),
    category: type === '' ? 'usage' : (CATEGORIES.get(type) ?? 'adjustment'),
    project: row.text('subscriptionname') || subscription || null,
    region: row.text('resourcelocation').toLowerCase() || null,
    quantity: unit === '' ? null : decimalOf(mark.plain(row.text(...QUANTITIES)), 'quantity'),
    unit: unit || null,
    amount: billedAmountOf(mark.plain(row.text(...AMOUNTS)), 'costinbillingcurrency'),
    currency: billedCurrencyOf(row.text(...CURRENCIES), 'billingcurrency'),
  })
}

function insideOfPeriod({ date, first, last }: RowDates, startMs: number, ends: InstantReader, order: DayOrder): void {
  const fromMs = ends.read(order.iso(first), 'billingperiodstartdate')
  const toMs = ends.read(order.iso(last), 'billingperiodenddate')
  if (fromMs === null || toMs === null || (startMs >= fromMs && startMs < toMs + DAY_MS)) return
  stop(
    'DATE_OUT_OF_RANGE',
    'date',
    `date is ${quoted(date)}: outside the billing period of the row, however its dates are read.`,
    'Export with dates as YYYY-MM-DD.',
  )
}
