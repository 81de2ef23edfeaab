/** States of months, and the bills of closed ones as they were frozen. */
import 'server-only'
import { figuresOf } from '../../core/report/bill-digest'
import type { BillCloseView, BillFigures, BillReopenView, BillStatus } from '../../core/report/bill-view'
import { isoOf } from '../../core/time/instant'
import type { BillText } from './bill-figures'
import type { Connection, Queryable } from './pool'
import { lockBills } from './workspace-lock'

export interface BillingMonth {
  readonly status: BillStatus
  /** The version closed last; 0 before the first close. */
  readonly version: number
  readonly reviewedAt: Date | null
  readonly reviewedBy: string | null
  readonly reviewedDigest: Buffer | null
}

const NEVER_TOUCHED: BillingMonth = {
  status: 'open',
  version: 0,
  reviewedAt: null,
  reviewedBy: null,
  reviewedDigest: null,
}

export async function billingMonth(connection: Queryable, workspaceId: number, month: string): Promise<BillingMonth> {
  const { rows } = await connection.query<BillingMonth>(
    `SELECT status, version, reviewed_at AS "reviewedAt", reviewed_by AS "reviewedBy", reviewed_digest AS "reviewedDigest"
     FROM billing_month WHERE workspace_id = $1 AND month = $2`,
    [workspaceId, month],
  )
  return rows[0] ?? NEVER_TOUCHED
}

/**
 * Takes the bills of the workspace for this transaction alone: no usage is committed and no other month is closed until
 * it ends. False when writers hold them for longer than the wait; then the transaction is of no use.
 */
export async function tryTakeBills(connection: Connection, workspaceId: number): Promise<boolean> {
  await connection.query(`SET LOCAL lock_timeout = '30s'`)
  try {
    await lockBills(connection, workspaceId, 'alone')
  } catch (error) {
    if ((error as { code?: unknown }).code === '55P03') return false
    throw error
  }
  await connection.query('SET LOCAL lock_timeout = 0')
  return true
}

/** By the database's clock. */
export async function hasPassed(connection: Queryable, ms: number): Promise<boolean> {
  const { rows } = await connection.query<{ over: boolean }>('SELECT now() >= $1 AS over', [new Date(ms)])
  return rows[0]?.over === true
}

export async function setReviewed(
  connection: Queryable,
  workspaceId: number,
  month: string,
  by: string,
  digest: Buffer,
): Promise<void> {
  await connection.query(
    `INSERT INTO billing_month (workspace_id, month, status, reviewed_at, reviewed_by, reviewed_digest)
     VALUES ($1, $2, 'reviewed', now(), $3, $4)
     ON CONFLICT (workspace_id, month) DO UPDATE SET status = 'reviewed', reviewed_at = now(), reviewed_by = $3, reviewed_digest = $4`,
    [workspaceId, month, by, digest],
  )
}

