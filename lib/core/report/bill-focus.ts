/**
 * A bill in the FinOps Open Cost and Usage Specification, version 1.4: one row a meter line, and rows for corrections,
 * adjustments and nothing else. `BilledCost` sums to the bill's exact total. Usage without a price is not in the file: the
 * format has no unknown cost, and zero would be a lie. Columns the specification lacks begin with `x_`.
 * Source: https://focus.finops.org/focus-specification/ (checked 2026-11-23)
 */
import { formatScaled, parseScaled } from '../money/decimal'
import { isMeter, isTokenMeter } from '../usage/meter'
import type { BillAdjustmentView, BillCorrectionView, BillFigures, BillHostView, BillLineView } from './bill-view'
import { csvText } from './csv-cell'

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

export interface FocusAccount {
  readonly id: string
  readonly name: string
}

export function billFocusCsv(bill: BillFigures, account: FocusAccount): string {
  const shared: Cells = {
    BillingAccountId: account.id,
    BillingAccountName: account.name,
    BillingCurrency: bill.currency,
    BillingPeriodStart: bill.from,
    BillingPeriodEnd: bill.to,
    ChargePeriodStart: bill.from,
    ChargePeriodEnd: bill.to,
    PricingCurrency: bill.currency,
    ServiceCategory: 'AI and Machine Learning',
    ServiceSubcategory: 'Generative AI',
    x_CostKind: 'computed',
    // Names the file as our own, so that nobody's import adds it to the usage it came from.
    x_TokentabBill: bill.month,
  }
  const rows = [
    ...bill.hosts.flatMap((host) =>
      host.models.flatMap(({ model, service_tier, lines }) =>
        lines.map((line) => usageCells(host, model, service_tier, line)),
      ),
    ),
    ...[...bill.corrections, ...bill.carried].map(correctionCells),
    ...bill.adjustments.map(adjustmentCells),
  ]
  const lines = rows.map((row) => {
    const cells: Cells = { ...shared, ...row }
    return COLUMNS.map((column) => {
      const value = cells[column]
      if (value === undefined || value === '') return ''
      return NUMBERS.has(column) ? value : csvText(value)
    }).join(',')
  })
  return [COLUMNS.join(','), ...lines].map((line) => `${line}\r\n`).join('')
}

function usageCells(host: BillHostView, model: string, tier: string, line: BillLineView): Cells {
  const pricing = pricingOf(line)
  const isToken = isMeter(line.meter) && (isTokenMeter(line.meter) || line.meter === 'reasoning')
  const unit = isToken ? 'Tokens' : unitName(line.meter)
  return {
    ...providerOf(host.host),
    ServiceName: model,
    ChargeCategory: 'Usage',
    ChargeFrequency: 'Usage-Based',
    ChargeDescription: `${model} ${line.meter}${tier === '' ? '' : ` (${tier})`}`,
    BilledCost: line.exact_amount,
    EffectiveCost: line.exact_amount,
    ContractedCost: line.exact_amount,
    // A contract's own rate says nothing of the list price; the cost column may not be empty, the unit price may.
    ListCost: line.list_amount ?? line.exact_amount,
    ...(pricing === null
      ? {}
      : {
          PricingQuantity: pricing.quantity,
          PricingUnit: line.per === '1' ? unit : `${line.per} ${unit}`,
          ContractedUnitPrice: pricing.contracted,
          ...(pricing.list === null ? {} : { ListUnitPrice: pricing.list }),
        }),
    PricingCategory: line.contract ? 'Committed' : 'Standard',
    ConsumedQuantity: line.quantity,
    ConsumedUnit: unit,
    SkuId: `${host.host}/${model}`,
    SkuMeter: skuMeter(line.meter),
    SkuPriceId: line.price_id,
    SkuPriceDetails: JSON.stringify({ ModelId: model, ...directionOf(line.meter) }),
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

function adjustmentCells(one: BillAdjustmentView): Cells {
  return {
    ...providerOf(one.host ?? ''),
    ...flatCost(one.exact_amount),
    ServiceName: one.reason,
    ChargeCategory: CATEGORIES[one.kind],
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
 * Quantity in the unit of the price and the prices of one such unit. Null where the price is for a number of units that no
 * decimal divides (an hour in seconds): then the costs alone are stated, exactly.
 */
function pricingOf(
  line: BillLineView,
): { readonly quantity: string; readonly contracted: string; readonly list: string | null } | null {
  if (!/^10*$/.test(line.per)) return null
  const places = line.per.length - 1
  return {
    quantity: formatScaled(BigInt(line.quantity), places),
    contracted: product(line.unit_price, line.multiplier),
    list: line.list_multiplier === null ? null : product(line.unit_price, line.list_multiplier),
  }
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
