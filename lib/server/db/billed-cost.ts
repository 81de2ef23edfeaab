/** Billed cost that counts now, of services that serve models, and computed cost by host and day to hold beside it. */
import 'server-only'
import type { BilledLine, ComputedDay } from '../../core/report/billed-view'
import type { Period } from '../../core/time/instant'
import { DIMENSION } from './dimension'
import type { Queryable } from './pool'

/** Lines that begin in the period, summed by host, days, line and currency; in that order. */
export async function billedLines(connection: Queryable, workspaceId: number, period: Period): Promise<BilledLine[]> {
  const { rows } = await connection.query<BilledLine>(
    `SELECT host, to_char(ts AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS from,
       to_char(max(end_at - interval '1 millisecond') AT TIME ZONE 'UTC' + interval '1 day', 'YYYY-MM-DD') AS to,
       line, model, meter, category, currency, trim_scale(sum(amount))::text AS amount,
       CASE WHEN count(quantity) = count(*) THEN trim_scale(sum(quantity))::text END AS quantity, unit,
       count(*)::int AS amounts, max(scale(trim_scale(amount))) AS places
     FROM billed_cost
     WHERE workspace_id = $1 AND replaced_by IS NULL AND is_model_service AND ts >= $2 AND ts < $3
     GROUP BY host, 2, (end_at - ts > interval '1 day'), line, model, meter, category, currency, unit
     ORDER BY host, 2, line, category, currency, unit`,
    [workspaceId, new Date(period.startMs), new Date(period.endMs)],
  )
  return rows
}

export async function computedDays(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  hosts: readonly string[],
): Promise<ComputedDay[]> {
  const { rows } = await connection.query<ComputedDay>(
    `SELECT d.value AS host, to_char(u.day, 'YYYY-MM-DD') AS day, trim_scale(sum(u.cost))::text AS cost,
       sum(u.records)::text AS records, sum(u.unpriced_records)::text AS unpriced_records
     FROM usage_day u JOIN dimension d ON d.workspace_id = u.workspace_id AND d.kind = ${DIMENSION.host} AND d.id = u.host_id
     WHERE u.workspace_id = $1 AND u.day >= ($2::timestamptz AT TIME ZONE 'UTC')::date
       AND u.day < ($3::timestamptz AT TIME ZONE 'UTC')::date AND d.value = ANY ($4::text[])
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [workspaceId, new Date(period.startMs), new Date(period.endMs), hosts],
  )
  return rows
}