/** Freezes the bill; answers its version. The caller has taken the bills and knows that the month is not closed. */
export async function insertClosedBill(
  connection: Queryable,
  workspaceId: number,
  month: string,
  bill: BillText,
  by: { readonly actor: string; readonly userId: number | null },
  note: string | null,
): Promise<number> {
  const { rows } = await connection.query<{ version: number }>(
    `INSERT INTO billing_month AS m (workspace_id, month, status, version) VALUES ($1, $2, 'closed', 1)
     ON CONFLICT (workspace_id, month) DO UPDATE SET status = 'closed', version = m.version + 1 RETURNING version`,
    [workspaceId, month],
  )
  const version = rows[0]?.version
  if (version === undefined) throw new Error('a month could not be closed')
  await connection.query(
    `INSERT INTO closed_bill (workspace_id, month, version, document, sha256, closed_by, closed_by_user, note)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [workspaceId, month, version, bill.text, bill.digest, by.actor, by.userId, note],
  )
  return version
}

export async function setReopened(
  connection: Queryable,
  workspaceId: number,
  month: string,
  by: string,
  reason: string,
): Promise<void> {
  await connection.query(
    `UPDATE closed_bill c SET reopened_at = now(), reopened_by = $3, reopen_reason = $4
     FROM billing_month m WHERE m.workspace_id = $1 AND m.month = $2
       AND c.workspace_id = $1 AND c.month = $2 AND c.version = m.version`,
    [workspaceId, month, by, reason],
  )
  await connection.query(
    `UPDATE billing_month SET status = 'open', reviewed_at = NULL, reviewed_by = NULL, reviewed_digest = NULL
     WHERE workspace_id = $1 AND month = $2`,
    [workspaceId, month],
  )
}

export interface ClosedBill {
  readonly figures: BillFigures
  readonly close: BillCloseView
  readonly closedByUser: number | null
}

interface ClosedRow {
  readonly workspace_id: number
  readonly month: string
  readonly version: number
  readonly document: string
  readonly sha256: Buffer
  readonly closed_at: Date
  readonly closed_by: string
  readonly closed_by_user: number | null
  readonly verified_at: Date | null
  readonly fault: string | null
  readonly note: string | null
}

/** The bill of a closed month as it was frozen. */
export async function closedBill(
  connection: Queryable,
  workspaceId: number,
  month: string,
  version: number,
): Promise<ClosedBill> {
  const { rows } = await connection.query<ClosedRow>(
    'SELECT * FROM closed_bill WHERE workspace_id = $1 AND month = $2 AND version = $3',
    [workspaceId, month, version],
  )
  const row = rows[0]
  if (row === undefined) throw new Error(`the bill of ${month} is closed and version ${version} is absent`)
  return {
    figures: figuresOf(row.document),
    close: {
      version: row.version,
      closed_at: isoOf(row.closed_at.getTime()),
      closed_by: row.closed_by,
      sha256: row.sha256.toString('hex'),
      verified_at: row.verified_at === null ? null : isoOf(row.verified_at.getTime()),
      fault: row.fault,
      note: row.note,
    },
    closedByUser: row.closed_by_user,
  }
}

/** Versions of a month that were reopened, newest first. */
export async function reopenedBills(
  connection: Queryable,
  workspaceId: number,
  month: string,
): Promise<BillReopenView[]> {
  const { rows } = await connection.query<{
    version: number
    reopened_at: Date
    reopened_by: string
    reopen_reason: string
  }>(
    `SELECT version, reopened_at, reopened_by, reopen_reason FROM closed_bill
     WHERE workspace_id = $1 AND month = $2 AND reopened_at IS NOT NULL ORDER BY version DESC`,
    [workspaceId, month],
  )
  return rows.map((row) => ({
    version: row.version,
    reopened_at: isoOf(row.reopened_at.getTime()),
    reopened_by: row.reopened_by,
    reason: row.reopen_reason,
  }))
}

/** A month of the list of bills, as far as it is not what its usage alone says. */
export interface MonthState {
  readonly month: string
  readonly status: BillStatus
  /** Null unless the month is closed. */
  readonly frozen:
    | (Pick<BillFigures, 'total' | 'exact_total' | 'records' | 'coverage'> & {
        readonly other_currencies: readonly { readonly currency: string; readonly exact_total: string }[] | null
      })
    | null
  /** Corrections billed here less those billed elsewhere, and adjustments; null when there are none. */
  readonly others: string | null
}

/** Months with a state, corrections or adjustments. */
export async function listMonthStates(connection: Queryable, workspaceId: number): Promise<MonthState[]> {
  const { rows } = await connection.query<MonthState>(
    `WITH others AS (
       SELECT month, sum(amount) AS amount FROM (
         SELECT billed_in AS month, cost AS amount FROM bill_correction WHERE workspace_id = $1 AND withdrawn_at IS NULL
         UNION ALL SELECT month, -cost FROM bill_correction WHERE workspace_id = $1 AND withdrawn_at IS NULL
         UNION ALL SELECT month, amount FROM bill_adjustment WHERE workspace_id = $1 AND removed_at IS NULL
       ) AS parts GROUP BY month
     )
     SELECT coalesce(m.month, o.month) AS month, coalesce(m.status, 'open') AS status, trim_scale(o.amount)::text AS others,
       CASE WHEN m.status = 'closed' THEN (
         SELECT jsonb_build_object('total', d -> 'total', 'exact_total', d -> 'exact_total', 'records', d -> 'records',
           'coverage', d -> 'coverage', 'other_currencies', d -> 'other_currencies')
         FROM (SELECT document::jsonb AS d FROM closed_bill c
               WHERE c.workspace_id = $1 AND c.month = m.month AND c.version = m.version) AS c
       ) END AS frozen
     FROM (SELECT * FROM billing_month WHERE workspace_id = $1) AS m FULL JOIN others o USING (month)`,
    [workspaceId],
  )
  return rows
}

/** Months that are closed now; they may be closed or reopened later. */
export async function closedMonths(connection: Queryable, workspaceId: number): Promise<ReadonlySet<string>> {
  const { rows } = await connection.query<{ month: string }>(
    `SELECT month FROM billing_month WHERE workspace_id = $1 AND status = 'closed'`,
    [workspaceId],
  )
  return new Set(rows.map(({ month }) => month))
}
