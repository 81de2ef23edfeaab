/**
 * The layout of usage_record: its columns in the order they are written, and how a priced record becomes a row.
 */
import 'server-only'
import { contextBandOf } from '../../core/rollup/context-band'
import type { PlainCounts } from '../../core/rollup/plain-counts'
import type { PricedRecord } from '../../core/rollup/sum-table'
import type { InstantMs } from '../../core/time/instant'
import { isTokenMeter } from '../../core/usage/meter'
import type { Quantities, UsageRecord } from '../../core/usage/record'
import type { CopyBuffers } from './copy'
import type { DimensionIds } from './dimension'

export const RECORD_COLUMNS = [
  'workspace_id',
  'ts',
  'dedup_key',
  'import_no',
  'source_line',
  'host_id',
  'model_id',
  'project_id',
  'api_key_id',
  'user_id',
  'service_tier_id',
  'region_id',
  'tag_set_id',
  'bucket_seconds',
  'requests',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'other_quantities',
  'context_band',
  'status',
  'latency_ms',
  'price_set_id',
  'cost',
  'unpriced_code',
  'reported_cost',
  'reported_currency',
  'reported_kind',
  'source_id',
  'pricing_facts',
  'set_aside_by',
] as const

export const RECORD_COLUMN_LIST = RECORD_COLUMNS.join(', ')

/** Stored numbers: never renumber. */
const STATUS_CODE = { ok: 0, error: 1, cancelled: 2 } as const

/** Dimension ids and classes of one record: what both rollups group by. */
export interface RecordKeys {
  readonly host: number
  readonly model: number
  readonly project: number
  readonly apiKey: number
  readonly user: number
  readonly serviceTier: number
  readonly region: number
  readonly tagSet: number
  readonly bucketSeconds: number
  readonly contextBand: number
  readonly priceSet: number
}

/** A record ready to be written. */
export interface RecordRow extends PricedRecord {
  readonly keys: RecordKeys
  /** Exact amount the source reported, 10^-18 of its currency; null when it reported none. */
  readonly reported: bigint | null
  /** 0 when priced; see lib/server/db/price-set.ts. */
  readonly unpricedCode: number
  /** SHA-256 of the identity as latin1 text; its first 16 bytes are stored. */
  readonly dedupKey: string
  /** 1-based line of the source file. */
  readonly line: number
  /** Decision that sets it aside, so that it is stored and in no sum; null when it counts. */
  readonly setAsideBy: number | null
}

/** Ids of the record's names; null when some name has none yet, which is then noted and resolved with others. */
export function findKeys(
  ids: DimensionIds,
  record: UsageRecord,
  defaultProject: string | null,
  priceSet: number,
): RecordKeys | null {
  const host = ids.find('host', record.host)
  const model = ids.find('model', record.model)
  const project = ids.find('project', record.project ?? defaultProject)
  const apiKey = ids.find('api_key', record.apiKey)
  const user = ids.find('user', record.user)
  const serviceTier = ids.find('service_tier', record.serviceTier)
  const region = ids.find('region', record.region)
  const tagSet = ids.find('tag_set', tagSetText(record))
  // Unknown ids are negative.
  if ((host | model | project | apiKey | user | serviceTier | region | tagSet | priceSet) < 0) return null
  return {
    host,
    model,
    project,
    apiKey,
    user,
    serviceTier,
    region,
    tagSet,
    bucketSeconds: record.endMs === null ? 0 : Math.max(1, Math.round((record.endMs - record.startMs) / 1000)),
    contextBand: contextBandOf(record),
    priceSet,
  }
}

function tagSetText(record: UsageRecord): string | null {
  return record.tags.length === 0 ? null : JSON.stringify(record.tags)
}

