/**
 * Bodies of Bedrock's InvokeModel as each maker's models give them (Llama, Titan, Nova, and any with the metrics that end a stream),
 * events of ConverseStream, and the output of batch jobs. Input excludes what was cached; Llama and Titan have no cache.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html, …/batch-inference-results.html (checked 2026-11-29).
 */
import { err } from '../../result'
import type { UsageRecord } from '../../usage/record'
import type { NormalisedUsage } from '../../usage/shapes/shape'
import { botoHeader, withBotoFacts } from '../boto-answer'
import { textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { isObject, type JsonObject, parseJson } from '../json'
import { type JsonReading, jsonReading, listAt, objectAt } from '../json-rows'
import { durationMs, type LoggedResponse, responseRecord, responseTime, usageOf } from '../response'
import { countIn, readRow, stop } from '../value'
import { modelOfArn } from './bedrock-invocation-log'

export const bedrockResponsesJsonl: JsonDialect = {
  kind: 'json',
  id: 'bedrock-responses-jsonl',
  title: 'Amazon Bedrock responses',
  recognisedBy:
    'Bodies with generation_token_count, inputTextTokenCount or amazon-bedrock-invocationMetrics, events of ConverseStream, or lines with modelOutput.',
  envelopes: [],
  recognise(value) {
    if (!isObject(value)) return null
    if ('modelOutput' in value || ('recordId' in value && 'modelInput' in value)) return 'batch'
    const logged = loggedBody(value)
    if (logged === null) return null
    return isConverseEnd(logged.body) ? 'converse-stream' : 'invoke'
  },
  open: (options) => new BedrockRows(options),
}

const METRICS = 'amazon-bedrock-invocationMetrics'
const BODIES = ['body', 'response', 'response_body', 'result', 'raw_response', 'completion', 'chunk', 'data'] as const

function isBody(value: JsonObject): boolean {
  const isOfLlama = 'generation' in value && 'generation_token_count' in value
  return isOfLlama || 'inputTextTokenCount' in value || isObject(value[METRICS])
}

/** The last event of ConverseStream. Messages of chats may have usage among their metadata, too, but no such metrics. */
function isConverseEnd(value: JsonObject): boolean {
  const usage = objectAt(value, 'metadata', 'usage')
  const isTimed = objectAt(value, 'metadata', 'metrics')?.latencyMs !== undefined
  return usage !== null && isTimed && 'inputTokens' in usage && 'outputTokens' in usage
}

function loggedBody(value: JsonObject): LoggedResponse | null {
  if (isBody(value) || isConverseEnd(value)) return { body: value, outer: value, batch: false }
  for (const key of BODIES) {
    const body = objectOf(value[key])
    if (body !== null && (isBody(body) || isConverseEnd(body))) return { body, outer: value, batch: false }
  }
  return null
}

function objectOf(value: unknown): JsonObject | null {
  if (isObject(value)) return value
  const parsed = typeof value === 'string' && value.startsWith('{') ? parseJson(value) : null
  return parsed?.ok && isObject(parsed.value) ? parsed.value : null
}

class BedrockRows implements RowReader<unknown> {
  readonly #reading: JsonReading
  /** Parts of a stream came and its end did not yet. */
  #open = false

  constructor(options: ReadOptions) {
    this.#reading = jsonReading(options)
  }

  note() {
    return this.#reading.instants.note()
  }

  read(value: unknown): RowOutcome {
    return readRow(() => {
      if (!isObject(value)) return stop('NOT_THIS_FORMAT', null, 'The line is not an object.', 'Log one body per line.')
      if ('modelOutput' in value || 'recordId' in value) return [this.#batchRecord(value)]
      const logged = loggedBody(value) ?? { body: value, outer: value, batch: false }
      this.#open = isPart(logged.body)
      return this.#open ? [] : [this.#record(logged)]
    })
  }

  *finish(): Generator<RowOutcome, void, undefined> {
    if (!this.#open) return
    yield err({
      code: 'NO_USAGE',
      column: METRICS,
      message: 'The last stream has no usage.',
      remedy: 'Keep streams to their end: its last part has the counts.',
    })
  }

  #batchRecord(line: JsonObject): UsageRecord {
    const body = objectOf(line.modelOutput)
    if (body !== null) return this.#record({ body, outer: line, batch: true })
    return stop(
      'NO_USAGE',
      'error',
      'The record failed and has no usage.',
      'Nothing to do: failed records cost nothing.',
    )
  }

  #record(bare: LoggedResponse): UsageRecord {
    const { instants, contents, options } = this.#reading
    const logged = withBotoFacts(bare)
    const { body, outer } = logged
    const named = [outer.modelId, outer.model_id, outer.model, body.model].map(textOrNull).find((name) => name !== null)
    const model = named === undefined || named === null ? UNKNOWN_MODEL : modelOfArn(named)
    const latency = objectAt(body, METRICS)?.invocationLatency ?? objectAt(body, 'metadata', 'metrics')?.latencyMs
    const facts = { host: options.host ?? 'bedrock', model, latencyMs: durationMs(latency, 'ms') }
    return responseRecord(logged, usageIn(logged, model), { ...responseTime(instants, logged), ...facts }, contents)
  }
}

const EVENTS = ['messageStart', 'contentBlockStart', 'contentBlockDelta', 'contentBlockStop', 'messageStop'] as const

/** Parts say of what ends an answer that it is not there yet, or are events by name; what has the metrics is the last. */
function isPart(body: JsonObject): boolean {
  if (isObject(body[METRICS])) return false
  if (EVENTS.some((name) => name in body) || body.is_finished === false || body.stop_reason === null) return true
  const [output] = listAt(body, 'outputs')
  if (isObject(output) && output.stop_reason === null) return true
  return 'outputText' in body && (body.totalOutputTextTokenCount ?? null) === null
}

function usageIn(logged: LoggedResponse, model: string): NormalisedUsage {
  const { body } = logged
  const usage = objectAt(body, 'usage') ?? objectAt(body, 'metadata', 'usage')
  if (usage !== null) {
    if ('inputTokens' in usage) return usageOf('bedrock.converse', usage, model)
    return usageOf(body.type === 'message' ? 'anthropic.messages' : 'any.chat', usage, model)
  }
  const metrics = objectAt(body, METRICS)
  if (metrics !== null && 'inputTokenCount' in metrics) return usageOf('bedrock.converse', metrics, model)
  if ('generation_token_count' in body) {
    const counts = { input: body.prompt_token_count, output: body.generation_token_count }
    return usageOf('canonical', told(logged, counts), model)
  }
  if ('inputTextTokenCount' in body) {
    return usageOf('canonical', told(logged, { input: body.inputTextTokenCount, output: titanOutput(body) }), model)
  }
  const header = (name: string) => botoHeader(logged, `x-amzn-bedrock-${name}-token-count`)
  return usageOf('canonical', told(logged, { input: header('input'), output: header('output') }), model)
}

/** Counts that must be there both. */
function told(logged: LoggedResponse, counts: { readonly input: unknown; readonly output: unknown }): unknown {
  const missing = Object.entries(counts).find(([, count]) => count === undefined || count === null)
  if (missing === undefined) return counts
  const failed = isObject(logged.body.error) || isObject(logged.outer.error)
  return stop(
    'NO_USAGE',
    missing[0],
    failed ? 'The request failed and has no usage.' : `The body does not tell its ${missing[0]} tokens.`,
    failed ? 'Nothing to do: failed requests cost nothing.' : 'Log the headers of the answer beside its body.',
  )
}

/** Titan's answers to a prompt; embeddings have none. */
function titanOutput(body: JsonObject): bigint | string | null {
  const none = 0n
  const total = body.totalOutputTextTokenCount
  if (total !== undefined && total !== null) return countIn(total, 'totalOutputTextTokenCount')
  const results = listAt(body, 'results')
  if (results.length === 0) return 'outputText' in body ? null : none
  return results.reduce(
    (sum: bigint, one) => sum + (countIn(isObject(one) ? one.tokenCount : null, 'results.tokenCount') ?? none),
    none,
  )
}
