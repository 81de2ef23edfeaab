/**
 * Amazon Bedrock's model invocation log. Input excludes what was read from or written to a cache; how long a write lives
 * is told only inside the logged body, which is looked at for that and never kept. Athena's tables of it have all names in small letters.
 */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, promptOf, sortedTags, textOrNull } from '../build-record'
import type { JsonDialect } from '../dialect'
import { providerIdentity } from '../identity'
import { isObject, type JsonObject, type JsonValue, parseJson } from '../json'
import { type JsonReading, listAt, objectAt, openObjects } from '../json-rows'
import { rowOfFields } from '../log-tables'
import { countIn, stop } from '../value'

export const bedrockInvocationLog: JsonDialect = {
  kind: 'json',
  id: 'bedrock-invocation-log',
  title: 'Amazon Bedrock invocation log',
  recognisedBy: 'Records with schemaType ModelInvocationLog, alone or in events and query results of CloudWatch Logs.',
  envelopes: ['events', 'results'],
  recognise: (value) => (eventsIn(value).some((event) => bedrockEntry(event) !== null) ? '1' : null),
  explode: (value) => eventsIn(value).map((event) => bedrockEntry(event) ?? event),
  open: (options) => openObjects(options, (entry, reading) => [invocationRecord(entry, reading)]),
}

/** A batch that CloudWatch delivers to a subscriber holds several events. */
function eventsIn(value: unknown): readonly unknown[] {
  const events = listAt(value, 'logEvents')
  return events.length === 0 ? [value] : events
}

/** The entry itself, or the one that CloudWatch wraps in an event or a row of a query, as text mostly; null when there is none. */
export function bedrockEntry(value: unknown): JsonObject | null {
  const found = rowOfFields(value) ?? value
  if (!isObject(found)) return null
  const row = 'modelid' in found ? withNames(found) : found
  if (row.schemaType === 'ModelInvocationLog') return row
  const message = row['@message'] ?? row.message
  if (isObject(message)) return bedrockEntry(message)
  if (typeof message === 'string') {
    const parsed = message.includes('ModelInvocationLog') ? parseJson(message.slice(message.indexOf('{'))) : null
    return parsed?.ok ? bedrockEntry(parsed.value) : null
  }
  if ('modelid' in found && isObject(row.input)) return row
  return 'input.inputTokenCount' in row && 'modelId' in row ? nested(row) : null
}

/** Names that Athena and Glue, which know no capitals, give in small letters. */
const NAMES = new Map(
  [
    'schemaType',
    'accountId',
    'requestId',
    'modelId',
    'inferenceRegion',
    'errorCode',
    'requestMetadata',
    'inputTokenCount',
    'cacheReadInputTokenCount',
    'cacheWriteInputTokenCount',
    'outputTokenCount',
    'outputBodyJson',
  ].map((name) => [name.toLowerCase(), name]),
)
const PARTS = new Set(['input', 'output'])
const COUNTS_IN = ['cacheReadInputTokenCount', 'cacheWriteInputTokenCount', 'inputTokenCount'] as const

/** An entry of a table of Athena's. What is asked for inside input and output stands among the rest, by its own name. */
function withNames(row: JsonObject): JsonObject {
  const own: JsonObject = Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      NAMES.get(name) ?? name,
      PARTS.has(name) && isObject(value) ? withNames(value) : value,
    ]),
  )
  if (isObject(own.input) || own.inputTokenCount === undefined) return own
  const input = Object.fromEntries(COUNTS_IN.map((name) => [name, own[name] ?? null]))
  return { ...own, input, output: { outputTokenCount: own.outputTokenCount ?? null } }
}

/** A row of a query that asked for fields: "input.inputTokenCount" is a name of its own. */
function nested(row: JsonObject): JsonObject {
  const part = (name: string) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([key, value]) =>
        key.startsWith(`${name}.`) && value !== '' ? [[key.slice(name.length + 1), value]] : [],
      ),
    )
  return {
    ...row,
    timestamp: row.timestamp ?? row['@timestamp'] ?? null,
    identity: part('identity'),
    input: part('input'),
    output: part('output'),
  }
}

