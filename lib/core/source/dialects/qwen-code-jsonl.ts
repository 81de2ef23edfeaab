/**
 * Sessions of Qwen Code: lines like those of Claude Code, with usage like Gemini's. Input includes what was cached; whether thoughts are
 * inside the answer or beside it differs by the service behind it, and the total tells. A branched session copies lines with their
 * ids. Its telemetry, kept between the lines, tells the same calls again.
 */
import { textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect } from '../dialect'
import { growingIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { objectAt, openObjects } from '../json-rows'
import { responseRecord, usageOf } from '../response'
import { stop } from '../value'

export const qwenCodeJsonl: JsonDialect = {
  kind: 'json',
  id: 'qwen-code-jsonl',
  title: 'Qwen Code sessions',
  recognisedBy: 'Session lines with uuid and sessionId whose message has parts, or with usageMetadata.',
  envelopes: [],
  recognise(value) {
    if (!isObject(value) || typeof value.uuid !== 'string' || !('sessionId' in value)) return null
    const parts = objectAt(value, 'message')?.parts
    return Array.isArray(parts) || objectAt(value, 'usageMetadata') !== null ? '1' : null
  },
  open: (options) =>
    openObjects(options, (line, { instants, contents }) => {
      const usage = objectAt(line, 'usageMetadata')
      if (line.type !== 'assistant' || usage === null) return []
      const uuid = textOrNull(line.uuid)
      if (uuid === null) {
        return stop('MISSING_VALUE', 'uuid', 'The line has no uuid.', 'Use the session as Qwen Code saved it.')
      }
      const model = textOrNull(line.model) ?? UNKNOWN_MODEL
      const startMs = instants.require(line.timestamp, 'timestamp')
      const facts = { startMs, timeAssumed: false, host: options.host ?? 'unknown', model, latencyMs: null }
      const body: JsonObject = {}
      const logged = { body, outer: body, batch: false }
      const record = responseRecord(logged, usageOf('google.generateContent', usage, model), facts, contents)
      return [{ ...record, project: textOrNull(line.cwd), identity: growingIdentity('qwen-code', uuid) }]
    }),
}
