/** Pages of Anthropic's Admin API cost report: days in UTC, amounts as decimal text in cents. */
import type { CostRecord } from '../../usage/cost-record'
import type { Meter } from '../../usage/meter'
import { amountOfCents, billedCurrencyOf, buildCost } from '../build-cost'
import { textOrNull } from '../build-record'
import type { JsonCostDialect } from '../dialect'
import { JoinedAnswers, resultOf } from '../joined-answers'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, listAt, openObjects } from '../json-rows'
import { stop } from '../value'

const isCost = (result: unknown): result is JsonObject =>
  isObject(result) && 'amount' in result && ('cost_type' in result || 'token_type' in result || 'description' in result)

export const anthropicCostApi: JsonCostDialect = {
  kind: 'json',
  layer: 'billed',
  id: 'anthropic-cost-api',
  title: 'Anthropic Admin API cost report',
  recognisedBy: 'Buckets with starting_at whose results have an amount and a cost_type.',
  envelopes: ['data'],
  recognise: (value) =>
    isObject(value) && 'starting_at' in value && listAt(value, 'results').some(isCost) ? '1' : null,
  explode(bucket) {
    if (!isObject(bucket)) return [bucket]
    return listAt(bucket, 'results').map((result) =>
      isObject(result)
        ? resultOf(bucket, result, { starting_at: bucket.starting_at, ending_at: bucket.ending_at })
        : result,
    )
  },
  open(options) {
    const answers = new JoinedAnswers()
    return openObjects(options, (part, reading) => [answers.told(part, resultCost(part, reading))])
  },
}

const METERS = new Map<string, Meter>(
  Object.entries({
    uncached_input_tokens: 'input',
    output_tokens: 'output',
    cache_read_input_tokens: 'cache_read',
    'cache_creation.ephemeral_5m_input_tokens': 'cache_write_5m',
    'cache_creation.ephemeral_1h_input_tokens': 'cache_write_1h',
    web_search: 'web_search',
    code_execution: 'code_execution',
  }),
)

const DIMENSIONS = [
  'description',
  'workspace_id',
  'cost_type',
  'model',
  'context_window',
  'token_type',
  'service_tier',
  'inference_geo',
  'speed',
] as const

function resultCost(result: JsonObject, { instants }: JsonReading): CostRecord {
  if (!isCost(result)) {
    return stop('NOT_THIS_FORMAT', 'amount', 'The result states no amount.', 'Ask for the cost_report.')
  }
  const text = (name: string) => textOrNull(result[name]) ?? ''
  const [description, model, kind] = [text('description'), text('model'), text('token_type') || text('cost_type')]
  const geo = text('inference_geo')
  return buildCost({
    statement: {
      issuer: 'anthropic',
      account: null,
      form: 'anthropic-report',
      told: (description === '' ? 0 : 1) | (text('workspace_id') === '' ? 0 : 2),
      whole: false,
    },
    key: DIMENSIONS.map(text),
    startMs: instants.require(result.starting_at, 'starting_at'),
    endMs: instants.require(result.ending_at, 'ending_at'),
    host: 'anthropic',
    line: description || [model, kind].filter((part) => part !== '').join(', '),
    model: model || null,
    meter: METERS.get(kind) ?? null,
    project: text('workspace_id') || null,
    region: geo === '' || geo === 'not_available' ? null : geo,
    serviceTier: text('service_tier') || null,
    amount: amountOfCents(result.amount, 'amount'),
    currency: billedCurrencyOf(result.currency, 'currency'),
  })
}
