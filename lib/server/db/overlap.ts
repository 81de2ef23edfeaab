/** Finds usage that two sources tell: the same host, model and day, by imports of formats that name calls differently. */
import 'server-only'
import { DIMENSION } from './dimension'
import type { Queryable } from './pool'

export interface FormatTeller {
  readonly format: string
  readonly teller: string
  readonly tellsAll: boolean
}

export interface OverlapRow {
  readonly host: string
  readonly teller: string
  readonly format: string
  readonly first_day: string
  readonly last_day: string
  readonly days: string
  readonly models: string
  readonly records: string
  readonly cost: string | null
  readonly imports: readonly { readonly id: string; readonly no: number; readonly filename: string }[]
}

/**
 * By host and teller, over the days and models that another teller has too; two logs of single programs are not held
 * against each other. Records are read only where the spans of imports of different tellers meet.
 */
export async function usageOverlaps(
  connection: Queryable,
  workspaceId: number,
  tellers: readonly FormatTeller[],
): Promise<OverlapRow[]> {
  const { rows } = await connection.query<OverlapRow>(
    `WITH told AS MATERIALIZED (
       SELECT i.no, i.format, f.teller, f.tells_all, i.first_at, i.last_at
       FROM import i JOIN unnest($2::text[], $3::text[], $4::boolean[]) AS f (format, teller, tells_all) ON f.format = i.format
       WHERE i.workspace_id = $1 AND i.status = 'committed' AND i.accepted > i.billed_rows AND i.first_at IS NOT NULL
     ), meeting AS MATERIALIZED (
       SELECT a.* FROM told a WHERE EXISTS (
         SELECT 1 FROM told b WHERE b.teller <> a.teller AND (a.tells_all OR b.tells_all)
           AND b.first_at < a.last_at + interval '1 day' AND a.first_at < b.last_at + interval '1 day')
     ), told_day AS MATERIALIZED (
       SELECT (u.ts AT TIME ZONE 'UTC')::date AS day, u.host_id,
         regexp_replace(lower(d.value), '[-@]20[0-9]{2}-?[0-9]{2}-?[0-9]{2}$', '') AS model, m.teller, m.tells_all,
         min(m.format) AS format, count(*) AS records, sum(u.cost) AS cost, array_agg(DISTINCT u.import_no) AS imports
       FROM usage_record u JOIN meeting m ON m.no = u.import_no
         JOIN dimension d ON d.workspace_id = $1 AND d.kind = ${DIMENSION.model} AND d.id = u.model_id
       WHERE u.workspace_id = $1 AND u.set_aside_by IS NULL AND u.ts >= (SELECT min(first_at) FROM meeting) AND u.ts <= (SELECT max(last_at) FROM meeting)
       GROUP BY 1, 2, 3, 4, 5
     ), twice AS (
       SELECT day, host_id, model FROM told_day GROUP BY 1, 2, 3 HAVING count(DISTINCT teller) > 1 AND bool_or(tells_all)
     ), shared AS MATERIALIZED (
       SELECT t.* FROM told_day t JOIN twice USING (day, host_id, model)
     ), involved AS (
       SELECT s.host_id, s.teller, jsonb_agg(DISTINCT jsonb_build_object('no', i.no, 'id', i.id, 'filename', i.filename)) AS imports
       FROM shared s CROSS JOIN unnest(s.imports) AS n (no) JOIN import i ON i.no = n.no GROUP BY 1, 2
     ) SELECT h.value AS host, s.teller, min(s.format) AS format, to_char(min(s.day), 'YYYY-MM-DD') AS first_day,
         to_char(max(s.day), 'YYYY-MM-DD') AS last_day, count(DISTINCT s.day) AS days, count(DISTINCT s.model) AS models,
         sum(s.records)::text AS records, trim_scale(sum(s.cost))::text AS cost, v.imports
       FROM shared s JOIN involved v USING (host_id, teller)
         JOIN dimension h ON h.workspace_id = $1 AND h.kind = ${DIMENSION.host} AND h.id = s.host_id
       GROUP BY h.value, s.teller, v.imports ORDER BY h.value, sum(s.records) DESC, s.teller`,
    [
      workspaceId,
      tellers.map((one) => one.format),
      tellers.map((one) => one.teller),
      tellers.map((one) => one.tellsAll),
    ],
  )
  return rows
}