export function invocationRecord(entry: JsonObject, { instants }: Pick<JsonReading, 'instants'>): UsageRecord {
  if (entry.schemaType !== 'ModelInvocationLog' && !isObject(entry.input)) {
    return stop(
      'NOT_THIS_FORMAT',
      null,
      'The event is no entry of the invocation log.',
      'Choose the log of invocations.',
    )
  }
  const id = textOrNull(entry.requestId)
  if (id === null) return stop('MISSING_VALUE', 'requestId', 'requestId is empty.', 'Export the log again.')
  const modelId = textOrNull(entry.modelId)
  if (modelId === null) return stop('MISSING_MODEL', 'modelId', 'modelId is empty.', 'Export the log again.')
  const none = 0n
  const input = objectAt(entry, 'input')
  const output = objectAt(entry, 'output')
  // Logs of before 2026 tell of the cache in the body alone.
  const said = usageIn(output?.outputBodyJson)
  const count = (of: JsonObject | null, name: string, ...inBody: readonly string[]) => {
    const told = countIn(of?.[name], `${of === input ? 'input' : 'output'}.${name}`)
    const named = inBody.find((key) => said[key] !== undefined && said[key] !== null)
    return told ?? (named === undefined ? null : countIn(said[named], `outputBodyJson.usage.${named}`)) ?? none
  }
  const written = count(input, 'cacheWriteInputTokenCount', 'cacheWriteInputTokens', 'cache_creation_input_tokens')
  const long = hourLongIn(said)
  const hourLong = long === null || long > written ? none : long
  const quantities = {
    input: count(input, 'inputTokenCount', 'inputTokens', 'input_tokens'),
    cacheRead: count(input, 'cacheReadInputTokenCount', 'cacheReadInputTokens', 'cache_read_input_tokens'),
    cacheWrite5m: written - hourLong,
    cacheWrite1h: hourLong,
    output: count(output, 'outputTokenCount', 'outputTokens', 'output_tokens'),
    reasoning: none,
    other: null,
  }
  const arn = textOrNull(objectAt(entry, 'identity')?.arn)
  return buildRecord({
    identity: providerIdentity('bedrock', textOrNull(entry.accountId) ?? '', id),
    startMs: instants.require(entry.timestamp, 'timestamp'),
    host: 'bedrock',
    model: modelOfArn(modelId),
    project: textOrNull(entry.accountId),
    apiKey: arn,
    region: textOrNull(entry.inferenceRegion) ?? textOrNull(entry.region),
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    status: textOrNull(entry.errorCode) === null ? 'ok' : 'error',
    tags: sortedTags(
      Object.entries(objectAt(entry, 'requestMetadata') ?? {}).map(([name, value]) => [name, textOrNull(value) ?? '']),
    ),
  })
}

/** The usage of a logged body; a stream's parts restate it one after another. */
function usageIn(body: unknown): JsonObject {
  if (!Array.isArray(body)) return objectAt(body, 'usage') ?? {}
  const told: [string, JsonValue][] = []
  for (const part of body as readonly unknown[]) {
    const usage = objectAt(part, 'message', 'usage') ?? objectAt(part, 'metadata', 'usage') ?? objectAt(part, 'usage')
    told.push(...Object.entries(usage ?? {}).filter(([, value]) => value !== null))
  }
  return Object.fromEntries(told)
}

/** Tokens written to a cache for an hour: Anthropic's own usage names them, Converse lists writes by how long they live. */
function hourLongIn(usage: JsonObject | null): bigint | null {
  const named = countIn(objectAt(usage, 'cache_creation')?.ephemeral_1h_input_tokens, 'usage.cache_creation')
  const listed = listAt(usage, 'cacheDetails').filter((write) => isObject(write) && write.ttl === '1h')
  if (named !== null || listed.length === 0) return named
  let long = 0n
  for (const write of listed) long += countIn(isObject(write) ? write.inputTokens : null, 'usage.cacheDetails') ?? 0n
  return long
}

/** The model of a foundation-model or inference-profile ARN; an application profile's ARN hides it and is kept. */
export function modelOfArn(id: string): string {
  return /^arn:[^:]*:bedrock:[^:]*:[^:]*:(?:foundation-model|inference-profile)\/(.+)$/.exec(id)?.[1] ?? id
}
