/**
 * OpenAI's usage objects and the many hosts that copy them: prompt counts include what was cached, completion counts
 * include reasoning, details are parts of their totals.
 */
import type { ReportedCost } from '../record'
import { type NormalisedUsage, normalised, splitCached, type UsageContext, type UsageShape } from './shape'
import { type UsageObject, UsageReader } from './usage-reader'
import { xaiTools } from './xai-tools'

/** Where a host differs from OpenAI. */
interface Dialect {
  /** Reasoning may be counted beside the completion: the stated total decides. */
  readonly reasoningMayBeOutside?: boolean
  /** Chat completions that state no total count it beside, as the host documents. */
  readonly reasoningOutsideChat?: boolean
  /** Facts beside the counts. */
  readonly tell?: (reader: UsageReader, usage: UsageObject) => Partial<NormalisedUsage>
  /** There is no completion: embeddings. */
  readonly inputOnly?: boolean
}

const PROMPT = ['prompt_tokens', 'input_tokens'] as const
const COMPLETION = ['completion_tokens', 'output_tokens'] as const

function shapeOf(dialect: Dialect): UsageShape {
  return (reader, usage) => read(reader, usage, dialect)
}

function firstObject(reader: UsageReader, usage: UsageObject, keys: readonly string[]): UsageObject | null {
  for (const key of keys) {
    const found = reader.object(usage, key)
    if (found !== null) return found
  }
  return null
}

function read(reader: UsageReader, usage: UsageObject, dialect: Dialect): NormalisedUsage {
  const inDetails = firstObject(reader, usage, [
    'prompt_tokens_details',
    'prompt_token_details',
    'input_tokens_details',
    'input_token_details',
  ])
  const outDetails = firstObject(reader, usage, [
    'completion_tokens_details',
    'completion_token_details',
    'output_tokens_details',
    'output_token_details',
  ])
  const prompt = dialect.inputOnly
    ? reader.required(usage, ...PROMPT, 'total_tokens')
    : reader.required(usage, ...PROMPT)
  const written = cacheWrites(reader, usage, inDetails)
  const cachedDetails = reader.object(inDetails, 'cached_tokens_details')
  const split = splitCached(
    reader,
    {
      total: prompt,
      audio: reader.detail(inDetails, 'audio_tokens'),
      image: reader.detail(inDetails, 'image_tokens'),
      video: reader.detail(inDetails, 'video_tokens'),
    },
    {
      total: cachedTokens(reader, usage, inDetails),
      known:
        cachedDetails === null
          ? null
          : {
              audio: reader.detail(cachedDetails, 'audio_tokens'),
              image: reader.detail(cachedDetails, 'image_tokens'),
              video: reader.detail(cachedDetails, 'video_tokens'),
            },
    },
    written.total,
  )
  const reasoning = reader.detail(outDetails, 'reasoning_tokens')
  const completion = dialect.inputOnly ? reader.detail(usage, ...COMPLETION) : completionOf(reader, usage, prompt)
  const output = withReasoning(reader, usage, dialect, { prompt, completion, reasoning })
  const outAudio = reader.detail(outDetails, 'audio_tokens')
  const outImage = reader.detail(outDetails, 'image_tokens')
  const outText = reader.rest(
    output,
    outAudio + outImage,
    'The audio and image tokens are more than the completion tokens.',
  )
  reader.rest(outText, reasoning, 'The reasoning tokens are more than the completion tokens.')
  return normalised(
    {
      input: split.input,
      cacheRead: split.cacheRead,
      cacheWrite5m: written.short,
      cacheWrite1h: written.long,
      output: outText,
      reasoning,
    },
    [
      ['input_audio', split.uncached.audio],
      ['input_image', split.uncached.image],
      ['input_video', split.uncached.video],
      ['cache_read_audio', split.cached.audio],
      ['cache_read_image', split.cached.image],
      ['cache_read_video', split.cached.video],
      ['output_audio', outAudio],
      ['output_image', outImage],
      ['web_search', reader.detail(reader.object(usage, 'server_tool_use'), 'web_search_requests')],
      ...xaiTools(reader, usage),
    ],
    prompt,
    { serviceTier: reader.text(usage, 'service_tier'), ...dialect.tell?.(reader, usage) },
  )
}

/** A completion that produced nothing may be left out when the total says so. */
function completionOf(reader: UsageReader, usage: UsageObject, prompt: bigint): bigint {
  const stated = reader.count(usage, ...COMPLETION)
  if (stated !== null) return stated
  if (reader.count(usage, 'total_tokens') === prompt) return 0n
  return reader.required(usage, ...COMPLETION)
}

