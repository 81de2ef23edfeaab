/**
 * Logs of responses of OpenAI and of the many servers that answer like it (chat, responses, embeddings, batch output),
 * and of Ollama, LM Studio, llama.cpp, SGLang, Text Generation Inference and Cohere in their own form. Prompt counts include cached tokens,
 * completion counts include reasoning; llama.cpp's timings exclude cached tokens.
 *
 * Who bills is told by evidence in the body only, else by the user, never guessed from the model's name.
 */
import { isUsageApi, type UsageApi } from '../../usage/normalise'
import type { UsageRecord } from '../../usage/record'
import type { NormalisedUsage } from '../../usage/shapes/shape'
import { withBotoFacts } from '../boto-answer'
import { sortedTags, textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect, ReadOptions, RowReader } from '../dialect'
import { ContentIdentities } from '../identity'
import { isObject, type JsonObject } from '../json'
import { listAt, objectAt } from '../json-rows'
import { isSignedByOpenAi } from '../openai-evidence'
import {
  durationMs,
  headerOf,
  type LoggedResponse,
  loggedHost,
  loggedResponse,
  responseRecord,
  responseTime,
  usageOf,
} from '../response'
import { UncountedStreams } from '../uncounted-streams'
import { countIn, InstantReader, readRow, stop } from '../value'

export const responsesJsonl: JsonDialect = {
  kind: 'json',
  id: 'openai-responses-jsonl',
  title: 'OpenAI-compatible responses',
  recognisedBy:
    'Response objects with usage {prompt_tokens | input_tokens}, Ollama eval counts, TGI details, SGLang meta_info, or batch output lines.',
  envelopes: [],
  recognise(value) {
    const logged = loggedResponse(value)
    if (logged === null || logged.body.type === 'message') return null
    if (logged.batch || ('custom_id' in logged.outer && 'error' in logged.outer)) return 'batch'
    const begins = isStreamState(logged) || FIRST_EVENTS.has(eventNameOf(logged) ?? '')
    return formOf(logged.body) ?? (begins ? 'stream' : null)
  },
  open: (options) => new ResponseRows(options),
}

type Form =
  | 'ollama'
  | 'lmstudio'
  | 'llamacpp'
  | 'tgi'
  | 'sglang'
  | 'cohere'
  | 'responses'
  | 'embeddings'
  | 'seconds'
  | 'converse'
  | 'chat'
  | 'chunk'
  | 'sum'

/** What streams begin with whose parts are events by name. */
const FIRST_EVENTS = new Set(['message-start', 'chat.start', 'stream-start'])

/** The name of an event that is no answer: "response.output_text.delta", "content-delta"; null for anything else. */
function eventNameOf({ body, outer }: LoggedResponse): string | null {
  if (isObject(body.error) || 'choices' in body) return null
  if (typeof outer.event_type === 'string') return outer.event_type
  const type = textOrNull(outer.type) ?? ''
  return /^[a-z_]+[.-][a-z_.-]+$/.test(type) ? type : null
}

/** Events of the Responses API that hold the response as it stands; the last of them has its usage. */
function isStreamState({ body, outer }: LoggedResponse): boolean {
  return body.object === 'response' && /^response\.[a-z]+$/.test(textOrNull(outer.type) ?? '')
}

