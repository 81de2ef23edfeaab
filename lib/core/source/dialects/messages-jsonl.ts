/** Logs of Anthropic's Messages responses: input excludes what was read from or written to a cache. */
import { textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect } from '../dialect'
import { isObject } from '../json'
import { openObjects } from '../json-rows'
import { loggedResponse, responseRecord, responseTime, usageOf } from '../response'
import { stop } from '../value'

export const messagesJsonl: JsonDialect = {
  kind: 'json',
  id: 'anthropic-messages-jsonl',
  title: 'Anthropic Messages responses',
  recognisedBy: 'Response objects of type message with usage.',
  envelopes: [],
  recognise(value) {
    const body = loggedResponse(value)?.body
    return body?.type === 'message' && isObject(body.usage) ? '1' : null
  },
  open: (options) =>
    openObjects(options, (object, { instants, contents }) => {
      const logged = loggedResponse(object)
      if (logged === null || !isObject(logged.body.usage)) {
        return stop('NO_USAGE', 'usage', 'The response has no usage.', 'Log the whole response object.')
      }
      const model = textOrNull(logged.body.model) ?? textOrNull(logged.outer.model) ?? UNKNOWN_MODEL
      const usage = usageOf('anthropic.messages', logged.body.usage, model)
      const host = options.host ?? textOrNull(logged.outer.provider)?.toLowerCase() ?? 'anthropic'
      const time = responseTime(instants, logged)
      return [responseRecord(logged, usage, { ...time, host, model, latencyMs: null }, contents)]
    }),
}
