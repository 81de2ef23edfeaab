/** Credits, taxes, commitments and the like of a month: added, and removed without being forgotten. */
import 'server-only'
import { type Usd, usdFromText, usdToText } from '../../core/money/usd'
import type { BillAdjustment } from '../../core/report/bill-book'
import type { AdjustmentKind } from '../../core/report/bill-view'
import { isoOf } from '../../core/time/instant'
import type { Queryable } from './pool'

interface Row {
  readonly no: number
  readonly kind: AdjustmentKind
  readonly host: string | null
  readonly amount: string
  readonly reason: string
  readonly created_by: string
  readonly created_at: Date
}

export async function listAdjustments(
  connection: Queryable,
  workspaceId: number,
  month: string,
): Promise<BillAdjustment[]> {
  const { rows } = await connection.query<Row>(
    `SELECT no, kind, host, trim_scale(amount)::text AS amount, reason, created_by, created_at FROM bill_adjustment
     WHERE workspace_id = $1 AND month = $2 AND removed_at IS NULL`,
    [workspaceId, month],
  )
  return rows.map(({ amount, created_at, ...row }) => ({
    ...row,
    exact: usdFromText(amount),
    created_at: isoOf(created_at.getTime()),
  }))
}

/** Answers its number. The caller holds the bills and knows that the month is not closed. */
export async function insertAdjustment(
  connection: Queryable,
  workspaceId: number,
  adjustment: {
    readonly month: string
    readonly kind: AdjustmentKind
    readonly host: string | null
    readonly amount: Usd
    readonly reason: string
    readonly by: string
  },
): Promise<number> {
  const { month, kind, host, amount, reason, by } = adjustment
  const { rows } = await connection.query<{ no: number }>(
    `INSERT INTO bill_adjustment (workspace_id, month, kind, host, amount, reason, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING no`,
    [workspaceId, month, kind, host, usdToText(amount), reason, by],
  )
  const no = rows[0]?.no
  if (no === undefined) throw new Error('an adjustment was not stored')
  return no
}

/** Null when the month has no such adjustment. */
export async function removeAdjustment(
  connection: Queryable,
  workspaceId: number,
  month: string,
  no: number,
  by: string,
): Promise<{ readonly kind: AdjustmentKind; readonly amount: string } | null> {
  const { rows } = await connection.query<{ kind: AdjustmentKind; amount: string }>(
    `UPDATE bill_adjustment SET removed_at = now(), removed_by = $4
     WHERE workspace_id = $1 AND month = $2 AND no = $3 AND removed_at IS NULL
     RETURNING kind, trim_scale(amount)::text AS amount`,
    [workspaceId, month, no, by],
  )
  return rows[0] ?? null
}
