/** Records as they are exported: in pages by keyset, so that no connection is held while a slow reader takes them. */
import 'server-only'
import type { CallPlace, CallQuery } from './calls'
import type { Queryable } from './pool'
import { filters } from './spend'

export interface ExportRow {
  readonly ts: Date
  readonly dedup_key: string
  readonly host_id: number
  readonly model_id: number
  readonly project_id: number
  readonly api_key_id: number
  readonly user_id: number
  readonly service_tier_id: number
  readonly region_id: number
  readonly tag_set_id: number
  readonly bucket_seconds: number
  readonly requests: string | null
  readonly input_tokens: string
  readonly cache_read_tokens: string
  readonly cache_write_5m_tokens: string
  readonly cache_write_1h_tokens: string
  readonly output_tokens: string
  readonly reasoning_tokens: string
  readonly other_quantities: Readonly<Record<string, string>> | null
  readonly status: number
  readonly latency_ms: number | null
  readonly reported_cost: string | null
  readonly reported_currency: string | null
  readonly reported_kind: string | null
  readonly cost: string | null
  readonly source_id: string | null
  readonly pricing_facts: { speed?: string; context_tier?: string; prompt?: string | null } | null
}

function conditions(workspaceId: number, query: CallQuery) {
  const values: unknown[] = [workspaceId, new Date(query.fromMs), new Date(query.toMs)]
  const parameter = (value: unknown) => `$${values.push(value)}`
  const where = filters({ ...query.filter, unpriced: false }, parameter)
  if (query.filter.unpriced) where.push('s.cost IS NULL')
  // What is set aside is in no sum, and another workspace does not know of the decision.
  where.push('s.set_aside_by IS NULL')
  return { values, parameter, where }
}

/** The next records in the order of their times, after `after`. */
export async function exportPage(
  connection: Queryable,
  workspaceId: number,
  query: CallQuery & { readonly after: CallPlace | null; readonly limit: number },
): Promise<ExportRow[]> {
  const { values, parameter, where } = conditions(workspaceId, query)
  if (query.after !== null) {
    const at = parameter(new Date(query.after.ms))
    where.push(`s.ts >= ${at} AND (s.ts, s.dedup_key) > (${at}, ${parameter(query.after.dedupKey)}::uuid)`)
  }
  const { rows } = await connection.query<ExportRow>(
    `SELECT ts, dedup_key, host_id, model_id, project_id, api_key_id, user_id, service_tier_id, region_id, tag_set_id,
       bucket_seconds, requests, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens,
       reasoning_tokens, other_quantities, status, latency_ms, trim_scale(reported_cost)::text AS reported_cost,
       reported_currency, reported_kind, trim_scale(cost)::text AS cost, source_id, pricing_facts
     FROM usage_record AS s
     WHERE s.workspace_id = $1 AND s.ts >= $2 AND s.ts < $3 AND ${where.join(' AND ')}
     ORDER BY s.ts, s.dedup_key LIMIT ${parameter(query.limit)}`,
    values,
  )
  return rows
}

/** Names of the further meters that some record of the query has. */
export async function exportedMeters(
  connection: Queryable,
  workspaceId: number,
  query: CallQuery,
): Promise<readonly string[]> {
  const { values, where } = conditions(workspaceId, query)
  const { rows } = await connection.query<{ meter: string }>(
    `SELECT DISTINCT meter FROM usage_record AS s, jsonb_object_keys(s.other_quantities) AS meter
     WHERE s.workspace_id = $1 AND s.ts >= $2 AND s.ts < $3 AND s.other_quantities IS NOT NULL AND ${where.join(' AND ')}`,
    values,
  )
  return rows.map(({ meter }) => meter)
}
