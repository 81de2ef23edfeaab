/**
 * A bill in the FOCUS 1.4 format: one row a meter, price and UTC day, each with its quantity, unit prices and costs as exact
 * decimals, then corrections and adjustments. Nothing is rounded, so there is no row for what rounding gained or lost:
 * `BilledCost` of the rows of a currency sums to that currency's exact total, the one the screen shows before rounding.
 * Usage without a price is not in the file: the format has no unknown cost, and zero would be a lie. Columns the
 * specification lacks begin with `x_`.
 * Source: https://focus.finops.org/focus-specification/ (checked 2026-11-23)
 */
import { formatScaled, parseScaled } from '../money/decimal'
import { STANDARD } from '../price/situation'
import { DAY_MS, isoOf } from '../time/instant'
import { isMeter, isTokenMeter } from '../usage/meter'
import {
  addLines,
  type BillRow,
  byMeter,
  currencyOf,
  entryIn,
  inItsCurrency,
  lineView,
  type PricedLine,
} from './bill-line'
import type { BillAdjustmentView, BillCorrectionView, BillFigures, BillLineView } from './bill-view'
import { csvText } from './csv-cell'
import { monthBounds } from './period-choice'

const COLUMNS = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargeFrequency',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ConsumedQuantity',
  'ConsumedUnit',
  'ContractedCost',
  'ContractedUnitPrice',
  'EffectiveCost',
  'HostProviderName',
  'InvoiceIssuerName',
  'ListCost',
  'ListUnitPrice',
  'PricingCategory',
  'PricingCurrency',
  'PricingQuantity',
  'PricingUnit',
  'ServiceCategory',
  'ServiceName',
  'ServiceProviderName',
  'ServiceSubcategory',
  'SkuId',
  'SkuMeter',
  'SkuPriceDetails',
  'SkuPriceId',
  'x_Contract',
  'x_CostKind',
  'x_EffectiveFrom',
  'x_Model',
  'x_PriceSource',
  'x_ServiceTier',
  'x_TokenCount',
  'x_TokenType',
  'x_TokentabBill',
  'x_UsageMonth',
] as const

type Column = (typeof COLUMNS)[number]
type Cells = Partial<Readonly<Record<Column, string>>>

const NUMBERS: ReadonlySet<string> = new Set([
  'BilledCost',
  'ConsumedQuantity',
  'ContractedCost',
  'ContractedUnitPrice',
  'EffectiveCost',
  'ListCost',
  'ListUnitPrice',
  'PricingQuantity',
  'x_TokenCount',
])

/** Places of a rate, and of up to three factors of nine places each. */
const RATE_PLACES = 27
const USD_PLACES = 18

export interface FocusAccount {
  readonly id: string
  readonly name: string
}

/** Sums of one UTC day that were priced alike, in whichever currency. */
export interface FocusRow extends BillRow {
  /** "2026-09-30". */
  readonly day: string
}

/** The file's lines, the head first. `rows` make up the usage of `bill`, those of a day beside each other. */
export function* billFocusLines(
  bill: BillFigures,
  account: FocusAccount,
  rows: Iterable<FocusRow>,
): Generator<string, void, undefined> {
  yield `${COLUMNS.join(',')}\r\n`
  const shared: Cells = {
    BillingAccountId: account.id,
    BillingAccountName: account.name,
    BillingPeriodStart: bill.from,
    BillingPeriodEnd: bill.to,
    ChargePeriodStart: bill.from,
    ChargePeriodEnd: bill.to,
    ServiceCategory: 'AI and Machine Learning',
    ServiceSubcategory: 'Generative AI',
    x_CostKind: 'computed',
    // Names the file as our own, so that nobody's import adds it to the usage it came from.
    x_TokentabBill: bill.month,
  }
  for (const row of usageRows(rows)) yield lineText({ ...shared, ...row })
  for (const book of [bill, ...bill.other_currencies]) {
    const inCurrency = { ...shared, ...currencyCells(book.currency) }
    for (const one of [...book.corrections, ...book.carried]) yield lineText({ ...inCurrency, ...correctionCells(one) })
  }
  for (const one of bill.adjustments) {
    yield lineText({ ...shared, ...currencyCells(bill.currency), ...adjustmentCells(one) })
  }
}

