/**
 * The stream of `codex exec --json`, without a time or a model. A turn tells the running total of its thread, and a thread
 * that is resumed goes on from it (github.com/openai/codex, codex-rs/exec/src/event_processor_with_jsonl_output.rs,
 * `usage_from_last_total`, and issue 17539): so a thread is one record that grows, over runs and files. A total that falls
 * is a counter of its own. Input includes tokens read from and written to a cache, output includes reasoning. The same
 * calls stand in the session's own log, so only one of the two should be imported.
 */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, NOT_YET, textOrNull, UNKNOWN_MODEL } from '../build-record'
import { RunningTotals, totalsOf } from '../codex-totals'
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { HeldRecords } from '../held-records'
import { ContentIdentities, growingIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { objectAt } from '../json-rows'
import { usageOf } from '../response'
import { InstantReader, readRow, stop } from '../value'

export const codexExecJsonl: JsonDialect = {
  kind: 'json',
  id: 'codex-exec-jsonl',
  title: 'Codex, output of codex exec',
  recognisedBy: 'Lines of type turn.completed with usage.',
  envelopes: [],
  recognise: (value) => (isObject(value) && value.type === 'turn.completed' && isObject(value.usage) ? '1' : null),
  open: (options) => new TurnRows(options),
}

class TurnRows implements RowReader<unknown> {
  readonly #options: ReadOptions
  readonly #instants: InstantReader
  readonly #contents = new ContentIdentities()
  /** The threads by id and counter, as their last turn tells them. */
  readonly #threads: HeldRecords
  #thread: string | null = null
  #totals = new RunningTotals()
  #model = UNKNOWN_MODEL

  constructor(options: ReadOptions) {
    this.#options = options
    this.#instants = new InstantReader(options, 'utc')
    this.#threads = new HeldRecords('most output', options.openSpill, { timeOfFirst: true })
  }

  note() {
    return this.#instants.note()
  }

  read(value: unknown): RowOutcome {
    return readRow(() => {
      if (!isObject(value)) return stop('NOT_THIS_FORMAT', null, 'The line is not an object.', 'Use --json.')
      if (value.type === 'thread.started') {
        this.#thread = textOrNull(value.thread_id)
        this.#totals = new RunningTotals()
      }
      this.#model = textOrNull(value.model) ?? this.#model
      const usage = objectAt(value, 'usage')
      return value.type === 'turn.completed' && usage !== null ? this.#turn(value, usage) : []
    })
  }

  *finish(): Generator<RowOutcome, void, undefined> {
    const held = this.#threads.take((key) => {
      const [thread, counter] = JSON.parse(key) as [string, string]
      return growingIdentity('codex-exec', thread, counter)
    })
    for (const { record } of held) yield { ok: true, value: [record] }
    this.#instants.unassume(this.#threads.repeatedTimes)
  }

  #turn(line: JsonObject, usage: JsonObject): readonly UsageRecord[] {
    const used = usageOf('openai.responses', usageObject(usage), this.#model)
    const told = this.#instants.read(line.timestamp, 'timestamp')
    const startMs = told ?? this.#instants.assume()
    const record = buildRecord({
      identity: NOT_YET,
      startMs,
      ...(told === null ? { timeAssumed: true as const } : {}),
      host: this.#options.host ?? 'openai',
      model: this.#model,
      // A turn holds several calls: neither their number nor the length of a prompt is told.
      requests: null,
      quantities: used.quantities,
    })
    if (this.#thread === null) {
      const counts = Object.values(used.quantities).filter((count) => typeof count === 'bigint')
      return [{ ...record, identity: this.#contents.identity('codex-exec', counts.join(' ')) }]
    }
    const counted = this.#totals.take(totalsOf(usage, 'usage'), null)
    if (counted === null) {
      if (told === null) this.#instants.unassume(1)
      return []
    }
    this.#threads.put(JSON.stringify([this.#thread, String(counted.counter)]), record, null, told === null)
    return []
  }
}

/** Under the names of the Responses API, which it was written down from. */
function usageObject(usage: JsonObject): JsonObject {
  return {
    ...usage,
    input_tokens_details: {
      cached_tokens: usage.cached_input_tokens ?? null,
      cache_write_tokens: usage.cache_write_input_tokens ?? null,
    },
    output_tokens_details: { reasoning_tokens: usage.reasoning_output_tokens ?? null },
  }
}
