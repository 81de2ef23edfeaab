/**
 * Session logs of Claude Code. A streamed answer repeats its message id with growing output: the largest counts, once.
 * A side chain replays its parent's messages under the same id, a resumed session copies them, both in files of their own
 * and perhaps with other times: a message keeps the time of its first import. The progress of an agent holds its messages.
 * Input excludes the cache, except where a proxy to another vendor wrote the line ("chatcmpl-…" ids), whose input includes it.
 */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, NOT_YET, textOrNull, UNKNOWN_MODEL } from '../build-record'
import { claudeHost } from '../claude-host'
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { HeldRecords } from '../held-records'
import { ContentIdentities, providerIdentity, streamedIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { objectAt } from '../json-rows'
import { MachineClock } from '../machine-clock'
import { iterationsBeside } from '../message-iterations'
import { usageOf } from '../response'
import { countIn, estimatedAmountOf, readRow, stop } from '../value'

export const claudeCodeJsonl: JsonDialect = {
  kind: 'json',
  id: 'claude-code-jsonl',
  title: 'Claude Code sessions',
  recognisedBy: 'Session lines with sessionId and type, or the result of claude -p with modelUsage.',
  envelopes: [],
  reads: {
    type: 'all',
    timestamp: 'all',
    sessionId: 'all',
    session_id: 'all',
    uuid: 'all',
    cwd: 'all',
    costUSD: 'all',
    total_cost_usd: 'all',
    usage: 'all',
    modelUsage: 'all',
    requestId: 'all',
    parentUuid: 'all',
    advisorModel: 'all',
    message: { id: 'all', model: 'all', usage: 'all' },
    data: {
      message: {
        type: 'all',
        timestamp: 'all',
        sessionId: 'all',
        session_id: 'all',
        uuid: 'all',
        parentUuid: 'all',
        cwd: 'all',
        costUSD: 'all',
        requestId: 'all',
        advisorModel: 'all',
        message: { id: 'all', model: 'all', usage: 'all' },
      },
    },
  },
  marks: ['"usage"', '"result"'],
  recognise(value) {
    if (!isObject(value)) return null
    if (value.type === 'result' && 'session_id' in value && (isObject(value.modelUsage) || isObject(value.usage))) {
      return 'result'
    }
    // What `claude -p --output-format stream-json` begins with: hundreds of parts may come before an answer.
    const begins = value.type === 'stream_event' || (value.type === 'system' && value.subtype === 'init')
    if (begins && 'session_id' in value) return 'stream'
    const usage = objectAt(answerIn(value), 'message', 'usage')
    const session = 'sessionId' in value || 'parentUuid' in value
    if (usage !== null && (session || value.type === 'assistant')) return 'session'
    return session && typeof value.type === 'string' && 'message' in value ? 'session' : null
  },
  open: (options) => new SessionRows(options),
}

/** The line itself, or the one that the progress of an agent holds. */
function answerIn(line: JsonObject): JsonObject {
  const held = line.type === 'progress' ? objectAt(line, 'data', 'message') : null
  return held === null || objectAt(held, 'message', 'usage') === null
    ? line
    : { sessionId: line.sessionId ?? null, cwd: line.cwd ?? null, ...held }
}

/** Parts of an answer follow one another, and a side chain's copies are not far: thousands of calls later none is left. */
const WINDOW = 2_048

/** Ids of Anthropic's own are drawn from so many that they name one answer of all; a gateway may count from one. */
const OWN_ID = /^msg_(?:[a-z]+_)?01[A-Za-z0-9]{20,}$/

/** Some gateways give every answer one short id ("msg_1"), which names nothing. */
const SHORT_ID = 12
/** Lines under such ids that a further part may follow on. */
const MOST_PARTS = 1_000

/**
 * Names messages; those without a request's id may be named by their session only. Where ids are too short to name anything, the
 * request's does, or else the line that an answer began with: the line of a further part has the one before as its parent, while
 * the line of another answer has what a user or a tool said.
 */
class MessageKeys {
  readonly #beginnings = new Map<string, string>()

  of(line: JsonObject, id: string): string {
    const request = textOrNull(line.requestId)
    if (OWN_ID.test(id)) return id
    const isShort = id.length <= SHORT_ID
    if (request !== null) return isShort ? `${id} ${request}` : id
    const session = textOrNull(line.sessionId) ?? textOrNull(line.session_id) ?? ''
    const uuid = textOrNull(line.uuid)
    return isShort && uuid !== null ? `${session}\n${id} ${this.#beginningOf(line, id, uuid)}` : `${session}\n${id}`
  }

  #beginningOf(line: JsonObject, id: string, uuid: string): string {
    const parent = textOrNull(line.parentUuid)
    const beginning = (parent === null ? undefined : this.#beginnings.get(`${parent} ${id}`)) ?? uuid
    this.#beginnings.set(`${uuid} ${id}`, beginning)
    if (this.#beginnings.size > MOST_PARTS) {
      for (const earliest of this.#beginnings.keys()) {
        this.#beginnings.delete(earliest)
        break
      }
    }
    return beginning
  }
}

/** The key of what was billed beside a message. */
function besideKey(key: string, place: string): string {
  return `${key}\t${place}`
}

function identityOf(key: string) {
  const [message = '', place] = key.split('\t')
  const beside = place === undefined ? [] : ['iteration', place]
  const cut = message.indexOf('\n')
  return cut <= 0
    ? streamedIdentity('response', message.slice(cut + 1), ...beside)
    : streamedIdentity('claude-code-message', message.slice(0, cut), message.slice(cut + 1), ...beside)
}

class SessionRows implements RowReader<unknown> {
  readonly #options: ReadOptions
  readonly #instants: MachineClock
  readonly #contents = new ContentIdentities()
  /**
   * The largest record of each message so far, by message id; its group is the session that tells of it without a time.
   * The time stays that of the first part, so that a log read before its end names the same call.
   */
  readonly #messages: HeldRecords
  readonly #keys = new MessageKeys()
  /** Sessions whose result was read: it holds what their streamed messages hold, and more. */
  readonly #concluded = new Set<string>()

  constructor(options: ReadOptions) {
    this.#options = options
    this.#instants = new MachineClock(options)
    this.#messages = new HeldRecords('most output', options.openSpill, { timeOfFirst: true, window: WINDOW })
  }

  note() {
    return this.#instants.note()
  }

  read(value: unknown): RowOutcome {
    return readRow(() => {
      if (!isObject(value)) return stop('NOT_THIS_FORMAT', null, 'The line is not an object.', 'Choose a session log.')
      if (value.type === 'result') return this.#result(value)
      const line = answerIn(value)
      const message = objectAt(line, 'message')
      const usage = objectAt(message, 'usage')
      if (message === null || usage === null) return []
      if (message.model === '<synthetic>') return []
      const id = textOrNull(message.id)
      const told = this.#instants.read(line.timestamp, 'timestamp')
      const key = id === null ? null : this.#keys.of(line, id)
      const known = told === null && key !== null ? this.#messages.startOf(key) : null
      const record = this.#record(line, message, usage, id, told, told ?? known ?? this.#instants.assume())
      const beside = iterationsBeside(usage, record, textOrNull(line.advisorModel))
      if (key === null) {
        const { identity } = record
        const named = (place: string) => ({ ...identity, parts: [...identity.parts, 'iteration', place] })
        return [record, ...beside.map((one) => ({ ...one.record, identity: named(one.place) }))]
      }
      const stream = told === null ? textOrNull(line.session_id) : null
      this.#messages.put(key, record, stream, told === null && known === null)
      for (const one of beside) this.#messages.put(besideKey(key, one.place), one.record, stream, false)
      return []
    })
  }

  *ready(): Generator<RowOutcome, void, undefined> {
    for (const { record } of this.#messages.takeReady(identityOf)) yield { ok: true, value: [record] }
  }

  *finish(): Generator<RowOutcome, void, undefined> {
    for (const { group, record } of this.#messages.take(identityOf)) {
      if (group !== null && this.#concluded.has(group)) continue
      yield { ok: true, value: [record] }
    }
    this.#instants.unassume(this.#messages.repeatedTimes)
  }

  #record(
    line: JsonObject,
    message: JsonObject,
    usage: JsonObject,
    id: string | null,
    told: number | null,
    startMs: number,
  ): UsageRecord {
    const model = textOrNull(message.model) ?? UNKNOWN_MODEL
    const proxied = id?.startsWith('chatcmpl') === true
    const used = usageOf('anthropic.messages', proxied ? exclusive(usage) : usage, model)
    const cost = estimatedAmountOf(line.costUSD, 'costUSD')
    const session = textOrNull(line.sessionId) ?? ''
    const identity =
      id === null
        ? this.#contents.identity(
            'claude-code',
            session,
            textOrNull(line.uuid) ?? '',
            told === null ? '' : String(startMs),
            model,
          )
        : NOT_YET
    const record = {
      identity,
      startMs,
      host: this.#options.host ?? (proxied ? 'unknown' : claudeHost(model, id)),
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
    return buildRecord(told === null ? { ...record, timeAssumed: true } : record)
  }

  /** The result of `claude -p --output-format json`: one record a model, or one of an unknown model in old versions. */
  #result(line: JsonObject): readonly UsageRecord[] {
    const session = textOrNull(line.session_id)
    const usage = objectAt(line, 'usage')
    const named = objectAt(line, 'modelUsage')
    if (session === null || (named === null && usage === null)) {
      return stop(
        'NO_USAGE',
        'modelUsage',
        'The result has no usage.',
        'Use --output-format json and keep the whole result.',
      )
    }
    const models = Object.entries(named ?? {}).filter((entry): entry is [string, JsonObject] => isObject(entry[1]))
    this.#concluded.add(session)
    const told = this.#instants.read(line.timestamp, 'timestamp')
    const startMs = told ?? this.#instants.assume()
    const facts = {
      startMs,
      ...(told === null ? { timeAssumed: true as const } : {}),
    }
    const hostOf = (model: string) => this.#options.host ?? claudeHost(model, null)
    if (models.length === 0 && usage !== null) {
      const cost = estimatedAmountOf(line.total_cost_usd, 'total_cost_usd')
      const used = usageOf('anthropic.messages', usage, UNKNOWN_MODEL)
      const identity = providerIdentity('claude-code-result', session, UNKNOWN_MODEL)
      const reportedCost = cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' as const }
      const host = hostOf(UNKNOWN_MODEL)
      return [
        buildRecord({ ...facts, host, identity, model: UNKNOWN_MODEL, quantities: used.quantities, reportedCost }),
      ]
    }
    const none = 0n
    return models.map(([model, used]) => {
      const count = (name: string) => countIn(used[name], `modelUsage.${name}`) ?? none
      const cost = estimatedAmountOf(used.costUSD, 'modelUsage.costUSD')
      const searches = count('webSearchRequests')
      const written = count('cacheCreationInputTokens')
      const hourLong = models.length === 1 ? hourLongOf(usage, written) : none
      return buildRecord({
        ...facts,
        host: hostOf(model),
        identity: providerIdentity('claude-code-result', session, model),
        model,
        quantities: {
          input: count('inputTokens'),
          cacheRead: count('cacheReadInputTokens'),
          cacheWrite5m: written - hourLong,
          cacheWrite1h: hourLong,
          output: count('outputTokens'),
          reasoning: none,
          other: searches > 0n ? new Map([['web_search', searches]]) : null,
        },
        reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' },
      })
    })
  }
}

/** Hour-long cache writes of the one model of a result: told by `usage` where that counts the same writes. */
function hourLongOf(usage: JsonObject | null, written: bigint): bigint {
  const stated = countIn(usage?.cache_creation_input_tokens, 'usage.cache_creation_input_tokens')
  const long = countIn(objectAt(usage, 'cache_creation')?.ephemeral_1h_input_tokens, 'usage.cache_creation')
  return stated !== written || long === null || long > written ? 0n : long
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
