/** Helicone's requests as JSON: rows of /v1/request/query. What they mean: `helicone-csv.ts`. */
import { textOrNull } from '../build-record'
import type { JsonDialect } from '../dialect'
import { isObject } from '../json'
import { openObjects } from '../json-rows'
import { countIn, jsonText } from '../value'
import { heliconeRecord } from './helicone-csv'

export const heliconeJson: JsonDialect = {
  kind: 'json',
  id: 'helicone-json',
  title: 'Helicone requests (JSON)',
  recognisedBy:
    'Objects with request_created_at, prompt_tokens and request_properties, response_status or request_path.',
  envelopes: ['data'],
  recognise(value) {
    if (!isObject(value) || !('request_created_at' in value) || !('prompt_tokens' in value)) return null
    return ['request_properties', 'response_status', 'request_path'].some((key) => key in value) ? '1' : null
  },
  open: (options) =>
    openObjects(options, (request, { instants }) => {
      const lower = new Map(Object.entries(request).map(([name, value]) => [name.toLowerCase(), value]))
      const text = (...names: readonly string[]) => {
        for (const name of names) {
          const value = lower.get(name)
          if (isObject(value)) return jsonText(value)
          const found = textOrNull(value)
          if (found !== null) return found.trim()
        }
        return ''
      }
      const count = (name: string) => countIn(lower.get(name), name)
      return [heliconeRecord({ text, count }, instants, options)]
    }),
}
