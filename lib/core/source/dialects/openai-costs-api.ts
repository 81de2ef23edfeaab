/** Pages of OpenAI's Costs API. The amount is a number by the specification and text in real replies; both are read exactly. */
import type { CostRecord } from '../../usage/cost-record'
import { textOrNull } from '../build-record'
import type { JsonCostDialect } from '../dialect'
import { JoinedAnswers, resultOf } from '../joined-answers'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, listAt, objectAt, openObjects } from '../json-rows'
import { openaiCostRecord } from '../openai-cost'
import { stop } from '../value'

const RESULT = 'organization.costs.result'

export const openaiCostsApi: JsonCostDialect = {
  kind: 'json',
  layer: 'billed',
  id: 'openai-costs-api',
  title: 'OpenAI Costs API',
  recognisedBy: `Buckets of results that say ${RESULT}.`,
  envelopes: ['data'],
  recognise: (value) =>
    listAt(value, 'results').some((result) => isObject(result) && result.object === RESULT) ? '1' : null,
  explode(bucket) {
    if (!isObject(bucket)) return [bucket]
    return listAt(bucket, 'results').map((result) =>
      isObject(result)
        ? resultOf(bucket, result, { start_time: bucket.start_time, end_time: bucket.end_time })
        : result,
    )
  },
  open(options) {
    const answers = new JoinedAnswers()
    return openObjects(options, (part, reading) => [answers.told(part, resultCost(part, reading))])
  },
}

function resultCost(result: JsonObject, { instants }: JsonReading): CostRecord {
  if (result.object !== RESULT) {
    return stop('NOT_THIS_FORMAT', 'object', `The result is no ${RESULT}.`, 'Ask for /v1/organization/costs.')
  }
  const amount = objectAt(result, 'amount')
  const text = (name: string) => textOrNull(result[name]) ?? ''
  return openaiCostRecord({
    startMs: instants.require(result.start_time, 'start_time'),
    endMs: instants.require(result.end_time, 'end_time'),
    amount: amount?.value,
    currency: amount?.currency,
    quantity: result.quantity,
    unit: text('quantity_unit'),
    lineItem: text('line_item'),
    organization: text('organization_id'),
    project: text('project_id'),
    apiKey: text('api_key_id'),
    user: text('user_id'),
  })
}
