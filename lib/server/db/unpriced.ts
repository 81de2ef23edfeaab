/** Models whose records wait for a price, over all time: what they used, when, and why they have no price. */
import 'server-only'
import { DIMENSION } from './dimension'
import type { Queryable } from './pool'
import { unpricedReasonOf } from './price-set'

export interface UnpricedModelRow {
  readonly host: string
  readonly model: string
  readonly records: string
  readonly requests: string
  readonly tokens: string
  /** Days of the first and last such record, YYYY-MM-DD. */
  readonly firstDay: string
  readonly lastDay: string
  /** Of most records of the last day. */
  readonly reason: string
}

/** Most tokens first. The days come from the daily sums; the records of one day a model are looked at for the reason. */
export async function unpricedModels(
  connection: Queryable,
  workspaceId: number,
  limit: number,
): Promise<readonly UnpricedModelRow[]> {
  const { rows } = await connection.query<Omit<UnpricedModelRow, 'reason'> & { code: number | null }>(
    `SELECT h.value AS host, m.value AS model, w.records, w.requests, w.tokens, w.first_day::text AS "firstDay",
       w.last_day::text AS "lastDay", why.unpriced_code AS code
     FROM (
       SELECT host_id, model_id, sum(unpriced_records)::text AS records, sum(unpriced_requests)::text AS requests,
         sum(unpriced_tokens) AS most, sum(unpriced_tokens)::text AS tokens, min(day) AS first_day, max(day) AS last_day
       FROM usage_day WHERE workspace_id = $1 AND unpriced_records > 0 GROUP BY 1, 2 ORDER BY most DESC, 1, 2 LIMIT $2
     ) AS w
     JOIN dimension h ON h.workspace_id = $1 AND h.kind = ${DIMENSION.host} AND h.id = w.host_id
     JOIN dimension m ON m.workspace_id = $1 AND m.kind = ${DIMENSION.model} AND m.id = w.model_id
     LEFT JOIN LATERAL (
       SELECT unpriced_code FROM usage_record u WHERE u.workspace_id = $1 AND u.ts >= w.last_day::timestamp AT TIME ZONE 'UTC'
         AND u.ts < (w.last_day + 1)::timestamp AT TIME ZONE 'UTC' AND u.host_id = w.host_id AND u.model_id = w.model_id
         AND u.price_set_id = 0 AND u.set_aside_by IS NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1
     ) AS why ON true
     ORDER BY w.most DESC, 1, 2`,
    [workspaceId, limit],
  )
  return rows.map(({ code, ...row }) => ({ ...row, reason: unpricedReasonOf(code ?? -1) }))
}
