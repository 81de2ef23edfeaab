/**
 * Every record of a filter as Tokentab CSV, oldest first: `GET /api/v1/calls.csv`. However many there are: pages are read as the
 * reader takes them, each by a query of its own, so that a slow download holds neither a connection nor memory.
 */
import 'server-only'
import type { CallFilter } from '../../core/report/call-view'
import { type ExportedRecord, exportHeader, exportRow } from '../../core/source/exported-record'
import { isoOf } from '../../core/time/instant'
import type { ReportedCost, UsageRecord } from '../../core/usage/record'
import { authorise, type Principal } from '../auth/principal'
import type { CallPlace } from '../db/calls'
import { dimensionValues } from '../db/dimension'
import { type ExportRow, exportedMeters, exportPage } from '../db/export'
import { pool } from '../db/pool'
import { readConsistently } from '../db/transaction'
import { callQueryOf } from './calls'

const PAGE_ROWS = 2_000
const STATUS = ['ok', 'error', 'cancelled'] as const
/** Names kept between pages; tags may differ from record to record. */
const MAX_NAMES = 50_000

/** Throws INVALID_REQUEST for an instant that cannot be read, before anything is streamed. */
export async function exportCalls(
  principal: Principal,
  input: { readonly filter: CallFilter },
): Promise<AsyncGenerator<string, void, undefined>> {
  authorise(principal, 'usage.read')
  const query = callQueryOf(input.filter)
  const { workspaceId } = principal
  const meters = await readConsistently(async (connection) => await exportedMeters(connection, workspaceId, query), {
    unlimited: true,
  })
  return pages(workspaceId, query, meters)
}

async function* pages(
  workspaceId: number,
  query: ReturnType<typeof callQueryOf>,
  meters: readonly string[],
): AsyncGenerator<string, void, undefined> {
  yield exportHeader(meters)
  let names = new Map<number, string>()
  let after: CallPlace | null = null
  for (;;) {
    const rows: ExportRow[] = await exportPage(pool(), workspaceId, { ...query, after, limit: PAGE_ROWS })
    const last = rows.at(-1)
    if (last === undefined) return
    if (names.size > MAX_NAMES) names = new Map()
    const missing = new Set(rows.flatMap(idsOf).filter((id) => id !== 0 && !names.has(id)))
    if (missing.size > 0) {
      for (const [id, value] of await dimensionValues(pool(), workspaceId, [...missing])) names.set(id, value)
    }
    yield rows.map((row) => exportRow(recordOf(row, names), meters)).join('')
    if (rows.length < PAGE_ROWS) return
    after = { ms: last.ts.getTime(), dedupKey: last.dedup_key }
  }
}

function idsOf(row: ExportRow): number[] {
  const { host_id, model_id, project_id, api_key_id, user_id, service_tier_id, region_id, tag_set_id } = row
  return [host_id, model_id, project_id, api_key_id, user_id, service_tier_id, region_id, tag_set_id]
}

function recordOf(row: ExportRow, names: ReadonlyMap<number, string>): ExportedRecord {
  const nameOf = (id: number) => names.get(id) ?? null
  const facts = row.pricing_facts
  const startMs = row.ts.getTime()
  const tags = nameOf(row.tag_set_id)
  return {
    key: row.dedup_key,
    sourceId: row.source_id,
    start: isoOf(startMs),
    end: row.bucket_seconds === 0 ? null : isoOf(startMs + row.bucket_seconds * 1_000),
    host: nameOf(row.host_id) ?? '',
    model: nameOf(row.model_id) ?? '',
    project: nameOf(row.project_id),
    apiKey: nameOf(row.api_key_id),
    user: nameOf(row.user_id),
    serviceTier: nameOf(row.service_tier_id) ?? '',
    region: nameOf(row.region_id),
    speed: facts?.speed ?? null,
    contextTier: facts?.context_tier ?? null,
    requests: row.requests,
    input: row.input_tokens,
    cacheRead: row.cache_read_tokens,
    cacheWrite5m: row.cache_write_5m_tokens,
    cacheWrite1h: row.cache_write_1h_tokens,
    output: row.output_tokens,
    reasoning: row.reasoning_tokens,
    other: row.other_quantities ?? {},
    prompt: facts?.prompt,
    status: STATUS[row.status] ?? 'ok',
    latencyMs: row.latency_ms,
    reported: reportedOf(row),
    cost: row.cost,
    tags: tags === null ? [] : (JSON.parse(tags) as UsageRecord['tags']),
  }
}

function reportedOf(row: ExportRow): ReportedCost | null {
  const { reported_cost, reported_currency, reported_kind } = row
  if (reported_cost === null || reported_currency === null) return null
  const kind = reported_kind === 'estimated' || reported_kind === 'byok_upstream' ? reported_kind : 'billed'
  return { amount: reported_cost, currency: reported_currency, kind }
}
