/**
 * The stream of `codex exec --json`: one usage a turn, without a time or a model. Input includes tokens read from and
 * written to a cache, output includes reasoning. The same turns stand in the session's own log, so only one of the two
 * should be imported.
 */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { ContentIdentities, providerIdentity } from '../identity'
import { isObject } from '../json'
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
  #thread: string | null = null
  #turn = 0
  #model = UNKNOWN_MODEL

  constructor(options: ReadOptions) {
    this.#options = options
    this.#instants = new InstantReader(options, 'utc')
  }

  note() {
    return this.#instants.note()
  }

  read(value: unknown): RowOutcome {
    return readRow(() => {
      if (!isObject(value)) return stop('NOT_THIS_FORMAT', null, 'The line is not an object.', 'Use --json.')
      if (value.type === 'thread.started') {
        this.#thread = textOrNull(value.thread_id)
        this.#turn = 0
      }
      this.#model = textOrNull(value.model) ?? this.#model
      const usage = objectAt(value, 'usage')
      return value.type === 'turn.completed' && usage !== null ? [this.#record(value, usage)] : []
    })
  }

  #record(
    line: NonNullable<ReturnType<typeof objectAt>>,
    usage: NonNullable<ReturnType<typeof objectAt>>,
  ): UsageRecord {
    const details = {
      cached_tokens: usage.cached_input_tokens ?? null,
      cache_write_tokens: usage.cache_write_input_tokens ?? null,
    }
    const reasoning = { reasoning_tokens: usage.reasoning_output_tokens ?? null }
    const used = usageOf(
      'openai.responses',
      { ...usage, input_tokens_details: details, output_tokens_details: reasoning },
      this.#model,
    )
    const told = this.#instants.read(line.timestamp, 'timestamp')
    const startMs = told ?? this.#instants.assume()
    this.#turn += 1
    const thread = this.#thread
    const counts = Object.values(used.quantities).filter((count) => typeof count === 'bigint')
    return buildRecord({
      identity:
        thread === null
          ? this.#contents.identity('codex-exec', counts.join(' '))
          : providerIdentity('codex-exec', thread, String(this.#turn)),
      startMs,
      ...(told === null ? { timeAssumed: true as const } : {}),
      host: this.#options.host ?? 'openai',
      model: this.#model,
      // A turn holds several calls: neither their number nor the length of a prompt is told.
      requests: null,
      quantities: used.quantities,
    })
  }
}
