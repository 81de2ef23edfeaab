/**
 * What the logs of single responses share: where the body lies in its wrapper, its time, its identity, its usage object
 * read by `lib/core/usage`. Dialects of response logs say which body is theirs and what its usage object means.
 */
import { parseScaled } from '../money/decimal'
import type { InstantMs } from '../time/instant'
import { normaliseUsage, type UsageApi } from '../usage/normalise'
import type { Identity, ReportedCost, UsageRecord } from '../usage/record'
import type { NormalisedUsage } from '../usage/shapes/shape'
import { NOT_YET, sortedTags, textOrNull } from './build-record'
import { eventOf } from './event-stream'
import { type ContentIdentities, growingIdentity, providerIdentity } from './identity'
import { isObject, type JsonObject, parseJson } from './json'
import { estimatedAmountOf, type InstantReader, stop } from './value'

export interface LoggedResponse {
  /** The provider's response object. */
  readonly body: JsonObject
  /** What a logger wrote around it; the body itself when it stands alone. */
  readonly outer: JsonObject
  /** The line is a line of a batch's output file. */
  readonly batch: boolean
}

/** Where loggers put what a server answered. */
const BODIES = ['response', 'body', 'result', 'response_body', 'raw_response', 'completion', 'delta'] as const

/**
 * The response object of a log line: alone, or under a key of the logger, or in a batch's output line. Responses API events
 * and results of a batch of messages hold theirs under a second key.
 */
export function loggedResponse(value: unknown): LoggedResponse | null {
  if (!isObject(value)) return null
  const batch = 'custom_id' in value
  for (const key of BODIES) {
    const answer = TEXT_BODIES.has(key) ? objectOf(value[key]) : value[key]
    if (!isObject(answer)) continue
    const inner = objectOf(answer.body)
    if (inner !== null) return { body: inner, outer: value, batch }
    if (batch && isObject(answer.message)) return { body: answer.message, outer: value, batch }
    // The last part of a stream of Cohere's has its id beside what it tells.
    if (key === 'delta' && answers(answer)) return { body: { id: value.id ?? null, ...answer }, outer: value, batch }
    if ((key === 'response' && !batch) || answers(answer)) return { body: answer, outer: value, batch: false }
  }
  const { event } = answers(value) ? { event: value } : eventOf(value)
  const inner = event === value ? null : loggedResponse(event)
  return inner === null
    ? { body: value, outer: value, batch: false }
    : { ...inner, outer: { ...inner.outer, ...value } }
}

/** Some keep it as text. The text under other names is that of a model. */
const TEXT_BODIES = new Set<string>(['body', 'response_body', 'raw_response'])

function objectOf(value: unknown): JsonObject | null {
  if (isObject(value)) return value
  if (typeof value !== 'string' || !value.startsWith('{')) return null
  const parsed = parseJson(value)
  return parsed.ok && isObject(parsed.value) ? parsed.value : null
}

const ANSWER_KEYS = [
  'usage',
  'usageMetadata',
  'usage_metadata',
  'timings',
  'details',
  'meta_info',
  'eval_count',
  'generated_text',
]

function answers(value: JsonObject): boolean {
  if (isObject(value.stats) && 'total_output_tokens' in value.stats) return true
  return ANSWER_KEYS.some((key) => value[key] !== undefined && value[key] !== null)
}

/** A header of the answer by its lower-case name, where the logger kept headers. */
export function headerOf({ body, outer }: LoggedResponse, name: string): string | null {
  for (const at of [outer, outer.response, body]) {
    if (!isObject(at)) continue
    for (const key of ['headers', 'response_headers'] as const) {
      const headers = at[key]
      if (!isObject(headers)) continue
      for (const [header, value] of Object.entries(headers)) {
        if (header.toLowerCase() !== name) continue
        return textOrNull(Array.isArray(value) ? value[0] : value)
      }
    }
  }
  return null
}

