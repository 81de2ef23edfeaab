/**
 * Session logs of Claude Code. A streamed answer repeats its message id with growing output: the largest counts, once.
 * A side chain replays its parent's messages under the same id. Input excludes the cache, except where a proxy to
 * another vendor wrote the line ("chatcmpl-…" ids), whose input includes it.
 */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, textOrNull } from '../build-record'
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { ContentIdentities, providerIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { objectAt } from '../json-rows'
import { usageOf } from '../response'
import { countIn, estimatedAmountOf, InstantReader, readRow, stop } from '../value'

export const claudeCodeJsonl: JsonDialect = {
  kind: 'json',
  id: 'claude-code-jsonl',
  title: 'Claude Code sessions',
  recognisedBy: 'Session lines with sessionId and type, or the result of claude -p with modelUsage.',
  envelopes: [],
  recognise(value) {
    if (!isObject(value)) return null
    if (value.type === 'result' && isObject(value.modelUsage)) return 'result'
    const usage = objectAt(value, 'message', 'usage')
    const session = 'sessionId' in value || 'parentUuid' in value
    if (usage !== null && (session || value.type === 'assistant')) return 'session'
    return session && typeof value.type === 'string' && 'message' in value ? 'session' : null
  },
  open: (options) => new SessionRows(options),
}

class SessionRows implements RowReader<unknown> {
  readonly #options: ReadOptions
  readonly #instants: InstantReader
  readonly #contents = new ContentIdentities()
  /** The largest record of each message so far, by message id. */
  readonly #messages = new Map<string, UsageRecord>()

  constructor(options: ReadOptions) {
    this.#options = options
    this.#instants = new InstantReader(options, 'utc')
  }

  read(value: unknown): RowOutcome {
    return readRow(() => {
      if (!isObject(value)) return stop('NOT_THIS_FORMAT', null, 'The line is not an object.', 'Choose a session log.')
      if (value.type === 'result') return this.#result(value)
      const message = objectAt(value, 'message')
      const usage = objectAt(message, 'usage')
      if (message === null || usage === null) return []
      if (message.model === '<synthetic>') return []
      const id = textOrNull(message.id)
      const record = this.#record(value, message, usage, id)
      if (id === null) return [record]
      const known = this.#messages.get(id)
      if (known === undefined) this.#messages.set(id, record)
      // The time stays that of the first part, so that a log read before its end names the same call.
      else if (record.quantities.output > known.quantities.output) {
        this.#messages.set(id, { ...record, startMs: known.startMs })
      }
      return []
    })
  }

  finish(): readonly RowOutcome[] {
    return [...this.#messages.values()].map((record) => ({ ok: true, value: [record] }))
  }

  #record(line: JsonObject, message: JsonObject, usage: JsonObject, id: string | null): UsageRecord {
    const model = textOrNull(message.model)
    if (model === null)
      return stop('MISSING_MODEL', 'message.model', 'The message names no model.', 'Use a session log.')
    const startMs = this.#instants.require(line.timestamp, 'timestamp')
    const proxied = id?.startsWith('chatcmpl') === true
    const used = usageOf('anthropic.messages', proxied ? exclusive(usage) : usage, model)
    const cost = estimatedAmountOf(line.costUSD, 'costUSD')
    const facts = {
      startMs,
      host: this.#options.host ?? (proxied ? 'unknown' : 'anthropic'),
      model,
      project: textOrNull(line.cwd),
      region: used.region === '' ? null : used.region,
      serviceTier: used.serviceTier ?? 'standard',
      speed: used.speed === 'standard' ? null : used.speed,
      requests: 1n,
      quantities: used.quantities,
      promptTokens: used.promptTokens,
      reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' as const },
    }
    const session = textOrNull(line.sessionId) ?? ''
    const identity =
      id === null
        ? this.#contents.identity('claude-code', session, textOrNull(line.uuid) ?? '', String(startMs), model)
        : providerIdentity('response', id)
    return buildRecord({ ...facts, identity })
  }

  /** The result of `claude -p --output-format json`: one record a model. */
  #result(line: JsonObject): readonly UsageRecord[] {
    const models = objectAt(line, 'modelUsage')
    const session = textOrNull(line.session_id)
    if (models === null || session === null) {
      return stop(
        'NO_USAGE',
        'modelUsage',
        'The result has no usage.',
        'Use --output-format json and keep the whole result.',
      )
    }
    const startMs = this.#instants.require(line.timestamp, 'timestamp')
    const none = 0n
    return Object.entries(models).map(([model, used]) => {
      const count = (name: string) => countIn(isObject(used) ? used[name] : null, `modelUsage.${name}`) ?? none
      const cost = estimatedAmountOf(isObject(used) ? used.costUSD : null, 'modelUsage.costUSD')
      const searches = count('webSearchRequests')
      return buildRecord({
        identity: providerIdentity('claude-code-result', session, model),
        startMs,
        host: this.#options.host ?? 'anthropic',
        model,
        quantities: {
          input: count('inputTokens'),
          cacheRead: count('cacheReadInputTokens'),
          cacheWrite5m: count('cacheCreationInputTokens'),
          cacheWrite1h: none,
          output: count('outputTokens'),
          reasoning: none,
          other: searches > 0n ? new Map([['web_search', searches]]) : null,
        },
        reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' },
      })
    })
  }
}

/** Usage whose input includes what was cached, made exclusive. */
function exclusive(usage: JsonObject): JsonObject {
  const none = 0n
  const input = countIn(usage.input_tokens, 'input_tokens') ?? none
  const cached =
    (countIn(usage.cache_read_input_tokens, 'cache_read_input_tokens') ?? none) +
    (countIn(usage.cache_creation_input_tokens, 'cache_creation_input_tokens') ?? none)
  return cached > input ? usage : { ...usage, input_tokens: input - cached }
}
