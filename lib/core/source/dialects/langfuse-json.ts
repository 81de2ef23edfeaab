/** Langfuse's observations as JSON or JSON Lines. What counts mean: `../langfuse.ts`. */
import type { JsonDialect } from '../dialect'
import { isObject } from '../json'
import { openObjects } from '../json-rows'
import { langfuseRecord } from '../langfuse'

export const langfuseJson: JsonDialect = {
  kind: 'json',
  id: 'langfuse-json',
  title: 'Langfuse observations',
  recognisedBy: 'Objects with traceId and usageDetails, or of version 2 with usage or promptTokens.',
  envelopes: ['data'],
  recognise(value) {
    if (!isObject(value) || !('traceId' in value)) return null
    if ('usageDetails' in value) return '1'
    return value.type === 'GENERATION' && ('promptTokens' in value || isObject(value.usage)) ? '2' : null
  },
  open: (options) =>
    openObjects(options, (object, { instants }) => {
      const record = langfuseRecord((name) => object[name] ?? null, instants, options.host)
      return record === null ? [] : [record]
    }),
}