function lineText(cells: Cells): string {
  const texts = COLUMNS.map((column) => {
    const value = cells[column]
    if (value === undefined || value === '') return ''
    return NUMBERS.has(column) ? value : csvText(value)
  })
  return `${texts.join(',')}\r\n`
}

function currencyCells(currency: string): Cells {
  return { BillingCurrency: currency, PricingCurrency: currency }
}

/** One row a day, host, model, tier and line. */
function* usageRows(rows: Iterable<FocusRow>): Generator<Cells, void, undefined> {
  let day = ''
  let groups = new Map<string, { readonly row: FocusRow; readonly lines: Map<string, PricedLine> }>()
  function* told(): Generator<Cells, void, undefined> {
    for (const key of [...groups.keys()].sort()) {
      const group = groups.get(key)
      if (group === undefined) continue
      for (const line of [...group.lines.values()].sort(byMeter)) yield usageCells(group.row, line)
    }
  }
  for (const row of rows) {
    if (row.day !== day) {
      yield* told()
      day = row.day
      groups = new Map()
    }
    const currency = currencyOf(row)
    const key = JSON.stringify([row.host, row.model, row.serviceTier, currency])
    const group = entryIn(groups, key, () => ({ row, lines: new Map<string, PricedLine>() }))
    addLines(group.lines, currency === 'USD' ? row : inItsCurrency(row))
  }
  yield* told()
}

function usageCells(row: FocusRow, priced: PricedLine): Cells {
  const { host, model, serviceTier: tier } = row
  const line = lineView(priced)
  const isToken = isMeter(line.meter) && (isTokenMeter(line.meter) || line.meter === 'reasoning')
  const unit = isToken ? 'Tokens' : unitName(line.meter)
  const next = new Date(Date.parse(`${row.day}T00:00:00Z`) + DAY_MS)
  return {
    ...currencyCells(currencyOf(row)),
    ...providerOf(host),
    ChargePeriodStart: `${row.day}T00:00:00Z`,
    ChargePeriodEnd: isoOf(next.getTime()),
    ServiceName: model,
    ChargeCategory: 'Usage',
    ChargeFrequency: 'Usage-Based',
    ChargeDescription: `${model} ${line.meter}${tier === STANDARD ? '' : ` (${tier})`}`,
    BilledCost: line.exact_amount,
    EffectiveCost: line.exact_amount,
    ContractedCost: line.exact_amount,
    // A contract's own rate says nothing of the list price; the cost column may not be empty, the unit price may.
    ListCost: line.list_amount ?? line.exact_amount,
    ...pricingCells(line, priced, unit),
    PricingCategory: 'Standard',
    ConsumedQuantity: line.quantity,
    ConsumedUnit: unit,
    SkuId: `${host}/${model}`,
    SkuMeter: skuMeter(line.meter),
    SkuPriceId: line.price_id,
    SkuPriceDetails: JSON.stringify({ ModelId: model, ...directionOf(line.meter) }),
    x_Contract: line.contract ? 'yes' : 'no',
    x_Model: model,
    x_ServiceTier: tier,
    x_TokenType: line.meter,
    ...(isToken ? { x_TokenCount: line.quantity } : {}),
    x_PriceSource: line.source_url,
    x_EffectiveFrom: line.effective_from,
  }
}

function correctionCells(one: BillCorrectionView): Cells {
  return {
    ...providerOf(one.host),
    ...flatCost(one.exact_amount),
    ChargePeriodStart: monthBounds(one.month).from,
    ChargePeriodEnd: monthBounds(one.month).to,
    ServiceName: one.model,
    ChargeCategory: 'Usage',
    ChargeClass: 'Correction',
    ChargeFrequency: 'Usage-Based',
    ChargeDescription: `${one.model}: ${one.cause} ${one.cause_no} changed ${one.month}`,
    x_Model: one.model,
    x_UsageMonth: one.month,
  }
}

const CATEGORIES: Readonly<Record<BillAdjustmentView['kind'], string>> = {
  credit: 'Credit',
  tax: 'Tax',
  commitment: 'Purchase',
  prepaid: 'Purchase',
  other: 'Adjustment',
}

