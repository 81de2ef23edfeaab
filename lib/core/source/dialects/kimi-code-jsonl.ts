/**
 * Wire logs of Kimi Code (`usage.record`) and of Kimi CLI before it (`StatusUpdate`). The four counts are disjoint. A record names a
 * model by the alias of its configuration; what was asked of whom stands in the request before it. Who bills is not told.
 */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, NOT_YET, promptOf, textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { providerIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, jsonReading, objectAt } from '../json-rows'
import { countIn, readRow, stop } from '../value'

export const kimiCodeJsonl: JsonDialect = {
  kind: 'json',
  id: 'kimi-code-jsonl',
  title: 'Kimi Code sessions',
  recognisedBy: 'Lines of type usage.record with inputOther, or StatusUpdate messages with token_usage.',
  envelopes: [],
  recognise(value) {
    if (!isObject(value)) return null
    if (recordedUsage(value) !== null) return '1'
    if (statusOf(value) !== null) return 'kimi-cli'
    return value.type === 'metadata' && 'protocol_version' in value && 'created_at' in value ? '1' : null
  },
  open: (options) => new WireRows(options),
}

function recordedUsage(line: JsonObject): JsonObject | null {
  const usage = line.type === 'usage.record' ? objectAt(line, 'usage') : null
  return usage !== null && 'inputOther' in usage ? usage : null
}

/** What an update of Kimi CLI tells of a step. */
function statusOf(line: JsonObject): JsonObject | null {
  const status = objectAt(line, 'message')?.type === 'StatusUpdate' ? objectAt(line, 'message', 'payload') : null
  return objectAt(status, 'token_usage') === null ? null : status
}

class WireRows implements RowReader<unknown> {
  readonly #reading: JsonReading
  /** Models by the aliases under which they were asked for. */
  readonly #models = new Map<string, string>()
  #asked: string | null = null

  constructor(options: ReadOptions) {
    this.#reading = jsonReading(options)
  }

  read(value: unknown): RowOutcome {
    return readRow(() => {
      if (!isObject(value)) return stop('NOT_THIS_FORMAT', null, 'The line is not an object.', 'Choose a wire.jsonl.')
      if (value.type === 'llm.request') this.#request(value)
      const usage = recordedUsage(value)
      if (usage !== null) return [this.#record(value, usage)]
      const status = statusOf(value)
      return status === null ? [] : [this.#step(value, status)]
    })
  }

  #request(line: JsonObject): void {
    const model = textOrNull(line.model)
    const alias = textOrNull(line.modelAlias)
    if (model !== null && alias !== null) this.#models.set(alias, model)
    this.#asked = model
  }

  #record(line: JsonObject, usage: JsonObject): UsageRecord {
    const named = textOrNull(line.model)
    const model = (named === null ? this.#asked : (this.#models.get(named) ?? named)) ?? UNKNOWN_MODEL
    const counts = ['inputOther', 'inputCacheRead', 'inputCacheCreation', 'output'].map((name) =>
      countIn(usage[name], `usage.${name}`),
    )
    const { instants, contents } = this.#reading
    const startMs = instants.require(line.time, 'time')
    const record = this.#built(startMs, model, counts)
    const { input, cacheRead, cacheWrite5m, output } = record.quantities
    const told = [input, cacheRead, cacheWrite5m, output].join(' ')
    return { ...record, identity: contents.identity('kimi-code', String(startMs), named ?? '', told) }
  }

  #step(line: JsonObject, status: JsonObject): UsageRecord {
    const usage = objectAt(status, 'token_usage')
    const counts = ['input_other', 'input_cache_read', 'input_cache_creation', 'output'].map((name) =>
      countIn(usage?.[name], `token_usage.${name}`),
    )
    const { instants, contents } = this.#reading
    const startMs = instants.require(line.timestamp, 'timestamp')
    const record = this.#built(startMs, UNKNOWN_MODEL, counts)
    const id = textOrNull(status.message_id)
    const identity =
      id === null ? contents.identity('kimi-cli', String(startMs), counts.join(' ')) : providerIdentity('kimi-cli', id)
    return { ...record, identity }
  }

  #built(startMs: number, model: string, counts: readonly (bigint | null)[]): UsageRecord {
    const none = 0n
    const [input, cacheRead, cacheWrite5m, output] = counts.map((count) => count ?? none) as [
      bigint,
      bigint,
      bigint,
      bigint,
    ]
    const quantities = { input, cacheRead, cacheWrite5m, cacheWrite1h: none, output, reasoning: none, other: null }
    return buildRecord({
      identity: NOT_YET,
      startMs,
      host: this.#reading.options.host ?? 'unknown',
      model,
      requests: 1n,
      quantities,
      promptTokens: promptOf(quantities),
    })
  }
}