/** The output with reasoning inside, whichever way the host counts it; the stated total must be met. */
function withReasoning(
  reader: UsageReader,
  usage: UsageObject,
  dialect: Dialect,
  counts: { prompt: bigint; completion: bigint; reasoning: bigint },
): bigint {
  const { prompt, completion, reasoning } = counts
  const total = reader.count(usage, 'total_tokens')
  if (total === null || total === prompt + completion) {
    // Without a total, reasoning larger than the completion can only lie beside it.
    const beside = reasoning > completion || (dialect.reasoningOutsideChat && usage.completion_tokens !== undefined)
    return total === null && dialect.reasoningMayBeOutside && beside ? completion + reasoning : completion
  }
  if (dialect.reasoningMayBeOutside && total === prompt + completion + reasoning) return completion + reasoning
  reader.fault(
    'TOTAL_MISMATCH',
    `total_tokens is ${total}, but the prompt (${prompt}) and the completion (${completion}) make ${prompt + completion}.`,
  )
  return completion
}

/** Hosts name the cached part in several places; where two speak they must agree. */
function cachedTokens(reader: UsageReader, usage: UsageObject, details: UsageObject | null): bigint {
  const stated = [
    reader.count(details, 'cached_tokens'),
    reader.count(usage, 'prompt_cache_hit_tokens'),
    reader.count(usage, 'cached_tokens', 'num_cached_tokens'),
  ].filter((count) => count !== null)
  // Anthropic's name for it, which gateways pass on; beside the others it may be left at zero.
  const passedOn = reader.detail(usage, 'cache_read_input_tokens')
  const [first] = stated
  if (first === undefined || (first === 0n && stated.length === 1)) return passedOn
  if (stated.some((count) => count !== first)) {
    reader.fault('CACHED_DISAGREE', `The usage states different cached counts: ${stated.join(', ')}.`)
  }
  return first
}

/** Tokens written to a cache: 5-minute ones unless a breakdown names hour-long ones; what it does not name is 5-minute. */
function cacheWrites(
  reader: UsageReader,
  usage: UsageObject,
  details: UsageObject | null,
): { total: bigint; short: bigint; long: bigint } {
  const breakdown =
    reader.object(details, 'cache_creation') ??
    // LiteLLM's name.
    reader.object(details, 'cache_creation_token_details') ??
    reader.object(usage, 'cache_creation')
  const short = reader.detail(breakdown, 'ephemeral_5m_input_tokens')
  const long = reader.detail(breakdown, 'ephemeral_1h_input_tokens')
  const keys = ['cache_write_tokens', 'cache_creation_tokens', 'cache_creation_input_tokens'] as const
  const stated = reader.count(details, ...keys) ?? reader.count(usage, ...keys)
  const total = stated === null ? short + long : stated
  const remainder = reader.rest(total, short + long, 'The cache-write breakdown is more than its total.')
  return { total, short: short + remainder, long }
}

/** `cost` in dollars, as text: an amount, or an object with its total. */
function costTold(reader: UsageReader, usage: UsageObject): ReportedCost | null {
  const { cost } = usage
  const total = typeof cost === 'object' && cost !== null ? (cost as UsageObject).total_cost : cost
  if (total === undefined || total === null) return null
  if (typeof total !== 'number' && typeof total !== 'string' && typeof total !== 'bigint') {
    reader.fault('USAGE_MALFORMED', 'cost is not an amount.')
    return null
  }
  return { amount: String(total), currency: 'USD', kind: 'billed' }
}

/** xAI states the charge in ticks of 10^-10 dollar: https://docs.x.ai/docs/api-reference (checked 2026-11-23). */
function ticksTold(reader: UsageReader, usage: UsageObject): ReportedCost | null {
  const ticks = reader.count(usage, 'cost_in_usd_ticks')
  if (ticks === null) return null
  const digits = ticks.toString().padStart(11, '0')
  return { amount: `${digits.slice(0, -10)}.${digits.slice(-10)}`, currency: 'USD', kind: 'billed' }
}

export const openaiChat = shapeOf({})
export const openaiResponses = shapeOf({})
export const openaiRealtime = shapeOf({})
export const openaiEmbeddings = shapeOf({ inputOnly: true })
export const voyageEmbeddings = shapeOf({ inputOnly: true })
/** Groq, Together, Moonshot, MiniMax and the software one runs oneself. */
export const compatibleChat = shapeOf({})
/**
 * A host that is not known: the stated total tells whether reasoning lies beside the completion. Gemini's compatible endpoint
 * tells its thoughts by the total alone, and gateways pass on Anthropic's cache beside its prompt.
 */
export const anyChat: UsageShape = (reader, usage, context) => {
  const thoughts = /(?:^|\/)gemini-/.test(context.model) ? thoughtsOf(usage) : null
  return read(reader, { ...withCacheInside(usage), ...thoughts }, { reasoningMayBeOutside: true })
}

/** The usage with Anthropic's cache inside the prompt, where it was counted beside it: a part above the whole shows that. */
function withCacheInside(usage: UsageObject): UsageObject {
  const reader = new UsageReader()
  const [prompt, completion] = [reader.count(usage, 'prompt_tokens'), reader.count(usage, 'completion_tokens')]
  const cache = reader.detail(usage, 'cache_read_input_tokens') + reader.detail(usage, 'cache_creation_input_tokens')
  if (prompt === null || completion === null || cache <= prompt) return usage
  const total = reader.count(usage, 'total_tokens')
  const whole = prompt + cache
  if (total !== null && total !== prompt + completion && total !== whole + completion) return usage
  return { ...usage, prompt_tokens: whole, total_tokens: whole + completion }
}