/** Who answered, by what a logger wrote around the body; null when it did not. */
export function loggedHost(logged: LoggedResponse): string | null {
  const { body, outer } = logged
  if (body === outer) return null
  const named = textOrNull(outer.provider)?.toLowerCase()
  if (named !== undefined) return named
  for (const key of ['url', 'request_url', 'base_url', 'api_base', 'endpoint'] as const) {
    const url = textOrNull(outer[key]) ?? textOrNull(isObject(outer.request) ? outer.request[key] : null)
    const host = url === null ? undefined : URLS.find(([pattern]) => pattern.test(url))?.[1]
    if (host !== undefined) return host
  }
  return null
}

const URLS: readonly (readonly [RegExp, host: string])[] = [
  [/^https?:\/\/[^/]*\bapi\.openai\.com\b/i, 'openai'],
  [/^https?:\/\/[^/]*\.openai\.azure\.com\b/i, 'azure'],
  [/^https?:\/\/[^/]*\bapi\.anthropic\.com\b/i, 'anthropic'],
  [/^https?:\/\/[^/]*\bopenrouter\.ai\b/i, 'openrouter'],
  [/^https?:\/\/[^/]*\bapi\.deepseek\.com\b/i, 'deepseek'],
  [/^https?:\/\/[^/]*\bapi\.groq\.com\b/i, 'groq'],
  [/^https?:\/\/[^/]*\bapi\.mistral\.ai\b/i, 'mistral'],
  [/^https?:\/\/[^/]*\bapi\.together\.(xyz|ai)\b/i, 'together'],
  [/^https?:\/\/[^/]*\bapi\.fireworks\.ai\b/i, 'fireworks'],
  [/^https?:\/\/[^/]*\bapi\.cohere\.(com|ai)\b/i, 'cohere'],
  [/^https?:\/\/[^/]*\bapi\.x\.ai\b/i, 'xai'],
  [/^https?:\/\/[^/]*\baiplatform\.googleapis\.com\b/i, 'vertex'],
  [/^https?:\/\/[^/]*\bgenerativelanguage\.googleapis\.com\b/i, 'google'],
]

export interface CallTime {
  readonly startMs: InstantMs
  readonly timeAssumed: boolean
}

/** Time of a response: its own creation time, else the logger's, else (told to the user) that of the import. */
export function responseTime(instants: InstantReader, { body, outer }: LoggedResponse): CallTime {
  for (const [source, name] of TIME_KEYS) {
    const from = source === 'body' ? body : outer
    const value = from[name]
    if (value === undefined || value === null || value === '') continue
    if (typeof value === 'object' || (from === body && isSinceBoot(value))) continue
    return { startMs: instants.require(String(value), name), timeAssumed: false }
  }
  return { startMs: instants.assume(), timeAssumed: true }
}

/**
 * True for a server's time that is none: some write zero, and vLLM's embeddings had seconds since the start of its machine,
 * three years at the longest.
 */
function isSinceBoot(value: unknown): boolean {
  return /^(?!20\d{6}$)\d{1,8}$/.test(String(value))
}

/** What loggers call the time of a call. */
const OUTER_TIMES = [
  'timestamp',
  'created_at',
  'created',
  'time',
  'ts',
  '@timestamp',
  'request_time',
  'requested_at',
  'request_timestamp',
  'start_time',
  'startTime',
  'started_at',
  'logged_at',
  'datetime',
  'date',
  'processed_time',
] as const

const TIME_KEYS = [
  ['body', 'created'],
  ['body', 'created_at'],
  ['body', 'createTime'],
  ['body', 'timestamp'],
  ...OUTER_TIMES.map((name) => ['outer', name] as const),
] as const

/** Ids that Ollama draws from a few hundred numbers ("chatcmpl-123"), or fewer than a million ("resp_48213"), name nothing. */
const WEAK_ID = /^(?:chatcmpl-|cmpl-|resp_)\d{0,6}$/

