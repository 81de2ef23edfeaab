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
import { type CopyBuffers, EPOCH_2000_MS } from './copy'
import { type DimensionIds, NO_DIMENSION } from './dimension'

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

interface NameIds {
  readonly host: number
  readonly model: number
  readonly project: number
  readonly apiKey: number
  readonly user: number
  readonly serviceTier: number
  readonly region: number
}

interface Recent
  extends Pick<UsageRecord, 'host' | 'model' | 'project' | 'apiKey' | 'user' | 'serviceTier' | 'region'> {
  readonly ids: NameIds
}

const RECENT_SLOTS = 4_096

/** Finds the ids of records' names. Calls come with the same names again and again, so the ids of recent ones are at hand. */
export class RecordKeyFinder {
  private readonly recent: (Recent | undefined)[] = new Array<Recent | undefined>(RECENT_SLOTS).fill(undefined)

  constructor(
    private readonly ids: DimensionIds,
    private readonly defaultProject: string | null,
  ) {}

  /** Null when some name has no id yet, which is then noted and resolved with others. */
  find(record: UsageRecord, priceSet: number): RecordKeys | null {
    const names = this.namesOf(record)
    const tagSet = record.tags.length === 0 ? NO_DIMENSION : this.ids.find('tag_set', JSON.stringify(record.tags))
    if (names === null || (tagSet | priceSet) < 0) return null
    return {
      host: names.host,
      model: names.model,
      project: names.project,
      apiKey: names.apiKey,
      user: names.user,
      serviceTier: names.serviceTier,
      region: names.region,
      tagSet,
      bucketSeconds: record.endMs === null ? 0 : Math.max(1, Math.round((record.endMs - record.startMs) / 1000)),
      contextBand: contextBandOf(record),
      priceSet,
    }
  }

  private namesOf(record: UsageRecord): NameIds | null {
    const slot = slotOf(record)
    const recent = this.recent[slot]
    if (
      recent !== undefined &&
      recent.user === record.user &&
      recent.apiKey === record.apiKey &&
      recent.model === record.model &&
      recent.project === record.project &&
      recent.host === record.host &&
      recent.serviceTier === record.serviceTier &&
      recent.region === record.region
    ) {
      return recent.ids
    }
    const { host, model, project, apiKey, user, serviceTier, region } = record
    const { ids } = this
    const found: NameIds = {
      host: ids.find('host', host),
      model: ids.find('model', model),
      project: ids.find('project', project ?? this.defaultProject),
      apiKey: ids.find('api_key', apiKey),
      user: ids.find('user', user),
      serviceTier: ids.find('service_tier', serviceTier),
      region: ids.find('region', region),
    }
    // Unknown ids are negative.
    if (
      Math.min(found.host, found.model, found.project, found.apiKey, found.user, found.serviceTier, found.region) < 0
    ) {
      return null
    }
    this.recent[slot] = {
      host: own(host),
      model: own(model),
      project: ownOrNull(project),
      apiKey: ownOrNull(apiKey),
      user: ownOrNull(user),
      serviceTier: own(serviceTier),
      region: ownOrNull(region),
      ids: found,
    }
    return found
  }
}

/** A copy: a text that is a part of another, as cells and values of a file are, keeps all of that in memory. */
function own(text: string): string {
  return ` ${text}`.slice(1)
}

function ownOrNull(text: string | null): string | null {
  return text === null ? null : own(text)
}

/** By the ends of the names that tell calls apart most. */
function slotOf({ model, project, apiKey, user }: UsageRecord): number {
  const hash = mixed(mixed(mixed(mixed(7, model), project), apiKey), user)
  return (hash ^ (hash >>> 12)) & (RECENT_SLOTS - 1)
}

function mixed(hash: number, text: string | null): number {
  if (text === null) return hash
  const { length } = text
  const next = Math.imul(hash ^ length, 0x01000193) ^ text.charCodeAt(length - 1)
  return length < 3
    ? next
    : Math.imul(next, 0x85ebca6b) ^ text.charCodeAt(length - 3) ^ (text.charCodeAt(length - 2) << 8)
}

