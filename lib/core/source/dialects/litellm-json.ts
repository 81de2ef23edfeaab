/** LiteLLM's spend logs and standard logging payloads as JSON. What tokens mean: `../litellm.ts`. */
import type { JsonDialect } from '../dialect'
import { isObject } from '../json'
import { openObjects } from '../json-rows'
import { liteLlmRecord } from '../litellm'

export const litellmJson: JsonDialect = {
  kind: 'json',
  id: 'litellm-json',
  title: 'LiteLLM logs',
  recognisedBy: 'Objects with request_id, spend and call_type, or with response_cost and model_group.',
  envelopes: ['data'],
  recognise(value) {
    if (!isObject(value)) return null
    if ('request_id' in value && 'spend' in value && 'call_type' in value) return 'spendlogs'
    return 'response_cost' in value && 'model_group' in value ? 'standard' : null
  },
  open: (options) =>
    openObjects(options, (object, { instants }) => {
      const names =
        'response_cost' in object ? { id: 'id', cost: 'response_cost' } : { id: 'request_id', cost: 'spend' }
      return [liteLlmRecord((name) => object[name] ?? null, names, instants, options.host)]
    }),
}
