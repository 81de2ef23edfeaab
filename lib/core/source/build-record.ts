/** Puts a usage record together with every field present, and refuses one whose token classes contradict each other. */
import type { OtherMeter } from '../usage/meter'
import type { Identity, Quantities, UsageRecord } from '../usage/record'
import { stop } from './value'

export type RecordParts = Pick<UsageRecord, 'identity' | 'startMs' | 'host' | 'model' | 'quantities'> &
  Partial<UsageRecord>

export function buildRecord(parts: RecordParts): UsageRecord {
  const record: Mutable<UsageRecord> = {
    identity: parts.identity,
    startMs: parts.startMs,
    endMs: parts.endMs ?? null,
    host: parts.host,
    model: parts.model,
    project: parts.project ?? null,
    apiKey: parts.apiKey ?? null,
    user: parts.user ?? null,
    region: parts.region ?? null,
    serviceTier: parts.serviceTier ?? 'standard',
    speed: parts.speed ?? null,
    requests: parts.requests ?? null,
    quantities: parts.quantities,
    promptTokens: parts.promptTokens ?? null,
    contextTier: parts.contextTier ?? null,
    status: parts.status ?? 'ok',
    latencyMs: parts.latencyMs ?? null,
    reportedCost: parts.reportedCost ?? null,
    tags: parts.tags ?? NO_TAGS,
  }
  if (parts.timeAssumed === true) record.timeAssumed = true
  if (parts.timeOfFirst === true) record.timeOfFirst = true
  return record
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

const NO_TAGS: UsageRecord['tags'] = []

/** The model of usage whose source names none: the usage is real, only its price cannot be known. */
export const UNKNOWN_MODEL = 'unknown'

/** Stands in a record under construction whose identity is made from its other fields. */
export const NOT_YET: Identity = { kind: 'content', parts: [] }

export const NO_QUANTITIES: Quantities = {
  input: 0n,
  cacheRead: 0n,
  cacheWrite5m: 0n,
  cacheWrite1h: 0n,
  output: 0n,
  reasoning: 0n,
  other: null,
}

/** Every input token of a call, audio and images included. */
export function promptOf(quantities: Quantities): bigint {
  let prompt = quantities.input + quantities.cacheRead + quantities.cacheWrite5m + quantities.cacheWrite1h
  if (quantities.other !== null) {
    for (const [meter, value] of quantities.other) if (PROMPT_METERS.has(meter)) prompt += value
  }
  return prompt
}

const PROMPT_METERS = new Set<OtherMeter>([
  'input_audio',
  'input_image',
  'input_video',
  'cache_read_audio',
  'cache_read_image',
  'cache_read_video',
  'cache_write_audio',
  'cache_write_image',
])

/** Collects meters that most calls do not have; zero and absent are left out. */
export function otherMeters(entries: readonly (readonly [OtherMeter, bigint | null])[]): Quantities['other'] {
  const present = entries.filter((entry): entry is readonly [OtherMeter, bigint] => entry[1] !== null && entry[1] > 0n)
  return present.length === 0 ? null : new Map(present)
}

/** Stops the row when the part is greater than the whole. */
export function withinTotal(part: bigint, whole: bigint, partName: string, wholeName: string): void {
  if (part <= whole) return
  stop(
    'INVALID_USAGE',
    partName,
    `${partName} (${part}) is more than ${wholeName} (${whole}), of which it is a part.`,
    'Compare the row with its source; it was not imported, because any reading of it could be wrong.',
  )
}

export function sortedTags(tags: readonly (readonly [string, string])[]): UsageRecord['tags'] {
  if (tags.length === 0) return NO_TAGS
  return [...tags].filter(([, value]) => value !== '').sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
}

/** Text of a cell or JSON string, or null when it is empty or absent. */
export function textOrNull(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return null
}
