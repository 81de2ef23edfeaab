/** Langfuse's observations as JSON or JSON Lines. What counts mean: `../langfuse.ts`. */
import type { JsonDialect } from '../dialect'
import { isObject } from '../json'
import { openObjects } from '../json-rows'
import { langfuseRecord } from '../langfuse'

export const langfuseJson: JsonDialect = {
  kind: 'json',
  id: 'langfuse-json',
  title: 'Langfuse observations',
  recognisedBy: 'Objects with usageDetails and traceId.',
  envelopes: ['data'],
  recognise: (value) => (isObject(value) && 'usageDetails' in value && 'traceId' in value ? '1' : null),
  open: (options) =>
    openObjects(options, (object, { instants }) => {
      const record = langfuseRecord((name) => object[name] ?? null, instants, options.host)
      return record === null ? [] : [record]
    }),
}
