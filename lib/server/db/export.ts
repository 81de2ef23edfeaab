/** Records as they are exported: in pages by keyset, so that no connection is held while a slow reader takes them. */
import 'server-only'
import { type CallPlace, type CallQuery, RECORD_ROW, type RecordRow, recordConditions } from './calls'
import type { Queryable } from './pool'

export interface ExportRow extends RecordRow {
  readonly tag_set_id: number
  readonly reported_kind: string | null
  readonly source_id: string | null
  readonly pricing_facts: { speed?: string; context_tier?: string; prompt?: string | null } | null
}

/** What is set aside is in no sum, and another workspace does not know of the decision. */
function conditions(workspaceId: number, query: CallQuery) {
  const found = recordConditions(workspaceId, query, 's.cost IS NULL')
  found.where.push('s.set_aside_by IS NULL')
  return found
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
    `SELECT ${RECORD_ROW}, tag_set_id, reported_kind, source_id, pricing_facts
     FROM usage_record AS s WHERE ${where.join(' AND ')}
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
     WHERE s.other_quantities IS NOT NULL AND ${where.join(' AND ')}`,
    values,
  )
  return rows.map(({ meter }) => meter)
}
