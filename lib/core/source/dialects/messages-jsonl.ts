/** Logs of Anthropic's Messages responses and results of its batches: input excludes what was read from or written to a cache. */
import { textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect } from '../dialect'
import { isObject } from '../json'
import { objectAt, openObjects } from '../json-rows'
import { loggedHost, loggedResponse, responseRecord, responseTime, usageOf } from '../response'
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
        const failed = object.type === 'error' || isObject(object.error) || objectAt(object, 'result', 'error') !== null
        return failed
          ? stop(
              'NO_USAGE',
              'usage',
              'The request failed and has no usage.',
              'Nothing to do: failed requests cost nothing.',
            )
          : stop('NO_USAGE', 'usage', 'The response has no usage.', 'Log the whole response object.')
      }
      const model = textOrNull(logged.body.model) ?? textOrNull(logged.outer.model) ?? UNKNOWN_MODEL
      const usage = usageOf('anthropic.messages', logged.body.usage, model)
      const host = options.host ?? loggedHost(logged) ?? 'anthropic'
      const time = responseTime(instants, logged)
      return [responseRecord(logged, usage, { ...time, host, model, latencyMs: null }, contents)]
    }),
}