function formOf(body: JsonObject): Form | null {
  if (body.type === 'message' || 'usageMetadata' in body || 'usage_metadata' in body) return null
  if (body.object === 'batch') return 'sum'
  if (isOfRun(body)) return 'chunk'
  if ('eval_count' in body || 'prompt_eval_count' in body || ('done' in body && 'model' in body)) return 'ollama'
  // Parts of an answer of llama.cpp's and of TGI's own endpoints.
  if (body.stop === false || (isObject(body.token) && 'generated_text' in body && !isObject(body.details)))
    return 'chunk'
  const { stats, timings, details } = body
  const usage = usageIn(body)
  if (isObject(stats) && 'total_output_tokens' in stats) return 'lmstudio'
  if (isObject(timings) && 'predicted_n' in timings) return 'llamacpp'
  if (isObject(details) && 'generated_tokens' in details) return 'tgi'
  if (isObject(body.meta_info) && 'prompt_tokens' in body.meta_info) return 'sglang'
  if (isObject(body.meta) && 'billed_units' in body.meta) return 'cohere'
  if (!isObject(usage)) return PARTS.has(textOrNull(body.object) ?? '') ? 'chunk' : null
  if ('billed_units' in usage) return 'cohere'
  if (usage.type === 'duration' && 'seconds' in usage) return 'seconds'
  if (body.object === 'response' || 'input_tokens_details' in usage) return 'responses'
  if ('completion_tokens' in usage) return 'chat'
  if ('prompt_tokens' in usage) return body.object === 'list' || Array.isArray(body.data) ? 'embeddings' : 'chat'
  if ('input_tokens' in usage && 'total_tokens' in usage) return 'responses'
  if ('inputTokens' in usage && 'outputTokens' in usage) return 'converse'
  // Embeddings and rankings of Voyage and Jina tell their one count only as a total.
  return 'total_tokens' in usage && [body.data, body.results].some(Array.isArray) ? 'embeddings' : null
}

/**
 * What a run of OpenAI's assistants is made of: its steps repeat a part of its usage each, its messages have none; the run
 * itself tells all of it once it has ended.
 */
function isOfRun(body: JsonObject): boolean {
  const { object } = body
  if (object === 'thread.run') return body.usage === null
  return typeof object === 'string' && /^thread\.(?:run\.step|message)(?:\.delta)?$/.test(object)
}

/** A stream of completions calls its parts what it calls a whole answer, which has usage. */
const PARTS = new Set(['chat.completion.chunk', 'text_completion'])

/** Groq's streams carry the counts beside the choices. */
function usageIn(body: JsonObject): unknown {
  return body.usage ?? (isObject(body.x_groq) ? body.x_groq.usage : null)
}

class ResponseRows implements RowReader<unknown> {
  readonly #options: ReadOptions
  readonly #instants: InstantReader
  readonly #contents = new ContentIdentities()
  readonly #streams = new UncountedStreams()

  constructor(options: ReadOptions) {
    this.#options = options
    this.#instants = new InstantReader(options, 'utc')
  }

  note() {
    return this.#instants.note()
  }

  read(value: unknown) {
    return readRow(() => {
      const record = this.#record(value)
      return record === null ? [] : [record]
    })
  }

  finish() {
    return this.#streams.outcomes()
  }

  #record(value: unknown): UsageRecord | null {
    const logged = withId(loggedResponse(value))
    if (logged === null) {
      return stop('NOT_THIS_FORMAT', null, 'The line is not an object.', 'Log one response object per line.')
    }
    const { body } = logged
    const form = formOf(body) ?? (headerOf(logged, 'x-generated-tokens') === null ? null : 'tgi')
    // Streams: every part but the last carries no counts. A server that only loaded a model says that it is done, too.
    const id = textOrNull(body.id)
    if (form === 'chunk' || (form === 'ollama' && (body.done === false || !countsOf(body)))) {
      this.#streams.part(isOfRun(body) && body.object !== 'thread.run' ? textOrNull(body.run_id) : id)
      return null
    }
    if (form === 'sum') {
      return stop(
        'NO_USAGE',
        'usage',
        'A batch tells the sum of its responses, which stand in its output file.',
        'Import the output file of the batch.',
      )
    }
    // Events of a stream: the last one holds the counts.
    if (form === null && eventNameOf(logged) !== null) {
      if (isStreamState(logged)) this.#streams.part(id)
      return null
    }
    this.#streams.whole(id)
    if (form === null) return withoutUsage(logged)
    const model =
      textOrNull(body.model) ??
      textOrNull(body.model_instance_id) ??
      textOrNull(logged.outer.model) ??
      textOrNull(logged.outer.modelId) ??
      UNKNOWN_MODEL
    const host = this.#options.host ?? loggedHost(logged) ?? hostOf(form, logged)
    const time = responseTime(this.#instants, logged)
    const usage = readUsage(form, host, logged, model)
    const untold = form === 'tgi' && promptOfTgi(logged) === null
    return responseRecord(
      logged,
      usage,
      {
        ...time,
        host,
        model,
        latencyMs: latencyOf(form, logged),
        // Every part of a stream of SGLang's own carries the counts so far.
        grows: form === 'sglang' || PARTS.has(textOrNull(body.object) ?? ''),
        // Where the server did not say how long the prompt was, a price computed from the output alone is a lower bound.
        ...(untold ? { tags: sortedTags([['tokentab.prompt', 'unknown']]) } : {}),
      },
      this.#contents,
    )
  }
}

