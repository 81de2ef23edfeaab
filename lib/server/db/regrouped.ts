/**
 * Usage of one source told twice in different detail: grouped by other dimensions, or in buckets of another length. Such rows have
 * other identities, so that both count; the person who imports has to know.
 */
import 'server-only'
import { DIMENSION } from './dimension'
import type { Queryable } from './pool'

/** Exports of aggregates are small; what is larger is a log of calls and not read again for this. */
const MAX_RECORDS = 200_000

export interface RegroupedBy {
  readonly no: number
  readonly days: number
}

/**
 * The first other import of these formats that tells the same host on the same days in other detail, and on how many days. What an
 * import tells is looked at with the rows that were duplicates or were restated since.
 */
export async function regroupedBy(
  connection: Queryable,
  workspaceId: number,
  importNo: number,
  formats: readonly string[],
  told: { readonly accepted: bigint; readonly firstMs: number | null; readonly lastMs: number | null },
): Promise<RegroupedBy | null> {
  const { accepted, firstMs, lastMs } = told
  if (firstMs === null || lastMs === null || accepted > BigInt(MAX_RECORDS)) return null
  const from = new Date(firstMs - 86_400_000)
  const to = new Date(lastMs + 86_400_000)
  const { rows: others } = await connection.query<{ no: number }>(
    `SELECT no FROM import WHERE workspace_id = $1 AND no <> $2 AND status = 'committed' AND format = ANY ($3::text[])
       AND accepted > 0 AND accepted <= ${MAX_RECORDS} AND first_at <= $5 AND last_at >= $4 ORDER BY no LIMIT 50`,
    [workspaceId, importNo, formats, from, to],
  )
  if (others.length === 0) return null
  const { rows } = await connection.query<{ no: number; days: string }>(
    `WITH said AS MATERIALIZED (
       ${['usage_record', 'usage_duplicate', 'usage_restatement']
         .map(
           (
             table,
           ) => `SELECT import_no, host_id, model_id, project_id, api_key_id, user_id, bucket_seconds FROM ${table}
             WHERE workspace_id = $1 AND import_no = ANY ($2::int[]) AND ts >= $4 AND ts <= $5`,
         )
         .join(' UNION ALL ')}
     ), detail AS (
       SELECT import_no, host_id, bool_or(model_id NOT IN (SELECT id FROM dimension
           WHERE workspace_id = $1 AND kind = ${DIMENSION.model} AND value = 'unknown')) AS by_model,
         bool_or(project_id <> 0) AS by_project, bool_or(api_key_id <> 0) AS by_key, bool_or(user_id <> 0) AS by_user,
         max(bucket_seconds) AS bucket
       FROM said GROUP BY 1, 2
     ), day AS MATERIALIZED (
       SELECT DISTINCT import_no, host_id, (ts AT TIME ZONE 'UTC')::date AS day FROM usage_record
       WHERE workspace_id = $1 AND import_no = ANY ($2::int[]) AND ts >= $4 AND ts <= $5 AND set_aside_by IS NULL
     ) SELECT o.import_no AS no, count(*) AS days
       FROM detail o JOIN detail m ON m.import_no = $3 AND m.host_id = o.host_id AND o.import_no <> $3
         AND (m.by_model, m.by_project, m.by_key, m.by_user, m.bucket) IS DISTINCT FROM (o.by_model, o.by_project, o.by_key, o.by_user, o.bucket)
         JOIN day od ON od.import_no = o.import_no AND od.host_id = o.host_id
         JOIN day md ON md.import_no = $3 AND md.host_id = o.host_id AND md.day = od.day
       GROUP BY 1 ORDER BY 1 LIMIT 1`,
    [workspaceId, [importNo, ...others.map(({ no }) => no)], importNo, from, to],
  )
  const [first] = rows
  return first === undefined ? null : { no: first.no, days: Number.parseInt(first.days, 10) }
}
