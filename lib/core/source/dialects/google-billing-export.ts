/**
 * Rows of Google Cloud Billing's export to BigQuery, as JSON: hours by SKU, project and labels. What credits take off is a line
 * of its own, so that usage stays comparable with computed cost.
 */

import { type Billed, billedFromText, billedToText } from '../../money/billed'
import { HOUR_MS } from '../../time/instant'
import type { CostCategory, CostRecord } from '../../usage/cost-record'
import { billedAmountOf, billedCurrencyOf, buildCost, decimalOf, endsOf } from '../build-cost'
import { textOrNull } from '../build-record'
import type { JsonCostDialect } from '../dialect'
import { skuOf } from '../google-sku'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, listAt, objectAt, openObjects } from '../json-rows'
import type { InstantReader } from '../value'

export const googleBillingExport: JsonCostDialect = {
  kind: 'json',
  layer: 'billed',
  id: 'google-billing-export',
  title: 'Google Cloud Billing export (BigQuery)',
  recognisedBy: 'Rows with sku, service, usage_start_time and cost.',
  envelopes: ['rows'],
  recognise: (value) =>
    isObject(value) &&
    isObject(value.sku) &&
    isObject(value.service) &&
    ['usage_start_time', 'cost', 'currency'].every((key) => key in value)
      ? '1'
      : null,
  open(options) {
    const ends = endsOf(options)
    return openObjects(options, (row, reading) => costsOfRow(row, reading, ends))
  },
}

const CATEGORIES = new Map<string, CostCategory>(
  Object.entries({
    regular: 'usage',
    tax: 'tax',
    adjustment: 'adjustment',
    rounding_error: 'adjustment',
  }),
)

/** The line of a row, and one of its credits when it has any. */
export function costsOfRow(
  row: JsonObject,
  { instants }: Pick<JsonReading, 'instants'>,
  ends: InstantReader,
): readonly CostRecord[] {
  const text = (...path: readonly string[]) =>
    textOrNull(objectAt(row, ...path.slice(0, -1))?.[path.at(-1) as string]) ?? ''
  const startMs = instants.require(row.usage_start_time, 'usage_start_time')
  const endMs = ends.read(row.usage_end_time, 'usage_end_time') ?? startMs + HOUR_MS
  const [service, line, project] = [text('service', 'description'), text('sku', 'description'), text('project', 'id')]
  const sku = skuOf(service, line)
  const labels = listAt(row, 'labels').map((label) => [
    textOrNull(isObject(label) ? label.key : null) ?? '',
    textOrNull(isObject(label) ? label.value : null) ?? '',
  ])
  const named = labels.find(([key]) => key === 'goog-generativelanguage-model')?.[1]
  const type = text('cost_type').toLowerCase()
  const parts = {
    statement: {
      issuer: 'google',
      account: text('billing_account_id') || null,
      form: 'google-export',
      told: 0,
      whole: true,
    },
    startMs,
    endMs,
    service: service || null,
    ...sku,
    model: sku.model ?? named ?? null,
    project: project || null,
    region: text('location', 'region') || null,
    currency: billedCurrencyOf(row.currency, 'currency'),
  }
  const key = [
    text('service', 'id') || service,
    text('sku', 'id'),
    line,
    project,
    type,
    parts.region ?? '',
    JSON.stringify(labels),
  ]
  const unit = text('usage', 'unit')
  const cost = buildCost({
    ...parts,
    key,
    line,
    category: CATEGORIES.get(type) ?? 'usage',
    quantity: decimalOf(objectAt(row, 'usage')?.amount, 'usage.amount'),
    unit: unit || null,
    amount: billedAmountOf(row.cost, 'cost'),
  })
  const credits = listAt(row, 'credits').map((credit) =>
    billedFromText(billedAmountOf(isObject(credit) ? credit.amount : null, 'credits.amount')),
  )
  if (credits.length === 0) return [cost]
  const sum = credits.reduce((total: bigint, one) => total + one, 0n) as Billed
  const credit = buildCost({ ...parts, key: [...key, 'credits'], line, category: 'credit', amount: billedToText(sum) })
  return [cost, credit]
}