function responseIdentity(
  id: string | null,
  grows: boolean,
  record: UsageRecord,
  contents: ContentIdentities,
): Identity {
  if (id !== null && id.length >= 6 && !WEAK_ID.test(id)) {
    // The activity export and the API name a generation the same way.
    if (record.host === 'openrouter' && id.startsWith('gen-')) return providerIdentity('openrouter', id)
    return grows ? growingIdentity('response', id) : providerIdentity('response', id)
  }
  const { quantities } = record
  return contents.identity(
    'response',
    id ?? '',
    record.timeAssumed === true ? '' : String(record.startMs),
    record.host,
    record.model,
    record.project ?? '',
    record.apiKey ?? '',
    [
      quantities.input,
      quantities.cacheRead,
      quantities.cacheWrite5m,
      quantities.cacheWrite1h,
      quantities.output,
      quantities.reasoning,
      ...[...(quantities.other ?? [])].flat(),
    ].join(' '),
  )
}

/** Builds the record of one response from its normalised usage. */
export function responseRecord(
  logged: LoggedResponse,
  usage: NormalisedUsage,
  facts: CallTime & {
    readonly host: string
    readonly model: string
    readonly latencyMs: number | null
    readonly tags?: UsageRecord['tags']
    /** A part of a stream: the parts after it carry the same id and count more. */
    readonly grows?: boolean
  },
  contents: ContentIdentities,
): UsageRecord {
  const { body, outer, batch } = logged
  const stated = usage.serviceTier ?? textOrNull(body.service_tier)
  const beside = outer === body ? null : outer
  const draft = {
    startMs: facts.startMs,
    ...(facts.timeAssumed ? { timeAssumed: true as const } : {}),
    endMs: null,
    host: facts.host,
    model: facts.model,
    project: textOrNull(beside?.project),
    apiKey: textOrNull(beside?.api_key),
    user: textOrNull(beside?.user) ?? textOrNull(body.user),
    region: usage.region,
    serviceTier: batch ? 'batch' : tierOf(stated),
    speed: usage.speed === 'standard' ? null : usage.speed,
    requests: usage.requests,
    quantities: usage.quantities,
    promptTokens: usage.promptTokens,
    contextTier: null,
    status: 'ok' as const,
    latencyMs: facts.latencyMs,
    reportedCost: exactCost(usage.reportedCost),
    tags: facts.tags ?? sortedTags([]),
    identity: NOT_YET,
  }
  const id = textOrNull(body.id) ?? textOrNull(body.response_id) ?? (batch ? textOrNull(outer.id) : null)
  draft.identity = responseIdentity(id, facts.grows === true, draft, contents)
  return draft
}

export function usageOf(api: UsageApi, usage: unknown, model: string): NormalisedUsage {
  const result = normaliseUsage(api, usage, { model })
  if (result.ok) return result.value
  const { code, message, remedy } = result.error
  if (code === 'COUNT_NEGATIVE') return stop('NEGATIVE_TOKENS', 'usage', message, remedy)
  if (code === 'COUNT_INVALID') return stop('BAD_NUMBER', 'usage', message, remedy)
  return stop('INVALID_USAGE', 'usage', message, remedy)
}

function exactCost(cost: ReportedCost | null): ReportedCost | null {
  if (cost === null) return null
  const amount = estimatedAmountOf(cost.amount, 'usage.cost')
  return amount === null ? null : { ...cost, amount }
}

function tierOf(tier: string | null): string {
  return tier === null || tier === 'default' || tier === 'auto' || tier === 'on_demand'
    ? 'standard'
    : tier.toLowerCase()
}

/** Whole milliseconds of a duration given in another unit: 10^exponent of it make a millisecond. Null when unreadable. */
export function durationMs(value: unknown, unit: 's' | 'ms' | 'ns'): number | null {
  const text = textOrNull(value)
  if (text === null) return null
  const digits = /^(\d{1,15})(?:\.(\d+))?$/.exec(text)
  if (digits === null) return null
  const shift = unit === 's' ? 3 : unit === 'ms' ? 0 : -6
  const scaled = parseScaled(`${digits[1]}.${(digits[2] ?? '').slice(0, 9)}e${shift}`, 18)
  if (!scaled.ok) return null
  const ms = scaled.value / 10n ** 18n
  return ms > 2_147_483_647n ? null : Number.parseInt(ms.toString(), 10)
}
