/**
 * Logs of Gemini's generateContent responses: the prompt includes the cached part, candidates exclude thoughts, which
 * are added to the output as reasoning; tool-use prompt tokens stand beside the prompt.
 */
import { textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect } from '../dialect'
import { isObject, type JsonObject, type JsonValue } from '../json'
import { openObjects } from '../json-rows'
import { loggedHost, loggedResponse, responseRecord, responseTime, usageOf } from '../response'
import { stop } from '../value'

export const geminiResponsesJsonl: JsonDialect = {
  kind: 'json',
  id: 'gemini-responses-jsonl',
  title: 'Gemini responses',
  recognisedBy: 'Response objects with usageMetadata.',
  envelopes: [],
  recognise(value) {
    const body = loggedResponse(value)?.body
    return isObject(body?.usageMetadata ?? body?.usage_metadata) ? '1' : null
  },
  open: (options) =>
    openObjects(options, (object, { instants, contents }) => {
      const found = loggedResponse(object)
      const logged = found === null ? null : { ...found, body: camelCased(found.body), batch: isBatchLine(object) }
      if (logged === null || !isObject(logged.body.usageMetadata)) {
        return stop('NO_USAGE', 'usageMetadata', 'The response has no usageMetadata.', 'Log the last part of a stream.')
      }
      const model = textOrNull(logged.body.modelVersion) ?? textOrNull(logged.outer.model) ?? UNKNOWN_MODEL
      const usage = usageOf('google.generateContent', logged.body.usageMetadata, model)
      const host = options.host ?? loggedHost(logged) ?? 'google'
      const time = responseTime(instants, logged)
      const body = { ...logged.body, id: logged.body.responseId ?? logged.body.id ?? null }
      // The parts of a stream repeat the id, and each counts what the ones before it did.
      const facts = { ...time, host, model, latencyMs: null, grows: true }
      return [responseRecord({ ...logged, body }, usage, facts, contents)]
    }),
}

/** A line of a batch job's output: {key, response} by the Gemini API, with status and processed_time by Vertex AI. */
function isBatchLine(line: JsonObject): boolean {
  const keys = Object.keys(line)
  if (keys.includes('processed_time') && keys.includes('status')) return true
  return keys.includes('key') && keys.includes('response') && keys.length === 2
}

/** The Python client writes "usage_metadata" and "prompt_token_count". What people wrote is not looked at. */
function camelCased(body: JsonObject): JsonObject {
  if (!isObject(body.usage_metadata)) return body
  return {
    ...body,
    usageMetadata: camelKeys(body.usage_metadata),
    modelVersion: body.model_version ?? body.modelVersion ?? null,
    responseId: body.response_id ?? body.responseId ?? null,
    createTime: body.create_time ?? body.createTime ?? null,
  }
}

function camelKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(camelKeys)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      camelKeys(inner),
    ]),
  )
}