function thoughtsOf(usage: UsageObject): UsageObject | null {
  const reader = new UsageReader()
  const [prompt, completion] = [reader.count(usage, 'prompt_tokens'), reader.count(usage, 'completion_tokens')]
  const total = reader.count(usage, 'total_tokens')
  const told = reader.object(usage, 'completion_tokens_details')
  if (prompt === null || completion === null || total === null || told !== null) return null
  const thoughts = total - prompt - completion
  return thoughts > 0n ? { completion_tokens_details: { reasoning_tokens: thoughts } } : null
}

/** completion_tokens are without reasoning: https://docs.x.ai/developers/tools/tool-usage-details (checked 2026-11-29). */
export const xaiChat = shapeOf({
  reasoningMayBeOutside: true,
  reasoningOutsideChat: true,
  tell: (reader, usage) => ({ reportedCost: ticksTold(reader, usage) }),
})
export const openrouterChat = shapeOf({
  tell: (reader, usage) => ({ reportedCost: costTold(reader, usage) }),
})

/** Thinking is a mode of the request with a price of its own on some models; a call that reasoned was in it. */
export const alibabaChat: UsageShape = (reader, usage) => {
  const result = read(reader, usage, { reasoningMayBeOutside: true })
  return { ...result, mode: result.quantities.reasoning > 0n ? 'thinking' : 'non_thinking' }
}

export const deepseekChat: UsageShape = (reader, usage) => {
  const result = read(reader, usage, {})
  const hit = reader.count(usage, 'prompt_cache_hit_tokens')
  const miss = reader.count(usage, 'prompt_cache_miss_tokens')
  if (hit !== null && miss !== null && hit + miss !== result.promptTokens) {
    reader.fault(
      'TOTAL_MISMATCH',
      `Cache hits (${hit}) and misses (${miss}) do not make prompt_tokens (${result.promptTokens}).`,
    )
  }
  return result
}

/**
 * Voxtral counts the audio it hears in seconds, which are what is billed, beside the text tokens of its prompt. The total has
 * the tokens of that audio too, so that it is more than its parts (docs.mistral.ai/api, audio transcriptions).
 */
export const mistralChat: UsageShape = (reader, usage) => {
  const heard = usage.prompt_audio_seconds
  if (heard === undefined || heard === null || typeof heard === 'object') return read(reader, usage, {})
  const seconds = reader.detail(usage, 'prompt_audio_seconds')
  const result = read(reader, seconds === 0n ? usage : textOf(reader, usage), {})
  const { other: known, ...leaves } = result.quantities
  const others = [...(known ?? []), ['input_audio_seconds', seconds] as const]
  return normalised(leaves, others, result.promptTokens, { serviceTier: result.serviceTier })
}

/** The usage without the tokens of what was heard. */
function textOf(reader: UsageReader, usage: UsageObject): UsageObject {
  const { total_tokens: _all, prompt_tokens_details: details, ...text } = usage
  const total = reader.count(usage, 'total_tokens')
  const [prompt, completion] = [reader.detail(usage, 'prompt_tokens'), reader.detail(usage, 'completion_tokens')]
  if (total !== null && total < prompt + completion) {
    reader.fault('TOTAL_MISMATCH', `total_tokens is ${total}, less than its parts, which make ${prompt + completion}.`)
  }
  const cached = reader.count(reader.object(usage, 'prompt_tokens_details'), 'cached_tokens')
  // More than the text can only be of the audio.
  return details === undefined || cached === null || cached > prompt
    ? text
    : { ...text, prompt_tokens_details: { cached_tokens: cached } }
}

/**
 * Perplexity: deep research counts its reasoning and citations beside the completion and bills each search; the other
 * models bill each request by its search context size.
 */
export const perplexityChat: UsageShape = (reader, usage, _context: UsageContext) => {
  const { reasoning_tokens: _outside, ...plain } = usage
  const result = read(reader, plain, {})
  const { other: known, ...leaves } = result.quantities
  const reasoning = reader.detail(usage, 'reasoning_tokens')
  const citations = reader.detail(usage, 'citation_tokens')
  const searches = reasoning + citations > 0n ? reader.detail(usage, 'num_search_queries') : 0n
  return normalised(
    { ...leaves, output: leaves.output + reasoning, reasoning: leaves.reasoning + reasoning },
    [...(known ?? []), ['output_citation', citations], ['web_search', searches]],
    result.promptTokens,
    {
      serviceTier: result.serviceTier,
      contextSize: reader.text(usage, 'search_context_size'),
      reportedCost: costTold(reader, usage),
    },
  )
}
