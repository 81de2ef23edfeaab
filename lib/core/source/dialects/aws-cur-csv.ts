/**
 * Amazon's Cost and Usage Report, classic ("lineItem/UsageType") and 2.0 ("line_item_usage_type"): hours or days by usage type
 * and resource. Every line of the invoice is kept; those of Bedrock are told apart, and the rest is no model's. Line item ids
 * are not read: they hold within one version of a report only.
 */
import { DAY_MS, HOUR_MS } from '../../time/instant'
import type { CostRecord } from '../../usage/cost-record'
import { awsCategory, awsUsageOf, isBedrock } from '../aws-cost'
import { billedAmountOf, billedCurrencyOf, buildCost, decimalOf, endsOf } from '../build-cost'
import { textOrNull } from '../build-record'
import { Columns } from '../columns'
import { type CsvReading, openNamed } from '../csv-rows'
import type { CsvCostDialect } from '../dialect'
import { isObject, parseJson } from '../json'
import type { InstantReader } from '../value'

const TITLE = 'AWS Cost and Usage Report'

/** Both generations name a column by the same letters. */
const plain = (header: readonly string[]) => header.map((name) => name.replace(/[/_]/g, ''))
const NEEDED = ['lineitemusagetype', 'lineitemunblendedcost', 'lineitemusagestartdate', 'lineitemcurrencycode'] as const

export const awsCurCsv: CsvCostDialect = {
  kind: 'csv',
  layer: 'billed',
  id: 'aws-cur-csv',
  title: TITLE,
  recognisedBy:
    'Columns line_item_usage_type and line_item_unblended_cost, or lineItem/UsageType and lineItem/UnblendedCost.',
  required: [
    'line_item_usage_type',
    'line_item_unblended_cost',
    'line_item_usage_start_date',
    'line_item_currency_code',
  ],
  recognise(header) {
    const columns = new Columns(plain(header))
    if (!NEEDED.every((name) => columns.has(name))) return null
    return header.includes('line_item_usage_type') ? '2.0' : 'classic'
  },
  open(header, options) {
    const ends = endsOf(options)
    const file = { title: TITLE, header: plain(header), required: NEEDED }
    return openNamed(file, options, 'utc', (reading) => [costOfRow(reading, ends)])
  },
}

function costOfRow({ row, instants }: CsvReading, ends: InstantReader): CostRecord {
  const startMs = instants.require(row.text('lineitemusagestartdate'), 'line_item_usage_start_date')
  const wholeDay = startMs % DAY_MS === 0
  const endMs =
    ends.read(row.text('lineitemusageenddate'), 'line_item_usage_end_date') ?? startMs + (wholeDay ? DAY_MS : HOUR_MS)
  const product = row.text('lineitemproductcode')
  const name = row.text('productproductname', 'productservicename') || productNameIn(row.text('product'))
  const usageType = row.text('lineitemusagetype')
  const description = row.text('lineitemlineitemdescription')
  const type = row.text('lineitemlineitemtype').toLowerCase()
  const isModelService = isBedrock(`${product} ${name}`) || /\bbedrock\b/i.test(description)
  const unit = row.text('pricingunit')
  const usageAccount = row.text('lineitemusageaccountid')
  const account = row.text('billpayeraccountid') || usageAccount
  const said = isModelService ? awsUsageOf(usageType, name) : { model: null, meter: null, serviceTier: null }
  return buildCost({
    statement: { issuer: 'aws', account: account || null, form: 'aws-cur', told: 0, whole: true },
    key: [
      usageAccount,
      product,
      usageType,
      row.text('lineitemoperation'),
      type,
      row.text('lineitemresourceid'),
      row.text('lineitemavailabilityzone'),
      description,
      row.text('lineitemunblendedrate'),
      row.text('lineitemtaxtype'),
      row.text('lineitemlegalentity'),
    ],
    startMs,
    endMs: endMs <= startMs ? startMs + HOUR_MS : endMs,
    host: isModelService ? 'bedrock' : 'aws',
    service: product || null,
    isModelService,
    line: usageType || description || product,
    ...said,
    category: awsCategory(type),
    project: usageAccount || null,
    region: row.text('productregioncode', 'productregion') || null,
    // What the amount of usage counts is known by its unit alone: tokens, thousands or millions of them.
    quantity: unit === '' ? null : decimalOf(row.text('lineitemusageamount'), 'line_item_usage_amount'),
    unit: unit || null,
    amount: billedAmountOf(row.text('lineitemunblendedcost'), 'line_item_unblended_cost'),
    currency: billedCurrencyOf(row.text('lineitemcurrencycode'), 'line_item_currency_code'),
  })
}

/** Version 2.0 keeps what a product is in one column, as JSON. */
function productNameIn(json: string): string {
  const parsed = json.startsWith('{') ? parseJson(json) : null
  const product = parsed?.ok && isObject(parsed.value) ? parsed.value : {}
  return textOrNull(product.product_name) ?? textOrNull(product.servicename) ?? ''
}
