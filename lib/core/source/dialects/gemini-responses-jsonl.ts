/**
 * Logs of Gemini's generateContent responses: the prompt includes the cached part, candidates exclude thoughts, which
 * are added to the output as reasoning; tool-use prompt tokens stand beside the prompt.
 */
import { textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect } from '../dialect'
import { isObject } from '../json'
import { openObjects } from '../json-rows'
import { loggedResponse, responseRecord, responseTime, usageOf } from '../response'
import { stop } from '../value'

export const geminiResponsesJsonl: JsonDialect = {
  kind: 'json',
  id: 'gemini-responses-jsonl',
  title: 'Gemini responses',
  recognisedBy: 'Response objects with usageMetadata.',
  envelopes: [],
  recognise(value) {
    const body = loggedResponse(value)?.body
    return isObject(body?.usageMetadata) ? '1' : null
  },
  open: (options) =>
    openObjects(options, (object, { instants, contents }) => {
      const logged = loggedResponse(object)
      if (logged === null || !isObject(logged.body.usageMetadata)) {
        return stop('NO_USAGE', 'usageMetadata', 'The response has no usageMetadata.', 'Log the last part of a stream.')
      }
      const model = textOrNull(logged.body.modelVersion) ?? textOrNull(logged.outer.model) ?? UNKNOWN_MODEL
      const usage = usageOf('google.generateContent', logged.body.usageMetadata, model)
      const host = options.host ?? textOrNull(logged.outer.provider)?.toLowerCase() ?? 'google'
      const time = responseTime(instants, logged)
      const body = { ...logged.body, id: logged.body.responseId ?? logged.body.id ?? null }
      return [responseRecord({ ...logged, body }, usage, { ...time, host, model, latencyMs: null }, contents)]
    }),
}
