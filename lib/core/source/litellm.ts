/**
 * LiteLLM's accounts of calls, whichever way they left it. Prompt tokens include what was read from and written to a
 * cache; the split stands in the metadata. Spend is an estimate from LiteLLM's price map. The proxy itself bills nobody:
 * the host is the provider it called.
 */
import type { UsageRecord } from '../usage/record'
import { buildRecord, NO_QUANTITIES, otherMeters, promptOf, sortedTags, textOrNull, withinTotal } from './build-record'
import { providerIdentity } from './identity'
import { isObject, type JsonObject, type JsonValue, parseJson } from './json'
import { objectAt } from './json-rows'
import { countIn, countOf, estimatedAmountOf, type InstantReader, stop } from './value'

/** A field of the row as text or JSON; null when absent. */
export type LiteLlmField = (name: string) => JsonValue

const HOSTS = new Map<string, string>(
  Object.entries({
    gemini: 'google',
    vertex_ai: 'vertex',
    vertex_ai_beta: 'vertex',
    bedrock_converse: 'bedrock',
    hosted_vllm: 'vllm',
    azure_ai: 'azure',
    ollama_chat: 'ollama',
    text_completion_openai: 'openai',
    together_ai: 'together',
    fireworks_ai: 'fireworks',
    lm_studio: 'lmstudio',
  }),
)

/** How databases and their clients write what is not there. */
export const LITELLM_NULLS: ReadonlySet<string> = new Set(['', '\\N', 'NULL', 'null', 'None', '[NULL]'])

export function liteLlmRecord(
  field: LiteLlmField,
  names: { readonly id: string; readonly cost: string },
  instants: InstantReader,
  forcedHost: string | null,
): UsageRecord {
  const text = (name: string) => textOrNull(field(name)) ?? ''
  const id = text(names.id)
  if (id === '') return stop('MISSING_VALUE', names.id, `${names.id} is empty.`, 'Export the log again.')
  const metadata = asObject(field('metadata'))
  const usage = asObject(metadata?.usage_object ?? null) ?? answeredUsage(field)
  const more = asObject(metadata?.additional_usage_values ?? null)
  const none = 0n
  const total = (name: string) => countOf(text(name), name) ?? countAt(usage, [name]) ?? none
  const prompt = total('prompt_tokens')
  const output = total('completion_tokens')
  const failed = text('status') === 'failure'
  const group = text('model_group')
  const model = withoutProvider(text('model') || group)
  if (model === '') {
    if (!failed) return stop('MISSING_MODEL', 'model', 'model is empty.', 'Export the log again.')
    return stop('NO_USAGE', 'model', 'The request failed before it reached a model.', 'Nothing to do: it cost nothing.')
  }
  const cacheHit = /^true$/i.test(text('cache_hit')) || /_cache_hit[\d.]*$/.test(id)
  const detail = (path: readonly string[]) => countAt(usage, path) ?? countAt(more, path)
  // Two names of one count, of which a proxy may fill in one and leave the other at zero.
  const cached = larger(detail(['prompt_tokens_details', 'cached_tokens']), detail(['cache_read_input_tokens']))
  const written = larger(
    detail(['cache_creation_input_tokens']),
    detail(['prompt_tokens_details', 'cache_creation_tokens']),
  )
  const hourLong =
    detail(['prompt_tokens_details', 'cache_creation_token_details', 'ephemeral_1h_input_tokens']) ?? none
  withinTotal(hourLong, written, 'ephemeral_1h_input_tokens', 'the cache-written tokens')
  const reasoning = detail(['completion_tokens_details', 'reasoning_tokens']) ?? none
  const provider = text('custom_llm_provider').toLowerCase() || providerOf(group)
  const isInside = countsCacheInside(cached + written, prompt, `${provider} ${model}`)
  if (isInside) withinTotal(cached + written, prompt, 'cached and cache-written tokens', 'prompt_tokens')
  withinTotal(reasoning, output, 'reasoning_tokens', 'completion_tokens')
  const part = (of: 'prompt' | 'completion', kind: string) => detail([`${of}_tokens_details`, `${kind}_tokens`]) ?? none
  const uncached = isInside ? prompt - cached - written : prompt
  const heard = smaller(part('prompt', 'audio'), uncached)
  const seen = smaller(part('prompt', 'image'), uncached - heard)
  const spoken = smaller(part('completion', 'audio'), output - reasoning)
  const painted = smaller(part('completion', 'image'), output - reasoning - spoken)
  // An answer from the proxy's own cache is a request that no model worked for.
  const quantities = cacheHit
    ? NO_QUANTITIES
    : {
        input: uncached - heard - seen,
        cacheRead: cached,
        cacheWrite5m: written - hourLong,
        cacheWrite1h: hourLong,
        output: output - spoken - painted,
        reasoning,
        other: otherMeters([
          ['input_audio', heard],
          ['input_image', seen],
          ['output_audio', spoken],
          ['output_image', painted],
          [
            'web_search',
            larger(
              detail(['server_tool_use', 'web_search_requests']),
              detail(['prompt_tokens_details', 'web_search_requests']),
            ),
          ],
        ]),
      }
  const startMs = instants.require(field('startTime') ?? field('starttime'), 'startTime')
  const endMs = instants.read(field('endTime') ?? field('endtime'), 'endTime')
  const cost = estimatedAmountOf(field(names.cost), names.cost)
  const named = (name: string) => textOrNull(metadata?.[name])
  return buildRecord({
    identity: providerIdentity('litellm', id),
    startMs,
    host: forcedHost ?? liteLlmHost(provider),
    model,
    project: named('user_api_key_team_alias') ?? named('user_api_key_team_id') ?? (text('team_id') || null),
    apiKey: named('user_api_key_alias') ?? (text('api_key') || named('user_api_key_hash')),
    user: text('end_user') || named('user_api_key_user_id') || text('user') || null,
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    status: failed ? 'error' : 'ok',
    latencyMs: endMs === null || endMs < startMs ? null : Math.min(endMs - startMs, 2_147_483_647),
    reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' },
    tags: sortedTags(cacheHit ? [['litellm.cache_hit', 'true']] : []),
  })
}

