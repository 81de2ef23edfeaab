/** Finds usage that two sources tell: the same host, model and day, by imports of formats that name calls differently. */
import 'server-only'
import { AGENT_TAG, type Teller } from '../../core/source/teller'
import { DIMENSION } from './dimension'
import type { Queryable } from './pool'

export interface FormatTeller {
  readonly format: string
  readonly teller: string
  readonly tellsAll: boolean
  readonly agent: Teller['agent']
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
 * against each other, unless both tell the calls of one agent. Records are read only where the spans of imports of different
 * tellers meet.
 */
export async function usageOverlaps(
  connection: Queryable,
  workspaceId: number,
  tellers: readonly FormatTeller[],
): Promise<OverlapRow[]> {
  const { rows } = await connection.query<OverlapRow>(
    `WITH told AS MATERIALIZED (
       SELECT i.no, i.format, f.teller, f.tells_all, f.agent, i.first_at, i.last_at
       FROM import i JOIN unnest($2::text[], $3::text[], $4::boolean[], $5::text[]) AS f (format, teller, tells_all, agent) ON f.format = i.format
       WHERE i.workspace_id = $1 AND i.status = 'committed' AND i.accepted > i.billed_rows AND i.first_at IS NOT NULL
     ), meeting AS MATERIALIZED (
       SELECT a.* FROM told a WHERE EXISTS (
         SELECT 1 FROM told b WHERE b.teller <> a.teller
           AND (a.tells_all OR b.tells_all OR a.agent = b.agent OR 'tagged' IN (a.agent, b.agent) AND a.agent <> b.agent)
           AND b.first_at < a.last_at + interval '1 day' AND a.first_at < b.last_at + interval '1 day')
     ), agent_tag AS MATERIALIZED (
       SELECT d.id, pair ->> 1 AS agent FROM dimension d CROSS JOIN jsonb_array_elements(d.value::jsonb) AS pairs (pair)
       WHERE d.workspace_id = $1 AND d.kind = ${DIMENSION.tag_set} AND d.value LIKE '%' || $6::text || '%' AND pair ->> 0 = $6
     ), told_day AS MATERIALIZED (
       SELECT (u.ts AT TIME ZONE 'UTC')::date AS day, u.host_id,
         regexp_replace(lower(d.value), '[-@]20[0-9]{2}-?[0-9]{2}-?[0-9]{2}$', '') AS model, m.teller, m.tells_all,
         CASE m.agent WHEN 'tagged' THEN t.agent ELSE m.agent END AS agent,
         min(m.format) AS format, count(*) AS records, sum(u.cost) AS cost, array_agg(DISTINCT u.import_no) AS imports
       FROM usage_record u JOIN meeting m ON m.no = u.import_no
         JOIN dimension d ON d.workspace_id = $1 AND d.kind = ${DIMENSION.model} AND d.id = u.model_id
         LEFT JOIN agent_tag t ON t.id = u.tag_set_id
       WHERE u.workspace_id = $1 AND u.set_aside_by IS NULL AND u.ts >= (SELECT min(first_at) FROM meeting) AND u.ts <= (SELECT max(last_at) FROM meeting)
       GROUP BY 1, 2, 3, 4, 5, 6
     ), shared AS MATERIALIZED (
       SELECT a.* FROM told_day a WHERE EXISTS (
         SELECT 1 FROM told_day b WHERE b.day = a.day AND b.host_id = a.host_id AND b.model = a.model AND b.teller <> a.teller
           AND (a.tells_all OR b.tells_all OR a.agent = b.agent))
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
      tellers.map((one) => one.agent),
      AGENT_TAG,
    ],
  )
  return rows
}