/** SGLang's own answers have their id among what they tell of themselves, Bedrock's in what the SDK keeps beside them. */
function withId(logged: LoggedResponse | null): LoggedResponse | null {
  const id = objectAt(logged?.body, 'meta_info')?.id
  if (logged === null || id === undefined) return logged === null ? null : withBotoFacts(logged)
  const body = { id, ...logged.body }
  return { ...logged, body, outer: logged.outer === logged.body ? body : logged.outer }
}

function countsOf(body: JsonObject): boolean {
  return 'eval_count' in body || 'prompt_eval_count' in body
}

function withoutUsage({ body, outer }: LoggedResponse): never {
  const failed = isObject(body.error) || isObject(outer.error)
  return stop(
    'NO_USAGE',
    'usage',
    failed ? 'The request failed and has no usage.' : 'The response has no usage.',
    failed
      ? 'Nothing to do: failed requests are not billed by tokens.'
      : 'Ask the server for usage (stream_options.include_usage) and log it.',
  )
}

/** Forms that no other server answers in. */
const OWN = new Set<Form>(['ollama', 'lmstudio', 'llamacpp', 'tgi', 'sglang', 'cohere'])

/** Evidence of who answered; "unknown" when there is none. */
function hostOf(form: Form, logged: LoggedResponse): string {
  const { body, outer, batch } = logged
  if (OWN.has(form)) return form
  const { stats } = body
  const usage = usageIn(body)
  // Bedrock's names of the models of others that it serves under their own API.
  if (form === 'converse' || /^openai\.gpt-/.test(textOrNull(body.model) ?? '')) return 'bedrock'
  if ('x_groq' in body) return 'groq'
  if (isObject(usage) && 'prompt_cache_hit_tokens' in usage) return 'deepseek'
  if (isObject(usage) && ['cost_in_usd_ticks', 'num_sources_used'].some((key) => key in usage)) return 'xai'
  const id = textOrNull(body.id) ?? ''
  if (isObject(usage) && ('cost_details' in usage || 'is_byok' in usage)) return 'openrouter'
  if ('provider' in body && (id.startsWith('gen-') || (isObject(usage) && 'cost' in usage))) return 'openrouter'
  if (isObject(usage) && 'prompt_audio_seconds' in usage) return 'mistral'
  if (isObject(stats) && 'tokens_per_second' in stats) return 'lmstudio'
  if (headerOf(logged, 'fireworks-prompt-tokens') !== null) return 'fireworks'
  if (headerOf(logged, 'x-generated-tokens') !== null) return 'tgi'
  const fingerprint = textOrNull(body.system_fingerprint) ?? ''
  if (fingerprint === 'fp_ollama') return 'ollama'
  // Text Generation Inference signs with its version: "3.0.1-sha-bb9095a".
  if (/^\d+\.\d+\.\d+(-dev\d*)?-(native|sha-[0-9a-f]+)/.test(fingerprint)) return 'tgi'
  if (isSignedByOpenAi(body, id)) return 'openai'
  if (batch) return [id, textOrNull(outer.id)].some((one) => one?.includes('vllm')) ? 'vllm' : 'openai'
  return 'unknown'
}

