/**
 * Messages of LangChain as programs dump them (one a line, in lists, in the state of a graph), and runs of LangSmith. A run around
 * others tells their sum again, so runs are held until the end of the file. What the counts mean: `../langchain`.
 */
import type { UsageRecord } from '../../usage/record'
import { textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { HeldRecords } from '../held-records'
import { growingIdentity, providerIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, jsonReading, listAt, objectAt } from '../json-rows'
import { anthropicUsage, hostNamed, idsOf, langchainUsage, messageIn, modelNamed, statedUsage } from '../langchain'
import { responseRecord, responseTime } from '../response'
import { SpanTree } from '../span-tree'
import { estimatedAmountOf, readRow, stop } from '../value'

export const langchainJson: JsonDialect = {
  kind: 'json',
  id: 'langchain-json',
  title: 'LangChain messages and LangSmith runs',
  recognisedBy: 'Messages with usage_metadata {input_tokens, output_tokens}, or runs with run_type and start_time.',
  envelopes: ['runs', 'messages'],
  recognise(value) {
    const parts = partsOf(value)
    if (parts.some(isCallRun)) return 'runs'
    return parts.some(tellsUsage) ? 'messages' : null
  },
  explode: partsOf,
  open: (options) => new LangchainRows(options),
}

/** Messages of a conversation or of the state of a graph, or the value itself. */
function partsOf(value: unknown): readonly unknown[] {
  for (const at of [value, objectAt(value, 'values'), objectAt(value, 'channel_values'), objectAt(value, 'output')]) {
    const messages = listAt(at, 'messages')
    if (messages.length > 0 && !isRun(value)) return messages
  }
  return [value]
}

function isRun(value: unknown): value is JsonObject {
  return isObject(value) && typeof value.run_type === 'string' && 'start_time' in value
}

const CALLS = new Set(['llm', 'embedding'])

function isCallRun(value: unknown): boolean {
  return isRun(value) && CALLS.has(value.run_type as string)
}

/** A message whose usage is in LangChain's common form; Gemini's has other counts under the same name. */
function tellsUsage(value: unknown): boolean {
  const message = messageIn(value)
  const stated = objectAt(message, 'usage_metadata')
  return stated !== null && 'input_tokens' in stated && 'output_tokens' in stated
}

class LangchainRows implements RowReader<unknown> {
  readonly #reading: JsonReading
  readonly #tree = new SpanTree()
  readonly #runs: HeldRecords
  /** Those that an answer's id names, which a log of answers may tell at another time. */
  readonly #answers: HeldRecords
  /** Calls that told no tokens, by trace and run. */
  readonly #untold: (readonly [trace: string, run: string])[] = []

  constructor(options: ReadOptions) {
    this.#reading = jsonReading(options)
    this.#runs = new HeldRecords('most output', options.openSpill)
    this.#answers = new HeldRecords('most output', options.openSpill, { timeOfFirst: true })
  }

  note() {
    return this.#reading.instants.note()
  }

  read(value: unknown): RowOutcome {
    return readRow(() => {
      if (isRun(value)) return this.#run(value)
      const message = messageIn(value)
      if (message === null || !isAnswer(message)) return []
      const record = this.#message(message, isObject(value) ? value : message)
      // Without anything of a provider's it was written by a program, or is a part of a stream.
      if (record === null && Object.keys(objectAt(message, 'response_metadata') ?? {}).length === 0) return []
      return record === null
        ? stop(
            'NO_USAGE',
            'usage_metadata',
            'The message tells no tokens.',
            'Ask the server for usage (stream_usage) and keep the whole message.',
          )
        : [record]
    })
  }

  *finish(): Generator<RowOutcome, void, undefined> {
    yield* this.#counted(this.#runs)
    yield* this.#counted(this.#answers)
    for (const [trace, run] of this.#untold) {
      if (this.#tree.isAround(trace, run)) continue
      yield readRow(() =>
        stop(
          'NO_USAGE',
          'total_tokens',
          `The run ${run} tells no tokens.`,
          'Have the integration report usage_metadata.',
        ),
      )
    }
  }

  *#counted(held: HeldRecords): Generator<RowOutcome, void, undefined> {
    let key: readonly string[] = []
    const records = held.take((text) => {
      key = JSON.parse(text) as readonly string[]
      return growingIdentity(...key.slice(2))
    })
    for (const { record } of records) {
      if (!this.#tree.isAround(key[0] as string, key[1] as string)) yield { ok: true, value: [record] }
    }
  }

  #message(message: JsonObject, outer: JsonObject): UsageRecord | null {
    const model = modelNamed(message) ?? textOrNull(outer.model) ?? UNKNOWN_MODEL
    const usage = langchainUsage(message, model)
    if (usage === null) return null
    const { instants, contents, options } = this.#reading
    const meta = objectAt(message, 'response_metadata')
    const { answer, run } = idsOf(message)
    const logged = { body: { ...(meta ?? {}), id: answer }, outer: { ...outer }, batch: false }
    const host = options.host ?? hostNamed(null, message)
    const record = responseRecord(
      logged,
      usage,
      { ...responseTime(instants, logged), host, model, latencyMs: null },
      contents,
    )
    return answer !== null || run === null ? record : { ...record, identity: providerIdentity('langchain', run) }
  }

  #run(run: JsonObject): readonly UsageRecord[] {
    const id = (textOrNull(run.id) ?? '').toLowerCase()
    const trace = textOrNull(run.trace_id) ?? ''
    const isCall = CALLS.has(run.run_type as string)
    const message = toldBy(run)
    this.#tree.add(
      { traceId: trace, spanId: id, parentSpanId: (textOrNull(run.parent_run_id) ?? '').toLowerCase() },
      isCall && message !== null,
    )
    if (!isCall) return []
    if (message === null) {
      this.#untold.push([trace, id])
      return []
    }
    const record = runRecord(run, message, this.#reading)
    const { answer } = idsOf(message)
    const identity = answer === null ? ['langchain', id] : ['response', answer]
    const held = answer === null ? this.#runs : this.#answers
    held.put(JSON.stringify([trace, id, ...identity]), record, null, false)
    return []
  }
}

