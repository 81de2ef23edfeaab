/**
 * Records as rows of Tokentab CSV that read back as the very same records: with the key they are stored under, so that
 * importing an export adds nothing where they are and gives the same books where they are not.
 */
import { OTHER_METERS, type OtherMeter } from '../usage/meter'
import type { Identity, ReportedCost, UsageRecord } from '../usage/record'
import { isObject, parseJson } from './json'
import { stop } from './value'

/** The column that says that a row was written here. */
export const RECORD_KEY = 'record_key'

/** Everything of a stored record that its row tells; amounts are decimal text, counts digits. */
export interface ExportedRecord {
  readonly key: string
  readonly sourceId: string | null
  readonly start: string
  /** Of a bucket; null for a call. */
  readonly end: string | null
  readonly host: string
  readonly model: string
  readonly project: string | null
  readonly apiKey: string | null
  readonly user: string | null
  readonly serviceTier: string
  readonly region: string | null
  readonly speed: string | null
  readonly contextTier: string | null
  /** Null when unknown. */
  readonly requests: string | null
  readonly input: string
  readonly cacheRead: string
  readonly cacheWrite5m: string
  readonly cacheWrite1h: string
  readonly output: string
  readonly reasoning: string
  readonly other: Readonly<Record<string, string>>
  /** Length of a call's prompt where it is not the sum of its inputs: digits, or null when unknown; undefined where it is. */
  readonly prompt: string | null | undefined
  readonly status: UsageRecord['status']
  readonly latencyMs: number | null
  readonly reported: ReportedCost | null
  readonly tags: UsageRecord['tags']
  /** What it cost by the rates here, in dollars; null when it has none. For people: reading the row back prices it anew. */
  readonly cost: string | null
}

const FIRST_COLUMNS = [
  RECORD_KEY,
  'id',
  'timestamp',
  'end_timestamp',
  'host',
  'model',
  'project',
  'api_key',
  'user',
  'service_tier',
  'region',
  'speed',
  'context_tier',
  'requests',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
] as const
const LAST_COLUMNS = [
  'prompt_tokens',
  'status',
  'latency_ms',
  'reported_cost',
  'reported_currency',
  'reported_kind',
  'tags',
  'cost_usd',
] as const
/** Meters with a column of their own, `requests` being that of the calls. */
const METERS: readonly OtherMeter[] = OTHER_METERS.filter((meter) => meter !== 'requests')

/** `meters` are those that some record has; the others have no column. */
export function exportHeader(meters: readonly string[]): string {
  return `${[...FIRST_COLUMNS, ...metersIn(meters), ...LAST_COLUMNS].join(',')}\r\n`
}

export function exportRow(record: ExportedRecord, meters: readonly string[]): string {
  const { reported } = record
  const cells = [
    record.key,
    text(record.sourceId),
    record.start,
    record.end ?? '',
    text(record.host),
    text(record.model),
    text(record.project),
    text(record.apiKey),
    text(record.user),
    text(record.serviceTier),
    text(record.region),
    text(record.speed),
    text(record.contextTier),
    record.requests ?? UNKNOWN,
    record.input,
    record.cacheRead,
    record.cacheWrite5m,
    record.cacheWrite1h,
    record.output,
    record.reasoning,
    ...metersIn(meters).map((meter) => record.other[meter] ?? ''),
    record.prompt === undefined ? '' : (record.prompt ?? UNKNOWN),
    record.status,
    record.latencyMs === null ? '' : String(record.latencyMs),
    reported?.amount ?? '',
    reported?.currency ?? '',
    reported?.kind ?? '',
    record.tags.length === 0 ? '' : text(JSON.stringify(record.tags)),
    record.cost ?? '',
  ]
  return `${cells.join(',')}\r\n`
}

/** A count that the source does not tell, where an empty cell would mean something else. */
export const UNKNOWN = 'unknown'

function metersIn(meters: readonly string[]): readonly OtherMeter[] {
  return METERS.filter((meter) => meters.includes(meter))
}

/** Quoted, and with a mark before what a spreadsheet takes for a formula; `exportedText` takes the mark away. */
function text(value: string | null): string {
  if (value === null || value === '') return ''
  const marked = /^(?:'|\s*[=+\-@\t\r＝＋－＠])/.test(value) ? `'${value}` : value
  return /[",\r\n;']|^\s|\s$/.test(marked) ? `"${marked.replaceAll('"', '""')}"` : marked
}

/** The text of a cell of an export as it was. */
export function exportedText(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell
}

/** The identity of a row that tells its key. Stops the row for a key that was never written here. */
export function storedIdentity(key: string, sourceId: string): Identity {
  const digits = key.trim().toLowerCase()
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(digits)) return { kind: 'stored', parts: [digits, sourceId] }
  return stop(
    'BAD_VALUE',
    RECORD_KEY,
    `${RECORD_KEY} is not a key of a record.`,
    'Leave the column as it was exported, or remove it.',
  )
}

/** Tags of a row that tells its key. */
export function exportedTags(cell: string): UsageRecord['tags'] {
  if (cell === '') return []
  const parsed = parseJson(exportedText(cell))
  const pairs = parsed.ok && Array.isArray(parsed.value) ? parsed.value : null
  const tags = pairs?.filter(isTag)
  if (tags !== undefined && tags.length === pairs?.length) return tags
  return stop('BAD_VALUE', 'tags', 'tags is not as it was exported.', 'Export the records again.')
}

function isTag(value: unknown): value is readonly [string, string] {
  return (
    Array.isArray(value) && !isObject(value) && value.length === 2 && value.every((part) => typeof part === 'string')
  )
}

export function exportedKind(cell: string): ReportedCost['kind'] {
  return cell === 'estimated' || cell === 'byok_upstream' ? cell : 'billed'
}