function readUsage(form: Form, host: string, logged: LoggedResponse, model: string): NormalisedUsage {
  const { body } = logged
  switch (form) {
    case 'ollama':
      // An embedding is evaluated as a prompt only.
      return usageOf('ollama.chat', { eval_count: 'embeddings' in body ? 0 : undefined, ...body }, model)
    case 'lmstudio':
      return usageOf('openai.responses', lmStudioUsage(body.stats as JsonObject), model)
    case 'llamacpp':
      return usageOf('canonical', llamaCppUsage(body), model)
    case 'tgi':
      return usageOf('canonical', tgiUsage(logged), model)
    case 'sglang':
      return usageOf('any.chat', body.meta_info, model)
    case 'cohere':
      return usageOf('cohere.v2', isObject(body.usage) ? body.usage : (body.meta ?? body), model)
    case 'responses':
      return usageOf('openai.responses', body.usage, model)
    case 'embeddings':
      return usageOf('openai.embeddings', body.usage, model)
    case 'converse':
      return usageOf('bedrock.converse', body.usage, model)
    case 'seconds':
      // A transcription billed by the length of what it heard.
      return usageOf('canonical', { audio_seconds: isObject(body.usage) ? body.usage.seconds : null }, model)
    default: {
      const api = `${host}.chat`
      const known: UsageApi = isUsageApi(api) ? api : host === 'openai' || host === 'azure' ? 'openai.chat' : 'any.chat'
      return usageOf(known, withHeaders(usageIn(body), logged), model)
    }
  }
}

/** Fireworks tells the cached part of a prompt in a header of the answer, whatever the body says. */
function withHeaders(usage: unknown, logged: LoggedResponse): unknown {
  const cached = headerOf(logged, 'fireworks-cached-prompt-tokens')
  if (cached === null || !isObject(usage) || isObject(usage.prompt_tokens_details)) return usage
  return { ...usage, prompt_tokens_details: { cached_tokens: cached } }
}

/** Tokens of the prompt by header, or by the tokens of the prompt that were asked for; null when neither tells. */
function promptOfTgi(logged: LoggedResponse): bigint | null {
  const header = countIn(headerOf(logged, 'x-prompt-tokens'), 'x-prompt-tokens')
  if (header !== null) return header
  const details = objectAt(logged.body, 'details')
  const stated = countIn(details?.prompt_tokens ?? details?.input_length, 'details.prompt_tokens')
  if (stated !== null) return stated
  const prefill = listAt(details, 'prefill').length
  return prefill === 0 ? null : BigInt(prefill)
}

function tgiUsage(logged: LoggedResponse): unknown {
  const details = objectAt(logged.body, 'details')
  return {
    input: promptOfTgi(logged) ?? undefined,
    output:
      countIn(details?.generated_tokens, 'details.generated_tokens') ??
      countIn(headerOf(logged, 'x-generated-tokens'), 'x-generated-tokens'),
  }
}

function lmStudioUsage(stats: JsonObject): unknown {
  return {
    input_tokens: stats.input_tokens,
    output_tokens: stats.total_output_tokens,
    output_tokens_details: { reasoning_tokens: stats.reasoning_output_tokens },
  }
}

/**
 * Prompt tokens evaluated and those taken from the slot's cache stand side by side. Older servers leave out the cached ones,
 * which are then what the whole prompt has more than was evaluated.
 */
function llamaCppUsage(body: JsonObject): unknown {
  const timings = objectAt(body, 'timings')
  const evaluated = countIn(timings?.prompt_n, 'timings.prompt_n')
  const whole =
    countIn(objectAt(body, 'usage')?.prompt_tokens, 'usage.prompt_tokens') ??
    countIn(body.tokens_evaluated, 'tokens_evaluated')
  const rest = whole === null || evaluated === null || whole <= evaluated ? null : whole - evaluated
  return {
    input: evaluated,
    cache_read: countIn(timings?.cache_n, 'timings.cache_n') ?? rest,
    output: countIn(timings?.predicted_n, 'timings.predicted_n'),
  }
}

function latencyOf(form: Form, logged: LoggedResponse): number | null {
  const { body } = logged
  const { stats, timings } = body
  if (form === 'ollama') return durationMs(body.total_duration, 'ns')
  if (isObject(timings)) {
    const prompt = durationMs(timings.prompt_ms, 'ms')
    const predicted = durationMs(timings.predicted_ms, 'ms')
    return prompt === null || predicted === null ? null : prompt + predicted
  }
  if (isObject(stats)) return durationMs(stats.generation_time, 's')
  if (form === 'sglang') return durationMs(objectAt(body, 'meta_info')?.e2e_latency, 's')
  if (form === 'tgi') return durationMs(headerOf(logged, 'x-total-time'), 'ms')
  const usage = usageIn(body)
  return isObject(usage) ? durationMs(usage.total_time, 's') : null
}
