/**
 * FOCUS cost and usage tables of any provider, 1.0 to 1.4. The billed cost counts; list and effective cost are other questions.
 * Empty cells may be written NULL, times with a space and without a zone.
 */
import type { CostCategory, CostRecord } from '../../usage/cost-record'
import type { Meter } from '../../usage/meter'
import { type AwsUsage, awsUsageOf, isBedrock } from '../aws-cost'
import { azureMeterOf, isAzureModels } from '../azure-meter'
import { billedAmountOf, billedCurrencyOf, buildCost, decimalOf, endsOf } from '../build-cost'
import { textOrNull } from '../build-record'
import { Columns } from '../columns'
import { type CsvReading, openNamed } from '../csv-rows'
import type { CsvCostDialect } from '../dialect'
import { skuOf } from '../google-sku'
import { isObject, parseJson } from '../json'
import { type InstantReader, stop } from '../value'

const TITLE = 'FOCUS cost and usage'
/** Only bills that this product exported have it: computed cost, which nobody billed. */
const OWN = 'x_tokentabbill'
const REQUIRED = ['billedcost', 'billingcurrency', 'chargeperiodstart', 'chargeperiodend'] as const

export const focusCsv: CsvCostDialect = {
  kind: 'csv',
  layer: 'billed',
  id: 'focus-csv',
  title: TITLE,
  recognisedBy: 'Columns BilledCost and ChargePeriodStart.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    if (!columns.has('billedcost') || !columns.has('chargeperiodstart')) return null
    if (columns.has(OWN)) return 'tokentab'
    if (columns.has('serviceprovidername') && !columns.has('providername')) return '1.4'
    if (columns.has('serviceprovidername')) return '1.3'
    if (columns.has('invoiceid')) return '1.2'
    return columns.has('capacityreservationid') ? '1.1' : '1.0'
  },
  open(header, options) {
    const ends = endsOf(options)
    const isOwn = header.includes(OWN)
    return openNamed({ title: TITLE, header, required: REQUIRED }, options, 'utc', (reading) =>
      isOwn ? [] : [costOfRow(reading, ends)],
    )
  },
  note: (generation) =>
    generation === 'tokentab'
      ? {
          code: 'OWN_EXPORT',
          message: 'This is a bill that Tokentab exported. What it says is in the books already; nothing was added.',
          remedy: 'Nothing to do. To compare with an invoice, import the cost export of the provider.',
        }
      : null,
}

const CATEGORIES = new Map<string, CostCategory>(
  Object.entries({
    '': 'usage',
    usage: 'usage',
    purchase: 'purchase',
    tax: 'tax',
    credit: 'credit',
    adjustment: 'adjustment',
    refund: 'refund',
  }),
)

const METERS: readonly (readonly [RegExp, Meter])[] = [
  [/cache write.*(1h|1 hour)/i, 'cache_write_1h'],
  [/cache write/i, 'cache_write_5m'],
  [/cache(d)? (read|input)/i, 'cache_read'],
  [/\binput tokens?/i, 'input'],
  [/\boutput tokens?/i, 'output'],
]

/** Who bills, by the name an invoice carries: the issuer, and the host of its model services. */
const ISSUERS: readonly (readonly [RegExp, issuer: string])[] = [
  [/amazon|\baws\b/i, 'aws'],
  [/microsoft|azure/i, 'azure'],
  [/google/i, 'google'],
  [/openai/i, 'openai'],
  [/anthropic/i, 'anthropic'],
  [/deepseek/i, 'deepseek'],
  [/openrouter/i, 'openrouter'],
  [/mistral/i, 'mistral'],
]

/** Clouds sell more of “AI and Machine Learning” than models by the token: notebooks, speech, reading of documents. */
const SELLS_MODELS = new Map<string, (service: string) => boolean>([
  ['aws', isBedrock],
  ['azure', isAzureModels],
  ['google', (service) => /vertex|gemini|generative/i.test(service)],
])

function issuerOf(name: string): string | null {
  return ISSUERS.find(([pattern]) => pattern.test(name))?.[1] ?? null
}

