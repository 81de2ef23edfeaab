/** Billed cost of a month, as the hosts' own reports tell it, beside the computed cost, by host. */
import 'server-only'
import { usdFromText } from '../../core/money/usd'
import type { CostGap } from '../../core/report/cost-gap'
import { DIMENSION } from './dimension'
import type { Queryable } from './pool'

/** Hosts with billed cost in dollars, by name. Amounts are cut to 18 decimal places: far below any printed one. */
export async function costGaps(connection: Queryable, workspaceId: number, month: string): Promise<CostGap[]> {
  const { rows } = await connection.query<{ host: string; computed: string; billed: string; rounding: string }>(
    `WITH billed AS (
       SELECT host, trunc(sum(amount), 18) AS billed, coalesce(sum(rounding), 0) AS rounding FROM billed_cost
       WHERE workspace_id = $1 AND replaced_by IS NULL AND is_model_service AND currency = 'USD'
         AND ts >= ($2 || '-01')::timestamp AT TIME ZONE 'UTC'
         AND ts < (($2 || '-01')::timestamp + interval '1 month') AT TIME ZONE 'UTC'
       GROUP BY host
     ), computed AS (
       SELECT d.value AS host, sum(u.cost) AS cost FROM usage_day u
         JOIN dimension d ON d.workspace_id = u.workspace_id AND d.kind = ${DIMENSION.host} AND d.id = u.host_id
       WHERE u.workspace_id = $1 AND u.day >= ($2 || '-01')::date AND u.day < ($2 || '-01')::date + interval '1 month'
       GROUP BY 1
     ), adjusted AS (
       SELECT host, sum(amount) AS amount FROM bill_adjustment
       WHERE workspace_id = $1 AND month = $2 AND removed_at IS NULL AND host IS NOT NULL GROUP BY 1
     )
     SELECT b.host, trim_scale(coalesce(c.cost, 0) + coalesce(a.amount, 0))::text AS computed,
       trim_scale(b.billed)::text AS billed, trim_scale(b.rounding)::text AS rounding
     FROM billed b LEFT JOIN computed c USING (host) LEFT JOIN adjusted a USING (host) ORDER BY b.host`,
    [workspaceId, month],
  )
  return rows.map((row) => ({
    host: row.host,
    computed: usdFromText(row.computed),
    billed: usdFromText(row.billed),
    rounding: usdFromText(row.rounding),
  }))
}
