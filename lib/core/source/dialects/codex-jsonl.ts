/**
 * Session logs of Codex ("rollouts"). Counts come as running totals, so a record is the difference to the total before;
 * a total that stands still is no call, a total that falls begins anew. Input includes cached tokens, output includes
 * reasoning.
 *
 * A forked session begins with a copy of its parent's events, and goes on from its parent's totals. So a call is named by
 * the session in which the totals began and by the totals themselves, and not by its time, which a copy may change: a
 * call and its copies count once, at the time of the one imported first. Where the copy was stamped anew in one go, it is
 * skipped instead, because it would put the calls of days into one moment: the parent's file holds them, and a note says so.
 */
import type { Problem } from '../../result'
import type { UsageRecord } from '../../usage/record'
import { buildRecord, textOrNull, UNKNOWN_MODEL, withinTotal } from '../build-record'
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { providerIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { objectAt } from '../json-rows'
import { MachineClock } from '../machine-clock'
import { quoted } from '../reject'
import { countIn, readRow, stop } from '../value'

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
  readonly #instants: MachineClock
  /** Sessions told of so far: the file's own and those it was copied from. */
  readonly #sessions = new Set<string>()
  #session = ''
  /** The session in which the running totals began: a fork goes on from its parent's. */
  #root = ''
  #begunMs = 0
  #project: string | null = null
  #model: string | null = null
  #before: Totals = NOTHING
  /** How often the totals began anew. */
  #resets = 0
  #counted = false
  #fork: Fork | null = null
  /** A session whose calls were left to its own file. */
  #skipped: string | null = null

  constructor(options: ReadOptions) {
    this.#options = options
    this.#instants = new MachineClock(options)
  }

  note(): Problem | null {
    if (this.#skipped === null) return this.#instants.note()
    return {
      code: 'HISTORY_SKIPPED',
      message: `A forked session repeats calls of the session ${quoted(this.#skipped)}, stamped with the time of the fork. They were not counted from the copy.`,
      remedy: 'Import the log of that session too, if it was not imported yet.',
    }
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
    if (this.#sessions.size > 0 && (id === '' || id === this.#session)) return
    // What a fork was copied from is told before its first count: another session after one is another file, joined on.
    if (this.#sessions.size > 0 && !this.#counted) {
      if (id === this.#root) {
        if (parent !== null) this.#root = parent
      } else if (this.#root === this.#session) {
        this.#root = parent ?? id
      }
      this.#sessions.add(id)
      this.#fork ??= { atMs: this.#begunMs, lastMs: this.#begunMs }
      return
    }
    if (this.#sessions.has(id)) return
    this.#sessions.clear()
    this.#sessions.add(id)
    this.#session = id
    this.#root = parent ?? id
    this.#project = textOrNull(payload.cwd)
    this.#model = null
    this.#before = NOTHING
    this.#resets = 0
    this.#counted = false
    this.#begunMs = this.#instants.require(payload.timestamp ?? line.timestamp, 'timestamp')
    this.#fork = parent === null ? null : { atMs: this.#begunMs, lastMs: this.#begunMs }
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
    const last = objectAt(info, 'last_token_usage')
    if (info === null || (total === null && last === null)) return null
    const startMs = this.#instants.require(line.timestamp, 'timestamp')
    const isFirst = !this.#counted
    this.#counted = true
    const call = totalsOf(last, 'last_token_usage')
    const totals = total === null ? sumOf(this.#before, call) : totalsOf(total, 'total_token_usage')
    // A fork that goes on from its parent's totals without repeating its lines: only the call itself is its own.
    const goesOn = isFirst && this.#root !== this.#session && this.#sessions.size === 1
    const isOwn = goesOn && last !== null && isWithin(call, totals)
    const before = isOwn ? lessOf(totals, call) : this.#before
    this.#before = totals
    if (this.#isRestampedCopy(startMs)) {
      this.#skipped ??= this.#root
      return null
    }
    const model = textOrNull(info.model) ?? this.#model
    // Totals at the head of a fork, of its own time and before any turn, are what its parent had counted: where it goes on from.
    if (model === null && this.#root !== this.#session && startMs >= this.#begunMs) {
      this.#skipped ??= this.#root
      return null
    }
    const fell =
      totals.input < before.input ||
      totals.cached < before.cached ||
      totals.output < before.output ||
      totals.reasoning < before.reasoning
    if (fell) this.#resets += 1
    const since = fell ? NOTHING : before
    const input = totals.input - since.input
    const cached = totals.cached - since.cached
    const output = totals.output - since.output
    const reasoning = totals.reasoning - since.reasoning
    if (input === 0n && output === 0n) return null
    withinTotal(cached, input, 'cached_input_tokens', 'input_tokens')
    withinTotal(reasoning, output, 'reasoning_output_tokens', 'output_tokens')
    const named = [totals.input, totals.cached, totals.output, totals.reasoning].join(' ')
    return buildRecord({
      identity: providerIdentity('codex', this.#root, String(this.#resets), named),
      startMs,
      timeOfFirst: true,
      host: this.#options.host ?? 'openai',
      model: model ?? UNKNOWN_MODEL,
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

function sumOf(a: Totals, b: Totals): Totals {
  return {
    input: a.input + b.input,
    cached: a.cached + b.cached,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  }
}

function lessOf(a: Totals, b: Totals): Totals {
  return {
    input: a.input - b.input,
    cached: a.cached - b.cached,
    output: a.output - b.output,
    reasoning: a.reasoning - b.reasoning,
  }
}

function isWithin(part: Totals, whole: Totals): boolean {
  return (
    part.input <= whole.input &&
    part.cached <= whole.cached &&
    part.output <= whole.output &&
    part.reasoning <= whole.reasoning
  )
}

function totalsOf(usage: JsonObject | null, name: string): Totals {
  const none = 0n
  const count = (part: string) => countIn(usage?.[part], `${name}.${part}`) ?? none
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
