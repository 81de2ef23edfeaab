/**
 * What LangChain tells of a call, in its messages and in the runs that LangSmith keeps of them. `usage_metadata` is of one form for
 * every provider: input includes the cache, output includes reasoning, details are parts of them. On priority and flex tiers details
 * carry the tier's name. What a provider said itself (`response_metadata`) stands beside it.
 * https://reference.langchain.com/python/langchain-core/messages/ai/UsageMetadata (checked 2026-11-29).
 */
import type { NormalisedUsage } from '../usage/shapes/shape'
import { textOrNull } from './build-record'
import { isObject, type JsonObject, type JsonValue } from './json'
import { objectAt } from './json-rows'
import { isSignedByOpenAi } from './openai-evidence'
import { usageOf } from './response'
import { countIn } from './value'

/** The fields of a message: alone, under `data` (messages as dicts) or `kwargs` (the form LangChain loads again). */
export function messageIn(value: unknown): JsonObject | null {
  if (!isObject(value)) return null
  const inner = value.lc === undefined ? objectAt(value, 'data') : objectAt(value, 'kwargs')
  return inner !== null && ('content' in inner || 'usage_metadata' in inner) ? inner : value
}

/** Counts of a call as any source of LangChain's states them; null when this one is silent. */
export function statedUsage(message: JsonObject): JsonObject | null {
  const stated = objectAt(message, 'usage_metadata')
  if (stated !== null && 'input_tokens' in stated) return inChatForm(stated)
  const meta = objectAt(message, 'response_metadata')
  const raw = objectAt(meta, 'token_usage') ?? objectAt(meta, 'usage')
  if (raw !== null && 'prompt_tokens' in raw) return raw
  const script = objectAt(meta, 'tokenUsage')
  if (script === null || !('promptTokens' in script)) return null
  const { promptTokens, completionTokens, totalTokens } = script
  return {
    prompt_tokens: promptTokens ?? null,
    completion_tokens: completionTokens ?? null,
    total_tokens: totalTokens ?? null,
  }
}

/** Anthropic's own object tells what the common form leaves out: how long a written cache lives, searches, tier. */
export function anthropicUsage(message: JsonObject): JsonObject | null {
  const usage = objectAt(message, 'response_metadata', 'usage')
  return usage !== null && 'input_tokens' in usage && 'cache_read_input_tokens' in usage ? usage : null
}

const TIERS = ['priority', 'flex'] as const

/** Counts in the form of OpenAI's chat. */
function inChatForm(stated: JsonObject): JsonObject {
  const inside = objectAt(stated, 'input_token_details')
  const outside = objectAt(stated, 'output_token_details')
  const tier = TIERS.find((name) => [inside, outside].some((details) => details !== null && name in details))
  const detail = (details: JsonObject | null, name: string): JsonValue =>
    details?.[name] ?? (tier === undefined ? null : details?.[`${tier}_${name}`]) ?? null
  const short = detail(inside, 'ephemeral_5m_input_tokens')
  const long = detail(inside, 'ephemeral_1h_input_tokens')
  const written = detail(inside, 'cache_creation')
  const read = detail(inside, 'cache_read')
  // With the lifetimes told, the sum of them may stay at zero.
  const isSplit = (short !== null || long !== null) && (written === null || written === 0)
  const prompt = {
    cached_tokens: read,
    audio_tokens: detail(inside, 'audio'),
    cache_creation_tokens: isSplit ? null : written,
    cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long },
  }
  const beside = besideInput(stated, [read, isSplit ? null : written, isSplit ? short : null, isSplit ? long : null])
  return {
    prompt_tokens: beside ?? stated.input_tokens ?? null,
    completion_tokens: stated.output_tokens ?? null,
    total_tokens: beside === null ? (stated.total_tokens ?? null) : null,
    service_tier: tier ?? null,
    prompt_tokens_details: prompt,
    completion_tokens_details: {
      reasoning_tokens: detail(outside, 'reasoning'),
      audio_tokens: detail(outside, 'audio'),
    },
  }
}

/** The whole prompt where an integration left the cache beside the input: a part above the whole shows that. Null mostly. */
function besideInput(stated: JsonObject, parts: readonly JsonValue[]): bigint | null {
  const none = 0n
  const input = countIn(stated.input_tokens, 'input_tokens') ?? none
  const cache = parts.reduce((sum: bigint, part) => sum + (countIn(part, 'input_token_details') ?? none), none)
  return cache > input ? input + cache : null
}

export function langchainUsage(message: JsonObject, model: string): NormalisedUsage | null {
  const own = anthropicUsage(message)
  if (own !== null) return usageOf('anthropic.messages', own, model)
  const stated = statedUsage(message)
  return stated === null ? null : usageOf('any.chat', stated, model)
}

export function modelNamed(message: JsonObject): string | null {
  const meta = objectAt(message, 'response_metadata')
  const told = [meta?.model_name, meta?.model, meta?.model_id, message.model]
  return told.map(textOrNull).find((name) => name !== null) ?? null
}

/** Names of integrations where they differ from those of the hosts. */
const HOSTS: Readonly<Record<string, string>> = {
  google_genai: 'google',
  'google-genai': 'google',
  google_vertexai: 'vertex',
  google_anthropic_vertex: 'vertex',
  amazon_bedrock: 'bedrock',
  bedrock_converse: 'bedrock',
  anthropic_bedrock: 'bedrock',
  azure_openai: 'azure',
  mistralai: 'mistral',
}

/**
 * Who billed, by the integration that was used. That of OpenAI's is used with the servers of others, so a message of it must have what
 * OpenAI's answers have.
 */
export function hostNamed(integration: string | null, message: JsonObject): string {
  const name = (integration ?? textOrNull(objectAt(message, 'response_metadata')?.model_provider) ?? '').toLowerCase()
  const meta = objectAt(message, 'response_metadata')
  if (name === '') return 'unknown'
  if (name !== 'openai' || meta === null) return HOSTS[name] ?? name
  const id = textOrNull(meta.id) ?? ''
  return isSignedByOpenAi(meta, id) || id.startsWith('resp_') ? 'openai' : 'unknown'
}

/** The id of the provider's answer, and that of LangChain's run; each is null where it is not told. */
export function idsOf(message: JsonObject): { readonly answer: string | null; readonly run: string | null } {
  const own = textOrNull(message.id) ?? ''
  const [, run = null] = /^(?:lc_)?run-{1,2}([0-9a-f]{8}-[0-9a-f-]{27})(?:-\d+)?$/i.exec(own) ?? []
  const told = textOrNull(objectAt(message, 'response_metadata')?.id)
  const answer = told ?? (/^(?:chatcmpl-|msg_|resp_)/.test(own) ? own : null)
  return { answer, run: run?.toLowerCase() ?? null }
}
