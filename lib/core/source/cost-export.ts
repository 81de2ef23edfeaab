/**
 * Exports of billed cost. They tell the same spend as a usage export a second time, so they are never read as usage:
 * adding them up would count every dollar twice. They are recognised so that the refusal can say what the file is.
 */
import { isObject } from './json'
import { listAt } from './json-rows'
import { refuse } from './reject'

interface CostExport {
  readonly title: string
  /** Columns that together are found in no other export. */
  readonly columns: readonly string[]
  /** What to import instead, for the same period. */
  readonly instead: string
}

const CSV_EXPORTS: readonly CostExport[] = [
  {
    title: 'OpenAI cost export',
    columns: ['amount_value', 'amount_currency', 'start_time'],
    instead: 'the usage export of the OpenAI dashboard',
  },
  {
    title: 'Anthropic Console cost export',
    columns: ['cost_usd', 'token_type', 'usage_date_utc'],
    instead: 'the usage export of the Anthropic Console',
  },
  {
    title: 'DeepSeek cost export',
    columns: ['wallet_type', 'cost', 'currency', 'model'],
    instead: 'the amount-….csv from the same download',
  },
  {
    title: 'Google Cloud Billing table',
    columns: ['sku description', 'service id'],
    instead: 'logs of Gemini responses',
  },
  {
    title: 'AWS Cost and Usage Report',
    columns: ['line_item_usage_type', 'line_item_unblended_cost'],
    instead: 'the Bedrock model invocation log',
  },
  {
    title: 'AWS Cost and Usage Report',
    columns: ['lineitem/usagetype', 'lineitem/unblendedcost'],
    instead: 'the Bedrock model invocation log',
  },
  {
    title: 'Azure cost details',
    columns: ['metercategory', 'costinbillingcurrency'],
    instead: 'logs of the responses',
  },
  {
    title: 'FOCUS cost and usage',
    columns: ['billedcost', 'chargeperiodstart'],
    instead: 'the usage export of the provider',
  },
]

function refusal(title: string, instead: string) {
  return refuse(
    'COST_EXPORT',
    `This is “${title}”: billed cost, not usage. The same spend is in the provider's usage export; reading both would count it twice.`,
    `Import ${instead} for the same period.`,
  )
}

/** The refusal of a cost export by its header, or null when the header is of something else. */
export function costExportByHeader(header: readonly string[]) {
  const names = new Set(header)
  const found = CSV_EXPORTS.find(({ columns }) => columns.every((name) => names.has(name)))
  return found === undefined ? null : refusal(found.title, found.instead)
}

/** The refusal of a page of a cost API, or null. */
export function costExportByRecord(record: unknown) {
  if (!isObject(record)) return null
  for (const bucket of [record, ...listAt(record, 'data')]) {
    for (const result of listAt(bucket, 'results')) {
      if (!isObject(result)) continue
      if (result.object === 'organization.costs.result') return refusal('OpenAI Costs API', 'pages of the Usage API')
      if ('cost_type' in result && 'amount' in result) {
        return refusal('Anthropic cost report', 'pages of usage_report/messages')
      }
    }
  }
  return null
}