export function writeRecord(out: CopyBuffers, workspaceId: number, importNo: number, row: RecordRow): void {
  const { record, keys, plain } = row
  const quantities = record.quantities
  out.beginRow(RECORD_COLUMNS.length)
  out.int4(workspaceId)
  out.instant(record.startMs)
  out.uuid(row.dedupKey)
  out.int4(importNo)
  out.plainInt8(row.line)
  out.int4(keys.host)
  out.int4(keys.model)
  out.int4(keys.project)
  out.int4(keys.apiKey)
  out.int4(keys.user)
  out.int4(keys.serviceTier)
  out.int4(keys.region)
  out.int4(keys.tagSet)
  out.int4(keys.bucketSeconds)
  if (plain !== null) {
    if (plain.requests === null) out.nil()
    else out.plainInt8(plain.requests)
    out.plainInt8(plain.input)
    out.plainInt8(plain.cacheRead)
    out.plainInt8(plain.cacheWrite5m)
    out.plainInt8(plain.cacheWrite1h)
    out.plainInt8(plain.output)
    out.plainInt8(plain.reasoning)
  } else {
    if (record.requests === null) out.nil()
    else out.int8(record.requests)
    out.int8(quantities.input)
    out.int8(quantities.cacheRead)
    out.int8(quantities.cacheWrite5m)
    out.int8(quantities.cacheWrite1h)
    out.int8(quantities.output)
    out.int8(quantities.reasoning)
  }
  if (quantities.other === null || quantities.other.size === 0) out.nil()
  else out.jsonb(quantitiesJson(quantities.other))
  out.int2(keys.contextBand)
  out.int2(STATUS_CODE[record.status])
  if (record.latencyMs === null) out.nil()
  else out.int4(Math.min(Math.round(record.latencyMs), 2_147_483_647))
  out.int4(keys.priceSet)
  if (row.cost === null) out.nil()
  else out.money(row.cost)
  out.int2(row.unpricedCode)
  if (row.reported === null || record.reportedCost === null) {
    out.nil()
    out.nil()
    out.nil()
  } else {
    out.money(row.reported)
    out.text(record.reportedCost.currency)
    out.text(record.reportedCost.kind)
  }
  const sourceId = sourceIdOf(record)
  if (sourceId === null) out.nil()
  else out.text(sourceId)
  const facts = pricingFacts(record, plain)
  if (facts === null) out.nil()
  else out.jsonb(facts)
  if (row.setAsideBy === null) out.nil()
  else out.int4(row.setAsideBy)
}

/** The host's own id, kept for people to search by; other identities say nothing to them. */
function sourceIdOf(record: UsageRecord): string | null {
  const { kind, parts } = record.identity
  return kind === 'provider_id' || kind === 'stored' ? parts.at(-1) || null : null
}

/** Counts as digit strings: {"web_search":"3"}. */
export function quantitiesJson(other: ReadonlyMap<string, bigint>): string {
  return JSON.stringify(Object.fromEntries([...other].map(([meter, quantity]) => [meter, quantity.toString()])))
}

/**
 * What a price depends on and the columns do not say. The prompt length of a single call is the sum of its inputs
 * unless told otherwise, and is then left out, because it is so for almost every call.
 */
function pricingFacts(record: UsageRecord, plain: PlainCounts | null): string | null {
  const prompt = statesPrompt(record, plain)
  if (record.speed === null && record.contextTier === null && !prompt) return null
  return JSON.stringify({
    ...(record.speed === null ? {} : { speed: record.speed }),
    ...(record.contextTier === null ? {} : { context_tier: record.contextTier }),
    ...(prompt ? { prompt: record.promptTokens === null ? null : record.promptTokens.toString() } : {}),
  })
}

function statesPrompt(record: UsageRecord, plain: PlainCounts | null): boolean {
  if (plain !== null && record.endMs === null && record.quantities.other === null) {
    return plain.promptTokens !== plain.input + plain.cacheRead + plain.cacheWrite5m + plain.cacheWrite1h
  }
  return record.promptTokens !== impliedPrompt(record.quantities, record.endMs)
}

/** All input tokens of a single call; null for a bucket. */
export function impliedPrompt(quantities: Quantities, endMs: InstantMs | null): bigint | null {
  if (endMs !== null) return null
  const core = quantities.input + quantities.cacheRead + quantities.cacheWrite5m + quantities.cacheWrite1h
  if (quantities.other === null) return core
  let total = core
  for (const [meter, quantity] of quantities.other) {
    if (isTokenMeter(meter) && !meter.startsWith('output_')) total += quantity
  }
  return total
}