/** What a prepaid balance or a commitment pays of the bill is money back, not something bought. */
function categoryOf(one: BillAdjustmentView): string {
  return CATEGORIES[one.kind] === 'Purchase' && one.exact_amount.startsWith('-') ? 'Credit' : CATEGORIES[one.kind]
}

function adjustmentCells(one: BillAdjustmentView): Cells {
  return {
    ...providerOf(one.host ?? ''),
    ...flatCost(one.exact_amount),
    // A purchase is one piece of what was agreed.
    ...(categoryOf(one) === 'Purchase'
      ? {
          PricingCategory: 'Standard',
          PricingQuantity: '1',
          PricingUnit: 'Agreements',
          ListUnitPrice: one.exact_amount,
          ContractedUnitPrice: one.exact_amount,
        }
      : {}),
    ServiceName: one.reason,
    ChargeCategory: categoryOf(one),
    ChargeFrequency: 'One-Time',
    ChargeDescription: one.reason,
    x_CostKind: 'entered',
  }
}

function flatCost(amount: string): Cells {
  return { BilledCost: amount, EffectiveCost: amount, ContractedCost: amount, ListCost: amount }
}

/** An adjustment of the whole bill has no host; who issues it is not known here. */
function providerOf(host: string): Cells {
  const name = host === '' ? 'Unspecified' : host
  return { HostProviderName: name, ServiceProviderName: name, InvoiceIssuerName: name }
}

/**
 * Quantity in the unit of the price, and the prices of one such unit, so that each cost is unit price × quantity to the
 * last digit. Where the price is for a number of units that no decimal divides (an hour in seconds) the quantity is in the
 * unit itself and the unit prices are left out: no decimal would say them.
 */
function pricingCells(line: BillLineView, priced: PricedLine, unit: string): Cells {
  if (!/^10*$/.test(line.per)) return { PricingQuantity: line.quantity, PricingUnit: unit }
  const list = listUnitPrice(line, priced)
  return {
    PricingQuantity: formatScaled(BigInt(line.quantity), line.per.length - 1),
    PricingUnit: line.per === '1' ? unit : `${line.per} ${unit}`,
    ContractedUnitPrice: product(line.unit_price, line.multiplier),
    ...(list === null ? {} : { ListUnitPrice: list }),
  }
}

function listUnitPrice(line: BillLineView, { listPrice, entry }: PricedLine): string | null {
  if (line.list_multiplier !== null) return product(line.unit_price, line.list_multiplier)
  if (line.list_amount === null || listPrice === null || listPrice.denominator !== 1n) return null
  return formatScaled(listPrice.numerator * entry.per, USD_PLACES)
}

function product(price: string, factor: string): string {
  return formatScaled(scaledOf(price) * scaledOf(factor), 2 * RATE_PLACES)
}

function scaledOf(text: string): bigint {
  const parsed = parseScaled(text, RATE_PLACES)
  if (!parsed.ok) throw new Error(`not a decimal: ${text}`)
  return parsed.value
}

const SKU_METERS: Readonly<Record<string, string>> = {
  input: 'Input Tokens',
  output: 'Output Tokens',
  reasoning: 'Reasoning Output Tokens',
  cache_read: 'Cache Read Input Tokens',
  cache_write_5m: 'Cache Write Input Tokens',
  cache_write_1h: 'Cache Write 1h Input Tokens',
}

function skuMeter(meter: string): string {
  return SKU_METERS[meter] ?? unitName(meter)
}

/** "web_search" is "Web Search". */
function unitName(meter: string): string {
  return meter
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ')
}

/** Names of the draft for AI charges; only for tokens, which have a direction. */
function directionOf(meter: string): Readonly<Record<string, string>> {
  if (!isMeter(meter) || !(isTokenMeter(meter) || meter === 'reasoning')) return {}
  if (meter === 'reasoning' || meter.startsWith('output')) return { TokenDirection: 'Output' }
  const action = meter.startsWith('cache_read') ? 'Read' : meter.startsWith('cache_write') ? 'Write' : 'Uncached'
  return { TokenDirection: 'Input', TokenCacheAction: action }
}
