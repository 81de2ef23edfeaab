/**
 * Session logs of Codex ("rollouts"). Counts come as running totals, so a record is the difference to the total before;
 * a total that stands still is no call, a total that falls begins anew. Input includes cached tokens, output includes
 * reasoning.
 *
 * A forked session begins with a copy of its parent's events. Where the copy kept its times, its records are those of
 * the parent (same identity, imported once). Where it was stamped anew, it is skipped: the parent's file holds it.
 */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, textOrNull, withinTotal } from '../build-record'
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { providerIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { objectAt } from '../json-rows'
import { countIn, InstantReader, readRow, stop } from '../value'

const KINDS = new Set(['session_meta', 'turn_context', 'event_msg', 'response_item', 'compacted'])

export const codexJsonl: JsonDialect = {
  kind: 'json',
  id: 'codex-jsonl',
  title: 'Codex sessions',
  recognisedBy: 'Lines {timestamp, type, payload} of type session_meta, turn_context or event_msg.',
  envelopes: [],
  recognise(value) {
    if (!isObject(value) || !isObject(value.payload) || typeof value.type !== 'string') return null
    return KINDS.has(value.type) && 'timestamp' in value ? '1' : null
  },
  open: (options) => new RolloutRows(options),
}

interface Totals {
  readonly input: bigint
  readonly cached: bigint
  readonly output: bigint
  readonly reasoning: bigint
}

const NOTHING: Totals = { input: 0n, cached: 0n, output: 0n, reasoning: 0n }

/** Where a forked session's own work begins. */
interface Fork {
  readonly atMs: number
  lastMs: number
}

class RolloutRows implements RowReader<unknown> {
  readonly #options: ReadOptions
  readonly #instants: InstantReader
  #session = ''
  /** The session in which the running totals began: a fork goes on from its parent's. */
  #root = ''
  #begunMs = 0
  #project: string | null = null
  #model: string | null = null
  #before: Totals = NOTHING
  #fork: Fork | null = null

  constructor(options: ReadOptions) {
    this.#options = options
    this.#instants = new InstantReader(options, 'utc')
  }

  read(value: unknown): RowOutcome {
    return readRow(() => {
      const payload = objectAt(value, 'payload')
      if (!isObject(value) || payload === null) {
        return stop('NOT_THIS_FORMAT', null, 'The line has no payload.', 'Choose a session log of Codex.')
      }
      if (value.type === 'session_meta') this.#meta(value, payload)
      else if (value.type === 'turn_context') this.#turn(payload)
      if (value.type !== 'event_msg' || payload.type !== 'token_count') return []
      const record = this.#event(value, payload)
      return record === null ? [] : [record]
    })
  }

  #meta(line: JsonObject, payload: JsonObject): void {
    const id = textOrNull(payload.id) ?? ''
    const parent = textOrNull(payload.forked_from_id)
    if (this.#session !== '') {
      // The first line of the session this one was copied from: a fork of a fork counts from the first of them.
      if (id === '' || id === this.#session) return
      if (id === this.#root && parent !== null) this.#root = parent
      if (this.#root !== this.#session) return
      this.#root = parent ?? id
      this.#fork ??= { atMs: this.#begunMs, lastMs: this.#begunMs }
      return
    }
    this.#session = id
    this.#root = parent ?? id
    this.#project = textOrNull(payload.cwd)
    this.#begunMs = uuidTime(id) ?? this.#instants.require(payload.timestamp ?? line.timestamp, 'timestamp')
    if (parent !== null) this.#fork = { atMs: this.#begunMs, lastMs: this.#begunMs }
  }

  #turn(payload: JsonObject): void {
    const model = textOrNull(payload.model)
    if (model !== null) this.#model = model
    const begun = uuidTime(textOrNull(payload.turn_id) ?? '')
    if (this.#fork !== null && begun !== null && begun >= this.#fork.atMs) this.#fork = null
  }

  #event(line: JsonObject, payload: JsonObject): UsageRecord | null {
    const info = objectAt(payload, 'info')
    const total = objectAt(info, 'total_token_usage')
    if (info === null || total === null) return null
    const startMs = this.#instants.require(line.timestamp, 'timestamp')
    const totals = totalsOf(total)
    const before = this.#before
    this.#before = totals
    if (this.#isRestampedCopy(startMs)) return null
    const fell =
      totals.input < before.input ||
      totals.cached < before.cached ||
      totals.output < before.output ||
      totals.reasoning < before.reasoning
    const since = fell ? NOTHING : before
    const input = totals.input - since.input
    const cached = totals.cached - since.cached
    const output = totals.output - since.output
    const reasoning = totals.reasoning - since.reasoning
    if (input === 0n && output === 0n) return null
    withinTotal(cached, input, 'cached_input_tokens', 'input_tokens')
    withinTotal(reasoning, output, 'reasoning_output_tokens', 'output_tokens')
    const model = textOrNull(info.model) ?? this.#model
    if (model === null)
      return stop('MISSING_MODEL', 'payload.model', 'No turn named a model yet.', 'Use the whole session log.')
    return buildRecord({
      identity: providerIdentity(
        'codex',
        this.#root,
        String(startMs),
        [totals.input, totals.cached, totals.output, totals.reasoning].join(' '),
      ),
      startMs,
      host: this.#options.host ?? 'openai',
      model,
      project: this.#project,
      requests: 1n,
      quantities: {
        input: input - cached,
        cacheRead: cached,
        cacheWrite5m: 0n,
        cacheWrite1h: 0n,
        output,
        reasoning,
        other: null,
      },
      // A difference of totals may hold more than one call, so the length of a prompt is not known for sure.
      promptTokens: input,
    })
  }

  /** True for an event of the copied beginning of a fork whose time was written anew. */
  #isRestampedCopy(startMs: number): boolean {
    const fork = this.#fork
    if (fork === null || startMs < fork.atMs) return false
    // A copy is written in one go; an answer of a model takes its time.
    if (startMs - fork.lastMs >= 1_000) {
      this.#fork = null
      return false
    }
    fork.lastMs = startMs
    return true
  }
}

function totalsOf(usage: JsonObject): Totals {
  const none = 0n
  const count = (name: string) => countIn(usage[name], `total_token_usage.${name}`) ?? none
  return {
    input: count('input_tokens'),
    cached: count('cached_input_tokens'),
    output: count('output_tokens'),
    reasoning: count('reasoning_output_tokens'),
  }
}

/** The time in a version 7 UUID, in milliseconds; null for other text. */
function uuidTime(id: string): number | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-/i.exec(id)
  return match === null ? null : Number.parseInt(`${match[1]}${match[2]}`, 16)
}
