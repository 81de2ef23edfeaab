/**
 * Session logs of Codex ("rollouts"). Since 2026-08 each response is a line of its own with its id, those that compact a
 * session too. Before, counts come as running totals only, so a record is the difference to the total before; a total that
 * stands still is no call, a total that falls begins anew (`codex-totals.ts`). The totals that newer versions still write
 * tell the responses of their turn again. Input includes tokens read from and written to a cache, output includes reasoning.
 *
 * A forked session begins with a copy of its parent's events, and goes on from its parent's totals. So a call is named by
 * the session in which the totals began and by the totals themselves, and not by its time, which a copy may change: a
 * call and its copies count once, at the time of the one imported first. Where the copy was stamped anew in one go, it is
 * skipped instead, because it would put the calls of days into one moment: the parent's file holds them, and a note says so.
 * So is a copy of a fork's calls that lacks the first lines of those before it (an agent was given the last turns of its
 * parent): the session in which their totals began is not told, and only the parent's own file names them.
 */
import type { Problem } from '../../result'
import type { Identity, UsageRecord } from '../../usage/record'
import { buildRecord, textOrNull, UNKNOWN_MODEL, withinTotal } from '../build-record'
import { isSome, isWithin, lessOf, RunningTotals, sumOf, type Totals, totalsOf } from '../codex-totals'
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { providerIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { objectAt } from '../json-rows'
import { MachineClock } from '../machine-clock'
import { quoted } from '../reject'
import { readRow, stop } from '../value'

const KINDS = new Set([
  'session_meta',
  'turn_context',
  'event_msg',
  'response_item',
  'compacted',
  'token_usage_record',
  'world_state',
])

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
  /** When the line was written that began it. */
  #written: string | null = null
  /** The session in which the running totals began: a fork goes on from its parent's. */
  #root = ''
  #begunMs = 0
  #project: string | null = null
  #model: string | null = null
  #totals = new RunningTotals()
  #counted = false
  /** Responses of this turn have lines of their own. */
  #recorded = false
  #fork: Fork | null = null
  /** The session that spawned this one, where it alone tells of a parent: what follows may be a copy or begin with nothing. */
  #spawner: string | null = null
  /** The session that began the tree of agents, by this one's own first line. */
  #tree: string | null = null
  /** Calls from before this session were copied, and the session in which their totals began is not told. */
  #isUnnamedCopy = false
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
      let record: UsageRecord | null = null
      if (value.type === 'token_usage_record') record = this.#response(value, payload)
      else if (value.type === 'event_msg' && payload.type === 'token_count') record = this.#event(value, payload)
      return record === null ? [] : [record]
    })
  }

  #meta(line: JsonObject, payload: JsonObject): void {
    const id = textOrNull(payload.id) ?? ''
    const parent = textOrNull(payload.forked_from_id)
    const written = textOrNull(line.timestamp)
    // The very line that began the session, after its calls: another copy of its log was joined on.
    const isCopy = this.#counted && id === this.#session && written !== null && written === this.#written
    if (this.#sessions.size > 0 && !isCopy && (id === '' || id === this.#session)) return
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
    if (this.#sessions.has(id) && !isCopy) return
    this.#sessions.clear()
    this.#sessions.add(id)
    this.#session = id
    this.#written = written
    this.#root = parent ?? id
    this.#project = textOrNull(payload.cwd)
    this.#model = null
    this.#totals = new RunningTotals()
    this.#counted = false
    this.#recorded = false
    this.#begunMs = this.#instants.require(payload.timestamp ?? line.timestamp, 'timestamp')
    this.#spawner = parent === null ? spawnerOf(payload) : null
    this.#tree = textOrNull(payload.session_id)
    this.#isUnnamedCopy = false
    const mayCopy = parent !== null || this.#spawner !== null
    this.#fork = mayCopy ? { atMs: this.#begunMs, lastMs: this.#begunMs } : null
  }

  #turn(payload: JsonObject): void {
    const model = textOrNull(payload.model)
    if (model !== null) this.#model = model
    this.#recorded = false
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
    const isEarlier = startMs < this.#begunMs
    if (isFirst && isEarlier && this.#sessions.size === 1) this.#copyOnly(startMs)
    const call = totalsOf(last, 'last_token_usage')
    const totals = total === null ? sumOf(this.#totals.current, call) : totalsOf(total, 'total_token_usage')
    // A fork that goes on from its parent's totals without repeating its lines: only the call itself is its own.
    const goesOn = isFirst && this.#root !== this.#session && this.#sessions.size === 1
    if (goesOn && last !== null && isWithin(call, totals)) this.#totals.goOnFrom(lessOf(totals, call))
    const counted = this.#totals.take(totals, last === null ? null : call)
    if (this.#recorded) return null
    if (this.#isRestampedCopy(startMs) || (this.#isUnnamedCopy && isEarlier)) {
      this.#skipped ??= this.#spawner ?? this.#root
      return null
    }
    const model = textOrNull(info.model) ?? this.#model
    // Totals at the head of a fork, of its own time and before any turn, are what its parent had counted: where it goes on from.
    if (model === null && this.#root !== this.#session && startMs >= this.#begunMs) {
      this.#skipped ??= this.#root
      return null
    }
    if (counted === null || !isSome(counted.added)) return null
    const named = [totals.input, totals.cached, totals.output, totals.reasoning].join(' ')
    const identity = providerIdentity('codex', this.#root, String(counted.counter), named)
    return this.#record(identity, startMs, model, counted.added)
  }

  /** A copied history begins here, and the file's own first line is all that tells of the sessions before. */
  #copyOnly(startMs: number): void {
    const parent = this.#spawner ?? this.#root
    if (parent === this.#session) return
    this.#root = parent
    const born = uuidTime(parent)
    // A parent that repeats calls from before it was begun, or an agent that was itself spawned by one, is a fork too.
    const isOlder = born !== null && startMs < born
    const isDeeper = this.#tree !== null && this.#tree !== parent && this.#tree !== this.#session
    this.#isUnnamedCopy = isOlder || isDeeper
  }

  /** A response by itself. Its id and the session that asked for it name it, whatever session the line was copied to. */
  #response(line: JsonObject, payload: JsonObject): UsageRecord | null {
    const usage = totalsOf(objectAt(payload, 'usage'), 'usage')
    const startMs = this.#instants.require(line.timestamp, 'timestamp')
    this.#counted = true
    this.#recorded = true
    const asked = textOrNull(payload.thread_id)
    const isCopy = this.#fork !== null && asked !== null && asked !== this.#session && startMs >= this.#fork.atMs
    if (isCopy || (asked === null && this.#isRestampedCopy(startMs))) {
      this.#skipped ??= asked ?? this.#root
      return null
    }
    if (!isSome(usage)) return null
    const id = textOrNull(payload.response_id) ?? this.#nameOf(payload)
    return this.#record(providerIdentity('codex-response', asked ?? this.#root, id), startMs, this.#model, usage)
  }

  /** Of a response without an id: the totals after it. */
  #nameOf(payload: JsonObject): string {
    const { input, cached, output, reasoning } = totalsOf(objectAt(payload, 'thread_token_usage'), 'thread_token_usage')
    return [textOrNull(payload.turn_id) ?? '', input, cached, output, reasoning].join(' ')
  }

  #record(identity: Identity, startMs: number, model: string | null, used: Totals): UsageRecord {
    const { input, cached, written, output, reasoning } = used
    withinTotal(cached, input, 'cached_input_tokens', 'input_tokens')
    withinTotal(written, input - cached, 'cache_write_input_tokens', 'the input_tokens that were not cached')
    withinTotal(reasoning, output, 'reasoning_output_tokens', 'output_tokens')
    return buildRecord({
      identity,
      startMs,
      timeOfFirst: true,
      host: this.#options.host ?? 'openai',
      model: model ?? UNKNOWN_MODEL,
      project: this.#project,
      requests: 1n,
      quantities: {
        input: input - cached - written,
        cacheRead: cached,
        cacheWrite5m: written,
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

/**
 * The session that spawned an agent's: an agent that is given a part of its parent's history has no `forked_from_id`
 * where that part lacks the parent's first line (github.com/getagentseal/codeburn/pull/1383, checked 2026-11-29).
 */
function spawnerOf(payload: JsonObject): string | null {
  const spawn = objectAt(payload, 'source', 'subagent', 'thread_spawn')
  return textOrNull(spawn?.parent_thread_id) ?? textOrNull(payload.parent_thread_id)
}

/** The time in a version 7 UUID, in milliseconds; null for other text. */
function uuidTime(id: string): number | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-/i.exec(id)
  return match === null ? null : Number.parseInt(`${match[1]}${match[2]}`, 16)
}
