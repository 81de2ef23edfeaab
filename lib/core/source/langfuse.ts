/**
 * Langfuse's observations. `usageDetails` is a map of disjoint counts (details were subtracted at ingestion): input and
 * output families add up, `total` repeats them. Spans of OpenTelemetry that Langfuse took before 2026 keep the names of their
 * conventions (`prompt_details.cache_read`), whose details are parts of input and output; so are those of a map whose total
 * is input and output alone. The flat inputUsage and outputUsage are sums of the families and are used only where there is
 * no map. Langfuse does not say who bills.
 */
import type { OtherMeter } from '../usage/meter'
import type { UsageRecord } from '../usage/record'
import { buildRecord, otherMeters, promptOf, sortedTags, textOrNull, UNKNOWN_MODEL } from './build-record'
import { providerIdentity } from './identity'
import { isObject, type JsonObject, type JsonValue, parseJson } from './json'
import { countIn, countOf, estimatedAmountOf, type InstantReader, stop } from './value'

// Names of usage types: Langfuse's own, and those of SDKs that report the provider's names (its default-model-prices.json).
const TOTAL = /^total/
const CACHE_READ = /^(?:(?:input|prompt).*cache(?:d|_read)|(?:details\.)?(?:cached?_|cacheread))/i
const CACHE_WRITE = /^(?:(?:input|prompt).*cache_?(?:creation|write)|(?:details\.)?cache_?(?:creation|write))/i
const HOUR_LONG = /1h/
const REASONING = /^(?:(?:output_?|completion_details\.|details\.)?(?:reasoning|thoughts|thinking))/
/** Names of details that are parts of the input or output beside them, by the conventions of OpenTelemetry and OpenInference. */
const PART = /^(?:(?:prompt_|completion_)?details\.|(?:cache_read|cache_creation|reasoning)\.)/

export function langfuseRecord(
  field: (name: string) => JsonValue,
  instants: InstantReader,
  forcedHost: string | null,
): UsageRecord | null {
  const text = (...names: readonly string[]) => {
    for (const name of names) {
      const value = textOrNull(field(name))
      if (value !== null) return value
    }
    return null
  }
  const type = (text('type') ?? '').toUpperCase()
  // Spans and events hold no usage of their own.
  if (type !== 'GENERATION' && type !== 'EMBEDDING') return null
  const id = text('id')
  if (id === null) return stop('MISSING_VALUE', 'id', 'id is empty.', 'Export the observations again.')
  const startMs = instants.require(field('startTime'), 'startTime')
  const endMs = instants.read(field('endTime'), 'endTime')
  const details = asMap(field('usageDetails')) ?? tokensOf(asMap(field('usage')))
  const quantities = details === null ? flatQuantities(field) : mapQuantities(details)
  const named = text('model', 'providedModelName')
  // SDKs need not tell the model: the usage is real, only its price cannot be known.
  if (named === null && promptOf(quantities) + quantities.output === 0n) {
    return stop('MISSING_MODEL', 'model', 'The generation names no model.', 'Log the model in Langfuse.')
  }
  const model = named ?? UNKNOWN_MODEL
  const costs = asMap(field('costDetails'))
  const cost = estimatedAmountOf(
    field('totalCost') ?? field('calculatedTotalCost') ?? costs?.total ?? null,
    'totalCost',
  )
  return buildRecord({
    identity: providerIdentity('langfuse', id),
    startMs,
    host: forcedHost ?? 'unknown',
    model,
    project: text('projectId', 'traceName'),
    user: text('userId'),
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    status: text('level') === 'ERROR' ? 'error' : 'ok',
    latencyMs: endMs === null || endMs < startMs ? null : Math.min(endMs - startMs, 2_147_483_647),
    reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' },
    tags: sortedTags([['langfuse.environment', text('environment') ?? '']]),
  })
}

/** Version 2 names a unit, which may be characters or seconds. */
function tokensOf(usage: JsonObject | null): JsonObject | null {
  return usage === null || (usage.unit ?? 'TOKENS') !== 'TOKENS' ? null : usage
}

/**
 * Counts of one map: whole prompts and answers, and details that stand beside them or are parts of them. The total decides
 * where it tells; else the names do.
 */
function mapQuantities(details: JsonObject): UsageRecord['quantities'] {
  const none = 0n
  const sums = { input: none, cacheRead: none, cacheWrite: none, hourLong: none, output: none, reasoning: none }
  const others: [OtherMeter, bigint][] = []
  /** Sums of details by side, and of those named as parts. */
  const beside = { input: none, output: none }
  const parts = { input: none, output: none }
  let stated: bigint | null = null
  for (const [name, value] of Object.entries(details)) {
    // Beside the counts of version 2 stand their unit and prices.
    if (name === 'unit' || /cost$/i.test(name)) continue
    const count = countIn(value, `usageDetails.${name}`)
    if (count === null) continue
    if (TOTAL.test(name)) {
      stated = count
      continue
    }
    const meter = mediumOf(name)
    const side: keyof typeof beside = REASONING.test(name) || meter?.startsWith('output') ? 'output' : 'input'
    if (CACHE_WRITE.test(name)) sums[HOUR_LONG.test(name) ? 'hourLong' : 'cacheWrite'] += count
    else if (CACHE_READ.test(name)) sums.cacheRead += count
    else if (REASONING.test(name)) sums.reasoning += count
    else if (meter !== null) others.push([meter, count])
    else {
      if (/^(input|prompt)/.test(name)) sums.input += count
      else if (/^(output|completion|candidates)/.test(name)) sums.output += count
      continue
    }
    beside[side] += count
    if (PART.test(name)) parts[side] += count
  }
  const wholes = sums.input + sums.output
  const inside = stated === wholes ? beside : stated === wholes + beside.input + beside.output ? NO_PARTS : parts
  return {
    input: withoutParts(sums.input, inside.input),
    cacheRead: sums.cacheRead,
    cacheWrite5m: sums.cacheWrite,
    cacheWrite1h: sums.hourLong,
    output: withoutParts(sums.output, inside.output) + sums.reasoning,
    reasoning: sums.reasoning,
    other: otherMeters(others),
  }
}

const NO_PARTS = { input: 0n, output: 0n }

/** A part above the whole cannot be inside it. */
function withoutParts(whole: bigint, parts: bigint): bigint {
  return parts <= whole ? whole - parts : whole
}

function mediumOf(name: string): OtherMeter | null {
  const [, side = '', kind = ''] = /^(input|prompt|output|completion)(?:_details\.|_)(audio|image)/.exec(name) ?? []
  if (side === '') return null
  return `${side === 'input' || side === 'prompt' ? 'input' : 'output'}_${kind}` as OtherMeter
}

function flatQuantities(field: (name: string) => JsonValue): UsageRecord['quantities'] {
  const none = 0n
  const count = (...names: readonly string[]) => {
    for (const name of names) {
      const found = countOf(textOrNull(field(name)) ?? '', name)
      if (found !== null) return found
    }
    return none
  }
  return {
    input: count('inputUsage', 'promptTokens'),
    cacheRead: none,
    cacheWrite5m: none,
    cacheWrite1h: none,
    output: count('outputUsage', 'completionTokens'),
    reasoning: none,
    other: null,
  }
}

function asMap(value: JsonValue): JsonObject | null {
  const found = typeof value === 'string' && value.startsWith('{') ? parseJson(value) : null
  const object = found?.ok ? found.value : value
  return isObject(object) && Object.keys(object).length > 0 ? object : null
}