/** Older proxies passed on Anthropic's prompt as it came, without its cache: a part above the whole cannot be inside it. */
export function countsCacheInside(cache: bigint, prompt: bigint, providerAndModel: string): boolean {
  return cache <= prompt || !/anthropic|claude/i.test(providerAndModel)
}

/** Our name of a provider as LiteLLM calls it; "unknown" for none. */
export function liteLlmHost(provider: string): string {
  const name = provider.toLowerCase()
  return name === '' ? 'unknown' : (HOSTS.get(name) ?? name)
}

/** The usage in the answer that was kept, where it is of the same prompt: payloads of before 2025 tell the split only there. */
function answeredUsage(field: LiteLlmField): JsonObject | null {
  const usage = asObject(asObject(field('response'))?.usage ?? null)
  const same = textOrNull(usage?.prompt_tokens) === textOrNull(field('prompt_tokens'))
  return usage !== null && same ? usage : null
}

/** A part of what there is room for: the rest of it was cached. */
function smaller(part: bigint, room: bigint): bigint {
  return part < room ? part : room
}

function larger(a: bigint | null, b: bigint | null): bigint {
  const [first, second] = [a ?? 0n, b ?? 0n]
  return first > second ? first : second
}

function countAt(object: JsonObject | null, path: readonly string[]): bigint | null {
  const last = path[path.length - 1] as string
  const parent = path.length === 1 ? object : objectAt(object, ...path.slice(0, -1))
  return countIn(parent?.[last], path.join('.'))
}

/** JSON that stands as an object, or as text in a cell. */
function asObject(value: JsonValue): JsonObject | null {
  if (isObject(value)) return value
  if (typeof value !== 'string' || !value.startsWith('{')) return null
  const parsed = parseJson(value)
  return parsed.ok && isObject(parsed.value) ? parsed.value : null
}

function providerOf(group: string): string {
  return group.includes('/') ? (group.split('/')[0] as string).toLowerCase() : ''
}

/** "ollama/openchat:7b" names the provider before the model. */
function withoutProvider(model: string): string {
  const slash = model.indexOf('/')
  const provider = slash > 0 ? model.slice(0, slash) : ''
  return provider !== '' &&
    (HOSTS.has(provider) || /^(openai|anthropic|azure|bedrock|ollama|groq|mistral|deepseek|cohere)$/.test(provider))
    ? model.slice(slash + 1)
    : model
}
