/**
 * Corrections: what changes the sums of a closed month is written down in the transaction that changes them, and billed
 * by the next open month. Usage of a month less its corrections is therefore what the month was closed with.
 */
import 'server-only'
import type { CorrectionCause } from '../../core/report/bill-view'
import { shiftMonth } from '../../core/report/period-choice'
import type { Queryable } from './pool'
import { lockBills } from './workspace-lock'

/** What changes sums: the number is that of the import, the price revision or the decision. */
export interface ChangeCause {
  readonly kind: CorrectionCause
  readonly no: number
}

/** Columns of usage_hour that a bill adds up. */
export const BILL_SUMS = [
  'records',
  'requests',
  'uncounted_records',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost',
  'unpriced_records',
  'unpriced_requests',
  'unpriced_tokens',
  'reported_cost',
  'reported_records',
] as const

/** Closed months of the workspace with the version of their bill. They stay closed until the transaction ends. */
export async function lockClosedMonths(
  connection: Queryable,
  workspaceId: number,
): Promise<ReadonlyMap<string, number>> {
  await lockBills(connection, workspaceId, 'shared')
  const { rows } = await connection.query<{ month: string; version: number }>(
    `SELECT month, version FROM billing_month WHERE workspace_id = $1 AND status = 'closed'`,
    [workspaceId],
  )
  return new Map(rows.map((row) => [row.month, row.version]))
}

/** The month that bills a change of a closed one: the next that is open. */
function openMonthAfter(month: string, closed: ReadonlyMap<string, number>): string {
  let next = shiftMonth(month, 1)
  while (closed.has(next)) next = shiftMonth(next, 1)
  return next
}

/** The UTC day of a delta. */
const DAY = `(d.hour AT TIME ZONE 'UTC')::date`

const KEYS = [
  'workspace_id',
  'month',
  'version',
  'billed_in',
  'cause',
  'cause_no',
  'day',
  'host_id',
  'model_id',
  'service_tier_id',
  'price_set_id',
]

/** Writes down what the deltas of this transaction change in closed months; call before they are merged. */
export async function noteCorrections(connection: Queryable, workspaceId: number, cause: ChangeCause): Promise<void> {
  const closed = await lockClosedMonths(connection, workspaceId)
  if (closed.size === 0) return
  const months = [...closed.keys()]
  const columns = [...KEYS, ...BILL_SUMS, 'other_quantities']
  const add = BILL_SUMS.map((name) => `${name} = c.${name} + excluded.${name}`)
  await connection.query(
    `INSERT INTO bill_correction AS c (${columns.join(', ')})
     SELECT d.workspace_id, m.month, m.version, m.billed_in, $5, $6, ${DAY}, host_id, model_id, service_tier_id, price_set_id,
       ${BILL_SUMS.map((name) => `coalesce(sum(${name}), 0)`).join(', ')}, nullif(sum_quantities(other_quantities), '{}')
     FROM hour_delta d JOIN unnest($2::text[], $3::int[], $4::text[]) AS m (month, version, billed_in)
       ON to_char(d.hour AT TIME ZONE 'UTC', 'YYYY-MM') = m.month
     WHERE d.workspace_id = $1
     GROUP BY d.workspace_id, m.month, m.version, m.billed_in, ${DAY}, host_id, model_id, service_tier_id, price_set_id
     ORDER BY m.month, ${DAY}, host_id, model_id, service_tier_id, price_set_id
     ON CONFLICT (${KEYS.join(', ')}) DO UPDATE SET ${add.join(', ')}, at = excluded.at,
       other_quantities = CASE WHEN c.other_quantities IS NULL THEN excluded.other_quantities
         WHEN excluded.other_quantities IS NULL THEN c.other_quantities
         ELSE nullif(add_quantities(c.other_quantities, excluded.other_quantities), '{}') END`,
    [
      workspaceId,
      months,
      months.map((month) => closed.get(month)),
      months.map((month) => openMonthAfter(month, closed)),
      cause.kind,
      cause.no,
    ],
  )
}

/** Takes back the corrections of a reopened month that no closed month has billed: its own bill has them again. */
export async function withdrawCorrections(connection: Queryable, workspaceId: number, month: string): Promise<void> {
  await connection.query(
    `UPDATE bill_correction c SET withdrawn_at = now()
     WHERE workspace_id = $1 AND month = $2 AND withdrawn_at IS NULL AND NOT EXISTS (
       SELECT 1 FROM billing_month m WHERE m.workspace_id = c.workspace_id AND m.month = c.billed_in AND m.status = 'closed')`,
    [workspaceId, month],
  )
}
