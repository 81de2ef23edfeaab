/** Billed cost of one import as its page shows it: its lines summed, and what it replaced. */
import 'server-only'
import type { BilledDetail, BilledLineView, RestatedLineView } from '../../core/report/import-view'
import { sameDays } from './billed-merge'
import type { Queryable } from './pool'

/** Largest first; `total` counts the groups, of which `limit` are answered. */
export async function billedLinesOf(
  connection: Queryable,
  workspaceId: number,
  importNo: number,
  limit: number,
): Promise<BilledDetail['lines']> {
  const { rows } = await connection.query<BilledLineView & { readonly total: string }>(
    `SELECT host, line, category, currency, count(*) AS lines, trim_scale(sum(amount))::text AS amount,
       CASE WHEN count(DISTINCT unit) = 1 AND count(unit) = count(*) THEN trim_scale(sum(quantity))::text END AS quantity,
       CASE WHEN count(DISTINCT unit) = 1 AND count(unit) = count(*) THEN min(unit) END AS unit, count(*) OVER () AS total
     FROM billed_cost WHERE workspace_id = $1 AND import_no = $2
     GROUP BY host, line, category, currency ORDER BY sum(abs(amount)) DESC, host, line LIMIT $3`,
    [workspaceId, importNo, limit],
  )
  return {
    total: Number.parseInt(rows[0]?.total ?? '0', 10),
    rows: rows.map(({ total: _total, ...row }) => row),
  }
}

/**
 * Days of which this import replaced something: what the lines said before and what they say by this import. Lines that
 * stayed alike are left out; `sums` is over all of them.
 */
export async function restatedLinesOf(
  connection: Queryable,
  workspaceId: number,
  importNo: number,
  limit: number,
): Promise<BilledDetail['restated']> {
  const { rows } = await connection.query<RestatedLineView & { readonly total: string; readonly sum: string }>(
    `WITH old AS (
       SELECT (ts AT TIME ZONE 'UTC')::date AS day, issuer, host, line, currency, sum(amount) AS amount FROM billed_cost
       WHERE workspace_id = $1 AND replaced_by = $2 GROUP BY 1, 2, 3, 4, 5
     ), new AS (
       SELECT (b.ts AT TIME ZONE 'UTC')::date AS day, issuer, host, line, currency, sum(amount) AS amount FROM billed_cost b
       WHERE workspace_id = $1 AND import_no = $2
         AND (EXISTS (SELECT 1 FROM billed_cost o WHERE o.workspace_id = $1 AND o.replaced_by = $2 AND o.ts = b.ts
                        AND o.dedup_key = b.dedup_key AND o.ordinal = b.ordinal)
           OR EXISTS (SELECT 1 FROM billed_cost o WHERE o.workspace_id = $1 AND o.replaced_by = $2 AND o.issuer = b.issuer
                        AND o.grouping <> b.grouping AND ${sameDays('o', 'b')}))
       GROUP BY 1, 2, 3, 4, 5
     ), both_sides AS (
       SELECT to_char(day, 'YYYY-MM-DD') AS day, host, line, currency, old.amount AS before, new.amount AS after,
         coalesce(new.amount, 0) - coalesce(old.amount, 0) AS difference
       FROM old FULL JOIN new USING (day, issuer, host, line, currency)
     )
     SELECT day, host, line, currency, trim_scale(before)::text AS before, trim_scale(after)::text AS after,
       trim_scale(difference)::text AS difference, count(*) OVER () AS total,
       trim_scale(sum(difference) OVER (PARTITION BY currency))::text AS sum
     FROM both_sides WHERE before IS DISTINCT FROM after ORDER BY day, host, abs(difference) DESC, line LIMIT $3`,
    [workspaceId, importNo, limit],
  )
  const sums = new Map(rows.map((row) => [row.currency, row.sum]))
  return {
    total: Number.parseInt(rows[0]?.total ?? '0', 10),
    rows: rows.map(({ total: _total, sum: _sum, ...row }) => row),
    sums: [...sums].map(([currency, difference]) => ({ currency, difference })),
  }
}
