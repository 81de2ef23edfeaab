/**
 * Spans and log records of OpenTelemetry's GenAI conventions and of OpenInference, as flat attributes, and log events of
 * coding agents (`otel-events.ts`). Used for files and for the OTLP endpoint.
 */
import type { OtherMeter } from '../usage/meter'
import type { UsageRecord } from '../usage/record'
import { buildRecord, otherMeters, promptOf, textOrNull, withinTotal } from './build-record'
import { growingIdentity } from './identity'
import { isObject, type JsonObject, type JsonValue } from './json'
import type { JsonReading } from './json-rows'
import { agentEventOf, agentRecord, isRetold } from './otel-events'
import { countIn, estimatedAmountOf, stop } from './value'

/** One span or log record with the attributes of its resource below its own. */
export interface OtelItem {
  readonly attributes: ReadonlyMap<string, JsonValue>
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly startNano: JsonValue
  readonly endNano: JsonValue
  readonly failed: boolean
}

const INPUT = ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt']
const OUTPUT = ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.token_count.completion']
const CACHE_READ = [
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.cache_read_input_tokens',
  'gen_ai.usage.cache_read_tokens',
  'gen_ai.usage.cached_input_tokens',
  'gen_ai.usage.cached_tokens',
  'gen_ai.usage.input_tokens.cached',
  'gen_ai.usage.input_tokens.cache_read',
  'gen_ai.usage.details.cache_read_tokens',
  'llm.token_count.prompt_details.cache_read',
  // The AI SDK for JavaScript counts its parts under names of its own, beside the conventions' totals.
  'ai.usage.inputTokenDetails.cacheReadTokens',
  'ai.usage.cachedInputTokens',
]
const CACHE_WRITE = [
  'gen_ai.usage.cache_creation.input_tokens',
  'gen_ai.usage.cache_write.input_tokens',
  'gen_ai.usage.cache_creation_input_tokens',
  'gen_ai.usage.cache_write_input_tokens',
  'gen_ai.usage.cache_creation_tokens',
  'gen_ai.usage.input_tokens.cache_write',
  'gen_ai.usage.details.cache_write_tokens',
  'llm.token_count.prompt_details.cache_write',
  'ai.usage.inputTokenDetails.cacheWriteTokens',
]
const CACHE_WRITE_1H = [
  'gen_ai.usage.cache_creation.ephemeral_1h_input_tokens',
  'gen_ai.usage.cache_creation.ephemeral_1h.input_tokens',
]
const TOTAL = ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens', 'llm.token_count.total', 'ai.usage.totalTokens']
const COST = ['gen_ai.usage.cost', 'operation.cost', 'llm.cost.total']
const REASONING = [
  'gen_ai.usage.reasoning.output_tokens',
  'gen_ai.usage.reasoning_output_tokens',
  'gen_ai.usage.reasoning_tokens',
  'gen_ai.usage.thinking_tokens',
  'gen_ai.usage.output_tokens.reasoning',
  'gen_ai.usage.details.reasoning_tokens',
  'llm.token_count.completion_details.reasoning',
  'ai.usage.outputTokenDetails.reasoningTokens',
  'ai.usage.reasoningTokens',
]
const MODEL = ['gen_ai.response.model', 'gen_ai.request.model', 'llm.model_name', 'embedding.model_name']
const HOST = ['gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system', 'ai.model.provider']

/** Names of hosts where the conventions' differ from ours. */
const HOSTS = new Map<string, string>(
  Object.entries({
    'aws.bedrock': 'bedrock',
    'azure.ai.openai': 'azure',
    'azure.ai.inference': 'azure',
    'az.ai.openai': 'azure',
    'az.ai.inference': 'azure',
    'gcp.gemini': 'google',
    'gcp.gen_ai': 'google',
    gemini: 'google',
    'gcp.vertex_ai': 'vertex',
    vertex_ai: 'vertex',
    vertexai: 'vertex',
    mistral_ai: 'mistral',
    mistralai: 'mistral',
    x_ai: 'xai',
    codex: 'openai',
    'google.generative-ai': 'google',
    'google.vertex': 'vertex',
    'amazon-bedrock': 'bedrock',
    'azure-openai': 'azure',
    togetherai: 'together',
    gateway: 'vercel',
  }),
)

/** Our name of a host as spans name it. The AI SDK for JavaScript sets the API after it: "anthropic.messages", "openai.chat". */
function hostNamed(name: string): string {
  const known = HOSTS.get(name)
  if (known !== undefined) return known
  const provider = name.replace(/\.(?:chat|completions?|messages|responses|embeddings?|anthropic\.messages)$/, '')
  return HOSTS.get(provider) ?? provider
}

/** Kinds of span that repeat what their children count. */
const AROUND = /^(invoke_agent|create_agent|execute_tool|invoke_workflow|agent|chain|tool|retriever|workflow)$/i