/** People, tools and systems write messages too. */
function isAnswer(message: JsonObject): boolean {
  const type = textOrNull(message.type) ?? textOrNull(message.role) ?? ''
  return /^(?:ai|AIMessage|AIMessageChunk|assistant)$/.test(type) || isObject(message.usage_metadata)
}

/** What tells of the call of a run, most of it first, as a message; null when it has no tokens anywhere. */
function toldBy(run: JsonObject): JsonObject | null {
  const outputs = objectAt(run, 'outputs')
  const [first] = listAt(outputs, 'generations')
  const [generation] = Array.isArray(first) ? first : [first]
  const metadata = objectAt(run, 'extra', 'metadata')
  const message = messageIn(objectAt(generation, 'message')) ?? messageIn(objectAt(outputs, 'message'))
  for (const told of [message, outputs, metadata, run]) {
    if (told !== null && (anthropicUsage(told) !== null || statedUsage(told) !== null)) return told
  }
  const sums = sumsOf(run)
  const meta = objectAt(message, 'response_metadata')
  return sums === null ? null : { id: message?.id ?? null, response_metadata: { ...meta, token_usage: sums } }
}

/** The counts that LangSmith keeps beside a run; zero in all stands for none. */
function sumsOf(run: JsonObject): JsonObject | null {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = run
  if (prompt === undefined || prompt === null || (prompt === 0 && (total === 0 || total === null))) return null
  const inside = objectAt(run, 'prompt_token_details')
  const outside = objectAt(run, 'completion_token_details')
  return {
    prompt_tokens: prompt,
    completion_tokens: completion ?? null,
    total_tokens: total ?? null,
    prompt_tokens_details: {
      cached_tokens: inside?.cache_read ?? null,
      cache_creation_tokens: inside?.cache_creation ?? null,
      audio_tokens: inside?.audio ?? null,
    },
    completion_tokens_details: {
      reasoning_tokens: outside?.reasoning ?? null,
      audio_tokens: outside?.audio ?? null,
    },
  }
}

function runRecord(run: JsonObject, message: JsonObject, { instants, contents, options }: JsonReading): UsageRecord {
  const metadata = objectAt(run, 'extra', 'metadata')
  const asked = objectAt(run, 'extra', 'invocation_params')
  const model =
    modelNamed(message) ??
    textOrNull(metadata?.ls_model_name) ??
    textOrNull(asked?.model) ??
    textOrNull(asked?.model_name) ??
    UNKNOWN_MODEL
  const usage = langchainUsage(message, model)
  if (usage === null) return stop('NO_USAGE', 'outputs', 'The run tells no tokens.', 'Report usage_metadata.')
  const startMs = instants.require(run.start_time, 'start_time')
  const endMs = instants.read(run.end_time, 'end_time')
  const cost = estimatedAmountOf(run.total_cost ?? null, 'total_cost')
  const host = options.host ?? hostNamed(textOrNull(metadata?.ls_provider), message)
  const record = responseRecord(
    { body: objectAt(message, 'response_metadata') ?? {}, outer: {}, batch: false },
    usage,
    {
      startMs,
      timeAssumed: false,
      host,
      model,
      latencyMs: endMs === null || endMs < startMs ? null : Math.min(endMs - startMs, 2_147_483_647),
    },
    contents,
  )
  return {
    ...record,
    project: textOrNull(run.session_name),
    user: textOrNull(metadata?.user_id),
    status: run.error === null || run.error === undefined || run.error === '' ? 'ok' : 'error',
    reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' },
  }
}