function costOfRow({ row, instants }: CsvReading, ends: InstantReader): CostRecord {
  const text = (...names: readonly string[]) => {
    const value = row.text(...names)
    return value.toUpperCase() === 'NULL' ? '' : value
  }
  const provider =
    text('invoiceissuername', 'invoiceissuer') ||
    text('serviceprovidername') ||
    text('providername', 'provider') ||
    text('publishername', 'publisher')
  if (provider === '') {
    return stop('MISSING_VALUE', 'invoiceissuername', 'The row names no invoice issuer.', 'Export InvoiceIssuerName.')
  }
  const issuer = issuerOf(provider) ?? provider.toLowerCase()
  // A reseller's invoice: usage is known by who serves it.
  const seller = issuerOf(provider) ?? issuerOf(text('serviceprovidername') || text('providername')) ?? issuer
  const service = text('servicename')
  const isModelService =
    SELLS_MODELS.get(seller)?.(`${service} ${text('x_servicecode')}`) ??
    (text('servicecategory').toLowerCase() === 'ai and machine learning' ||
      /bedrock|openai|gemini|vertex|claude|cognitive ?services/i.test(service))
  // Drafts before 1.0 called it the charge type.
  const category = CATEGORIES.get(text('chargecategory', 'chargetype').toLowerCase())
  if (category === undefined) {
    return stop(
      'BAD_VALUE',
      'chargecategory',
      'ChargeCategory is no category of FOCUS.',
      'Use Usage, Purchase, Tax, Credit or Adjustment.',
    )
  }
  const description = text('chargedescription')
  const meterName = text('skumeter')
  const details = detailsOf(text('skupricedetails'))
  const used = isModelService ? usedOf(seller, service, text) : null
  const unit = text('consumedunit') || text('pricingunit')
  const quantity = text('consumedunit') === '' ? text('pricingquantity') : text('consumedquantity')
  return buildCost({
    statement: { issuer, account: text('billingaccountid') || null, form: 'focus', told: 0, whole: true },
    key: [
      text('subaccountid'),
      service,
      text('skuid'),
      text('skupriceid'),
      meterName,
      text('resourceid'),
      text('regionid', 'region'),
      text('availabilityzone'),
      text('chargecategory'),
      text('chargeclass'),
      description,
      text('pricingcategory'),
      text('commitmentdiscountid'),
      text('tags'),
    ],
    startMs: instants.require(text('chargeperiodstart'), 'chargeperiodstart'),
    endMs: ends.require(text('chargeperiodend'), 'chargeperiodend'),
    host: isModelService ? hostOf(seller, service) : seller,
    service: service || null,
    isModelService,
    line: description || meterName || service || text('skuid'),
    model: text('x_model') || details.model || (used?.model ?? null),
    meter:
      METERS.find(([pattern]) => pattern.test(meterName || description))?.[1] ?? details.meter ?? used?.meter ?? null,
    category,
    serviceTier: used?.serviceTier ?? null,
    project: text('subaccountname') || text('subaccountid') || null,
    region: text('regionid', 'region') || null,
    quantity: unit === '' ? null : decimalOf(quantity, 'consumedquantity'),
    unit: unit || null,
    amount: billedAmountOf(text('billedcost'), 'billedcost'),
    currency: billedCurrencyOf(text('billingcurrency'), 'billingcurrency'),
  })
}

/** What a cloud's own name of the line says, as in its own exports. */
function usedOf(seller: string, service: string, text: (...names: readonly string[]) => string): AwsUsage | null {
  switch (seller) {
    case 'aws':
      return awsUsageOf(text('x_usagetype') || text('skumeter'), service)
    case 'azure':
      return azureMeterOf(text('skumeter') || text('x_skumetername'))
    case 'google':
      return skuOf(service, text('chargedescription'))
    default:
      return null
  }
}

/** What the SKU's details say of a model, by the names of the 1.5 draft (https://focus.finops.org, checked 2026-11-28). */
function detailsOf(json: string): { readonly model: string | null; readonly meter: Meter | null } {
  const parsed = json.startsWith('{') ? parseJson(json) : null
  const details = parsed?.ok && isObject(parsed.value) ? parsed.value : {}
  const said = (name: string) => (textOrNull(details[name]) ?? textOrNull(details[`x_${name}`]) ?? '').toLowerCase()
  const cache = said('TokenCacheAction')
  const direction = said('TokenDirection')
  const kind = cache === 'read' ? 'cache_read' : cache === 'write' ? 'cache_write_5m' : 'input'
  const meter = direction === 'input' ? kind : direction === 'output' ? 'output' : null
  return { model: textOrNull(details.ModelId) ?? textOrNull(details.x_ModelId), meter }
}

/** As usage records name the host. */
function hostOf(issuer: string, service: string): string {
  if (issuer === 'aws') return 'bedrock'
  return issuer === 'google' && /vertex/i.test(service) ? 'vertex' : issuer
}