export function writeRecord(out: CopyBuffers, workspaceId: number, importNo: number, row: RecordRow): void {
  const { record, keys, plain } = row
  const quantities = record.quantities
  out.beginRow(RECORD_COLUMNS.length)
  if (plain !== null && plain.requests !== null && quantities.other === null) {
    writeCall(out, workspaceId, importNo, row, plain)
  } else {
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
    if (record.requests === null) out.nil()
    else out.int8(record.requests)
    out.int8(quantities.input)
    out.int8(quantities.cacheRead)
    out.int8(quantities.cacheWrite5m)
    out.int8(quantities.cacheWrite1h)
    out.int8(quantities.output)
    out.int8(quantities.reasoning)
    if (quantities.other === null || quantities.other.size === 0) out.nil()
    else out.jsonb(quantitiesJson(quantities.other))
    out.int2(keys.contextBand)
    out.int2(STATUS_CODE[record.status])
  }
  if (record.latencyMs === null) out.nil()
  else out.int4(Math.min(Math.round(record.latencyMs), 2_147_483_647))
  out.int4(keys.priceSet)
  if (row.cost === null) out.nil()
  else if (typeof row.cost === 'bigint') out.money(row.cost)
  else out.moneyWords(row.cost)
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

const CALL_BYTES = 232
const TWO_32 = 4_294_967_296

/** The fields up to the status of a row whose fields have their usual widths, at fixed places: the same bytes, sooner. */
function writeCall(out: CopyBuffers, workspaceId: number, importNo: number, row: RecordRow, plain: PlainCounts): void {
  const { record, keys, dedupKey } = row
  const at = out.fixed(CALL_BYTES)
  const { view } = out
  view.setInt32(at, 4)
  view.setInt32(at + 4, workspaceId)
  const micros = (record.startMs - EPOCH_2000_MS) * 1000
  const high = Math.floor(micros / TWO_32)
  view.setInt32(at + 8, 8)
  view.setInt32(at + 12, high)
  view.setUint32(at + 16, micros - high * TWO_32)
  view.setInt32(at + 20, 16)
  for (let place = 0; place < 16; place += 1) view.setUint8(at + 24 + place, dedupKey.charCodeAt(place))
  view.setInt32(at + 40, 4)
  view.setInt32(at + 44, importNo)
  wide(view, at + 48, row.line)
  narrow(view, at + 60, keys.host)
  narrow(view, at + 68, keys.model)
  narrow(view, at + 76, keys.project)
  narrow(view, at + 84, keys.apiKey)
  narrow(view, at + 92, keys.user)
  narrow(view, at + 100, keys.serviceTier)
  narrow(view, at + 108, keys.region)
  narrow(view, at + 116, keys.tagSet)
  narrow(view, at + 124, keys.bucketSeconds)
  wide(view, at + 132, plain.requests as number)
  wide(view, at + 144, plain.input)
  wide(view, at + 156, plain.cacheRead)
  wide(view, at + 168, plain.cacheWrite5m)
  wide(view, at + 180, plain.cacheWrite1h)
  wide(view, at + 192, plain.output)
  wide(view, at + 204, plain.reasoning)
  view.setInt32(at + 216, -1)
  view.setInt32(at + 220, 2)
  view.setInt16(at + 224, keys.contextBand)
  view.setInt32(at + 226, 2)
  view.setInt16(at + 230, STATUS_CODE[record.status])
}

function narrow(view: DataView, at: number, value: number): void {
  view.setInt32(at, 4)
  view.setInt32(at + 4, value)
}

/** A whole number from 0 to 2^53 − 1. */
function wide(view: DataView, at: number, value: number): void {
  const high = value < TWO_32 ? 0 : Math.floor(value / TWO_32)
  view.setInt32(at, 8)
  view.setUint32(at + 4, high)
  view.setUint32(at + 8, high === 0 ? value : value - high * TWO_32)
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
