/**
 * Logs of responses of OpenAI and of the many servers that answer like it (chat, responses, embeddings, batch output),
 * and of Ollama, LM Studio, llama.cpp and Cohere in their own form. Prompt counts include cached tokens, completion
 * counts include reasoning; llama.cpp's timings exclude cached tokens.
 *
 * Who bills is told by evidence in the body only, else by the user, never guessed from the model's name.
 */
import { isUsageApi, type UsageApi } from '../../usage/normalise'
import type { UsageRecord } from '../../usage/record'
import type { NormalisedUsage } from '../../usage/shapes/shape'
import { textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect, ReadOptions, RowReader } from '../dialect'
import { ContentIdentities } from '../identity'
import { isObject, type JsonObject } from '../json'
import { durationMs, type LoggedResponse, loggedResponse, responseRecord, responseTime, usageOf } from '../response'
import { countIn, InstantReader, readRow, stop } from '../value'

export const responsesJsonl: JsonDialect = {
  kind: 'json',
  id: 'openai-responses-jsonl',
  title: 'OpenAI-compatible responses',
  recognisedBy:
    'Response objects with usage {prompt_tokens | input_tokens}, Ollama eval counts, or batch output lines.',
  envelopes: [],
  recognise(value) {
    const logged = loggedResponse(value)
    if (logged === null) return null
    if (logged.batch || ('custom_id' in logged.outer && 'error' in logged.outer)) return 'batch'
    return formOf(logged.body)
  },
  open: (options) => new ResponseRows(options),
}

type Form = 'ollama' | 'lmstudio' | 'llamacpp' | 'cohere' | 'responses' | 'embeddings' | 'chat' | 'chunk'

function formOf(body: JsonObject): Form | null {
  if (body.type === 'message' || 'usageMetadata' in body) return null
  if ('eval_count' in body || 'prompt_eval_count' in body || ('done' in body && 'model' in body)) return 'ollama'
  const { usage, stats, timings } = body
  if (isObject(stats) && 'total_output_tokens' in stats) return 'lmstudio'
  if (isObject(timings) && 'predicted_n' in timings) return 'llamacpp'
  if (isObject(body.meta) && 'billed_units' in body.meta) return 'cohere'
  if (!isObject(usage)) return body.object === 'chat.completion.chunk' ? 'chunk' : null
  if ('billed_units' in usage) return 'cohere'
  if (body.object === 'response' || 'input_tokens_details' in usage) return 'responses'
  if ('completion_tokens' in usage) return 'chat'
  if ('prompt_tokens' in usage) return body.object === 'list' || Array.isArray(body.data) ? 'embeddings' : 'chat'
  if ('input_tokens' in usage && 'total_tokens' in usage) return 'responses'
  return null
}

class ResponseRows implements RowReader<unknown> {
  readonly #options: ReadOptions
  readonly #instants: InstantReader
  readonly #contents = new ContentIdentities()

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

  #record(value: unknown): UsageRecord | null {
    const logged = loggedResponse(value)
    if (logged === null) {
      return stop('NOT_THIS_FORMAT', null, 'The line is not an object.', 'Log one response object per line.')
    }
    const { body } = logged
    const form = formOf(body)
    // Streams: every part but the last carries no counts.
    if (form === 'chunk' || (form === 'ollama' && body.done === false)) return null
    if (form === null) return withoutUsage(logged)
    const model =
      textOrNull(body.model) ?? textOrNull(body.model_instance_id) ?? textOrNull(logged.outer.model) ?? UNKNOWN_MODEL
    const host = this.#options.host ?? textOrNull(logged.outer.provider)?.toLowerCase() ?? hostOf(form, logged)
    const time = responseTime(this.#instants, logged)
    const usage = readUsage(form, host, body, model)
    return responseRecord(logged, usage, { ...time, host, model, latencyMs: latencyOf(form, body) }, this.#contents)
  }
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

/** Evidence of who answered; "unknown" when there is none. */
function hostOf(form: Form, { body, batch }: LoggedResponse): string {
  if (form === 'ollama') return 'ollama'
  if (form === 'lmstudio') return 'lmstudio'
  if (form === 'llamacpp') return 'llamacpp'
  if (form === 'cohere') return 'cohere'
  const { usage, stats } = body
  if ('x_groq' in body) return 'groq'
  if (isObject(usage) && 'prompt_cache_hit_tokens' in usage) return 'deepseek'
  if (isObject(usage) && 'cost_in_usd_ticks' in usage) return 'xai'
  if (isObject(usage) && 'cost' in usage && 'provider' in body) return 'openrouter'
  if (isObject(stats) && 'tokens_per_second' in stats) return 'lmstudio'
  const fingerprint = textOrNull(body.system_fingerprint) ?? ''
  if (fingerprint === 'fp_ollama') return 'ollama'
  if (/^fp_[0-9a-z]{6,12}$/.test(fingerprint) || typeof body.service_tier === 'string') return 'openai'
  if (batch && !(textOrNull(body.id) ?? '').startsWith('vllm')) return 'openai'
  return 'unknown'
}

function readUsage(form: Form, host: string, body: JsonObject, model: string): NormalisedUsage {
  switch (form) {
    case 'ollama':
      // An embedding is evaluated as a prompt only.
      return usageOf('ollama.chat', { eval_count: 'embeddings' in body ? 0 : undefined, ...body }, model)
    case 'lmstudio':
      return usageOf('openai.responses', lmStudioUsage(body.stats as JsonObject), model)
    case 'llamacpp':
      return usageOf('canonical', llamaCppUsage(body.timings as JsonObject), model)
    case 'cohere':
      return usageOf('cohere.v2', isObject(body.usage) ? body.usage : (body.meta ?? body), model)
    case 'responses':
      return usageOf('openai.responses', body.usage, model)
    case 'embeddings':
      return usageOf('openai.embeddings', body.usage, model)
    default: {
      const api = `${host}.chat`
      const known: UsageApi = isUsageApi(api) ? api : 'openai.chat'
      return usageOf(known, body.usage, model)
    }
  }
}

function lmStudioUsage(stats: JsonObject): unknown {
  return {
    input_tokens: stats.input_tokens,
    output_tokens: stats.total_output_tokens,
    output_tokens_details: { reasoning_tokens: stats.reasoning_output_tokens },
  }
}

/** Prompt tokens evaluated and those taken from the slot's cache stand side by side. */
function llamaCppUsage(timings: JsonObject): unknown {
  return {
    input: countIn(timings.prompt_n, 'timings.prompt_n'),
    cache_read: countIn(timings.cache_n, 'timings.cache_n'),
    output: countIn(timings.predicted_n, 'timings.predicted_n'),
  }
}

function latencyOf(form: Form, body: JsonObject): number | null {
  const { usage, stats, timings } = body
  if (form === 'ollama') return durationMs(body.total_duration, 'ns')
  if (isObject(timings)) {
    const prompt = durationMs(timings.prompt_ms, 'ms')
    const predicted = durationMs(timings.predicted_ms, 'ms')
    return prompt === null || predicted === null ? null : prompt + predicted
  }
  if (isObject(stats)) return durationMs(stats.generation_time, 's')
  return isObject(usage) ? durationMs(usage.total_time, 's') : null
}