/** True when the item counts tokens of a model call itself. */
export function isModelCall({ attributes }: OtelItem): boolean {
  if (agentEventOf(attributes) !== null) return true
  if (isRetold(attributes)) return false
  const operation = textOrNull(attributes.get('gen_ai.operation.name')) ?? ''
  const kind = (textOrNull(attributes.get('openinference.span.kind')) ?? '').toUpperCase()
  const frame = textOrNull(attributes.get('traceloop.span.kind')) ?? ''
  if (AROUND.test(operation) || AROUND.test(frame)) return false
  if (kind !== '' && kind !== 'LLM' && kind !== 'EMBEDDING') return false
  return [...INPUT, ...OUTPUT].some((name) => attributes.has(name))
}

export function itemRecord(item: OtelItem, reading: JsonReading): UsageRecord {
  const { attributes } = item
  const event = agentEventOf(attributes)
  if (event !== null) return agentRecord(event, attributes, item.startNano, reading)
  const { instants, contents, options } = reading
  const first = (names: readonly string[]) => names.find((name) => attributes.has(name)) ?? (names[0] as string)
  const none = 0n
  const count = (names: readonly string[]) => {
    const name = first(names)
    return countIn(attributes.get(name), name) ?? none
  }
  const text = (name: string) => textOrNull(attributes.get(name))
  const model = text(first(MODEL))
  if (model === null) {
    return stop('MISSING_MODEL', 'gen_ai.request.model', 'The span names no model.', 'Set gen_ai.request.model on it.')
  }
  const startMs = instants.require(item.startNano, 'startTimeUnixNano')
  const endMs = instants.read(item.endNano, 'endTimeUnixNano')
  const input = count(INPUT)
  const read = count(CACHE_READ)
  const written = count(CACHE_WRITE)
  const output = count(OUTPUT)
  const reasoning = count(REASONING)
  const hourLong = count(CACHE_WRITE_1H)
  withinTotal(hourLong, written, first(CACHE_WRITE_1H), first(CACHE_WRITE))
  withinTotal(reasoning, output, first(REASONING), first(OUTPUT))
  // The conventions count the cache inside the input; instrumentations that do not show it by a part above the whole, or
  // by a total that counts the parts beside it.
  const disjoint = read + written > input || (read + written > none && count(TOTAL) === input + read + written + output)
  const parts = (side: 'input' | 'output', kinds: readonly string[]) =>
    kinds.map((kind): [OtherMeter, bigint] => [
      `${side}_${kind}` as OtherMeter,
      count([
        `gen_ai.usage.${kind}.${side}_tokens`,
        `llm.token_count.${side === 'input' ? 'prompt' : 'completion'}_details.${kind}`,
      ]),
    ])
  const inputParts = parts('input', ['audio', 'image', 'video'])
  const outputParts = parts('output', ['audio'])
  const sum = (entries: readonly [OtherMeter, bigint][]) => entries.reduce((total, [, value]) => total + value, none)
  const uncached = disjoint ? input : input - read - written
  withinTotal(sum(inputParts), uncached, 'audio, image and video tokens', 'the uncached input tokens')
  withinTotal(sum(outputParts), output - reasoning, 'audio tokens', 'the output tokens')
  const quantities = {
    input: uncached - sum(inputParts),
    cacheRead: read,
    cacheWrite5m: written - hourLong,
    cacheWrite1h: hourLong,
    output: output - sum(outputParts),
    reasoning,
    other: otherMeters([...inputParts, ...outputParts]),
  }
  const named = (text(first(HOST)) ?? '').toLowerCase()
  const cost = estimatedAmountOf(attributes.get(first(COST)), first(COST))
  const tier = (text('openai.response.service_tier') ?? text('gen_ai.openai.response.service_tier') ?? '').toLowerCase()
  const told = text('gen_ai.response.id')
  const id = told !== null && told.length >= 6 ? told : null
  return buildRecord({
    identity:
      id !== null
        ? growingIdentity('response', id)
        : item.spanId !== ''
          ? growingIdentity('otel', item.traceId, item.spanId)
          : contents.identity(
              'otel',
              String(startMs),
              model,
              named,
              [input, read, written, output, reasoning].join(' '),
            ),
    startMs,
    // A span begins with its call, the event of the same call comes at its end, and each may be sent first.
    ...(id === null ? {} : { timeOfFirst: true as const }),
    host: options.host ?? (named === '' ? 'unknown' : hostNamed(named)),
    model,
    project: text('service.name'),
    user: text('user.id') ?? text('enduser.id'),
    region: text('cloud.region'),
    serviceTier: tier === '' || tier === 'default' || tier === 'auto' ? 'standard' : tier,
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    status: item.failed || attributes.has('error.type') ? 'error' : 'ok',
    latencyMs: endMs === null || endMs < startMs ? null : Math.min(endMs - startMs, 2_147_483_647),
    reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' },
  })
}

/** Attributes of OTLP/JSON: a list of {key, value: {stringValue | intValue | …}}. */
export function attributesOf(list: unknown, below: ReadonlyMap<string, JsonValue>): ReadonlyMap<string, JsonValue> {
  const attributes = new Map(below)
  for (const entry of Array.isArray(list) ? list : []) {
    if (!isObject(entry) || typeof entry.key !== 'string' || !isObject(entry.value)) continue
    const value = scalarOf(entry.value)
    if (value !== null) attributes.set(entry.key, value)
  }
  return attributes
}

function scalarOf(value: JsonObject): JsonValue {
  return value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue ?? null
}
