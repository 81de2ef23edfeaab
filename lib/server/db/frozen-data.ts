/** What a report was made from, in a form that two people can compare: a digest of the data and the prices used. */
import 'server-only'
import { createHash } from 'node:crypto'
import type { MoveSelect } from '../../core/simulate/replay/move-select'
import type { Period } from '../../core/time/instant'
import { DIMENSION } from './dimension'
import type { Queryable } from './pool'
import { detailOf, usageSource } from './usage-source'

export interface FrozenData {
  /** SHA-256 over the sums of each UTC day, host, model, project, tier and length class, in order. */
  readonly sha256: string
  readonly records: string
  /** Ids of the price entries these calls were priced with, sorted. */
  readonly priceIds: readonly string[]
}

export async function frozenData(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  filter: MoveSelect,
): Promise<FrozenData> {
  const values: unknown[] = [workspaceId]
  const { from, where } = usageSource(period, [filter], detailOf([filter]), values)
  const names = (['host', 'model', 'project', 'service_tier'] as const).map(
    (kind) =>
      `(SELECT value FROM dimension d WHERE d.workspace_id = $1 AND d.kind = ${DIMENSION[kind]} AND d.id = s.${kind}_id)`,
  )
  const { rows } = await connection.query<{ line: string; records: string }>(
    `SELECT s.records::text, jsonb_build_array(s.day, ${names.join(', ')}, s.context_band, s.unpriced, s.records::text,
       s.requests::text, s.tokens, s.cost::text)::text AS line
     FROM (SELECT (u.hour AT TIME ZONE 'UTC')::date AS day, u.host_id, u.model_id, u.project_id, u.service_tier_id,
         u.context_band, u.unpriced_records > 0 AS unpriced, sum(u.records) AS records, sum(u.requests) AS requests,
         concat_ws('/', sum(u.input_tokens), sum(u.cache_read_tokens), sum(u.cache_write_5m_tokens),
           sum(u.cache_write_1h_tokens), sum(u.output_tokens)) AS tokens, sum(u.cost) AS cost
       FROM ${from} AS u WHERE ${where} GROUP BY 1, 2, 3, 4, 5, 6, 7) s`,
    values,
  )
  const hash = createHash('sha256')
  let records = 0n
  for (const line of rows.map((row) => row.line).sort()) hash.update(line).update('\n')
  for (const row of rows) records += BigInt(row.records)
  const prices = await connection.query<{ id: string }>(
    `SELECT DISTINCT id FROM (
       SELECT line->>'price_id' AS id, line->'multiplier_ids' AS multipliers
       FROM price_set p CROSS JOIN LATERAL jsonb_array_elements(p.lines) AS line
       WHERE p.workspace_id = $1 AND p.id IN (SELECT DISTINCT u.price_set_id FROM ${from} AS u WHERE ${where})) used
     UNION SELECT DISTINCT m.id FROM price_set p CROSS JOIN LATERAL jsonb_array_elements(p.lines) AS line
       CROSS JOIN LATERAL jsonb_array_elements_text(line->'multiplier_ids') AS m (id)
       WHERE p.workspace_id = $1 AND p.id IN (SELECT DISTINCT u.price_set_id FROM ${from} AS u WHERE ${where})
     ORDER BY 1`,
    values,
  )
  return { sha256: hash.digest('hex'), records: records.toString(), priceIds: prices.rows.map((row) => row.id) }
}
