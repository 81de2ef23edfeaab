/**
 * Are closed bills what they were closed as? Each frozen text is compared with its hash, the one in force with the same
 * bill made anew from the sums less the corrections since, and who bears it with its own hash and with the bill.
 */
import 'server-only'
import { figuresOf, frozenDifference } from '../../core/report/bill-digest'
import type { BillFigures } from '../../core/report/bill-view'
import { monthPeriod } from '../../core/time/instant'
import { billFigures, digestOf, type FiguresOf } from './bill-figures'
import { closedChargebackFault } from './closed-chargeback'
import type { Queryable } from './pool'

export interface CheckedBill {
  readonly workspaceId: number
  readonly month: string
  readonly version: number
  /** Null when it is as it was closed. */
  readonly fault: { readonly what: string; readonly expected: string; readonly actual: string } | null
}

/** Call inside a transaction that sees one state. `workspaceId` null checks all of them, reopened versions too. */
export async function checkClosedBills(connection: Queryable, workspaceId: number | null): Promise<CheckedBill[]> {
  const { rows } = await connection.query<{ workspace_id: number; month: string; version: number; in_force: boolean }>(
    `SELECT c.workspace_id, c.month, c.version, m.status = 'closed' AND m.version = c.version AS in_force
     FROM closed_bill c JOIN billing_month m USING (workspace_id, month)
     WHERE $1::int IS NULL OR c.workspace_id = $1 ORDER BY 1, 2, 3`,
    [workspaceId],
  )
  const checked: CheckedBill[] = []
  for (const { workspace_id, month, version, in_force } of rows) {
    const fault = await faultOf(connection, { workspaceId: workspace_id, month, version, inForce: in_force })
    checked.push({ workspaceId: workspace_id, month, version, fault })
  }
  return checked
}

async function faultOf(
  connection: Queryable,
  bill: { readonly workspaceId: number; readonly month: string; readonly version: number; readonly inForce: boolean },
): Promise<CheckedBill['fault']> {
  const { workspaceId, month, version } = bill
  const { rows } = await connection.query<{ document: string; sha256: Buffer }>(
    'SELECT document, sha256 FROM closed_bill WHERE workspace_id = $1 AND month = $2 AND version = $3',
    [workspaceId, month, version],
  )
  const stored = rows[0]
  if (stored === undefined) throw new Error('a closed bill went away while it was read')
  const actual = digestOf(stored.document)
  if (!actual.equals(stored.sha256)) {
    return { what: 'SHA-256 of the text', expected: stored.sha256.toString('hex'), actual: actual.toString('hex') }
  }
  const borne = await closedChargebackFault(connection, workspaceId, { month, version }, figuresOf(stored.document))
  if (borne !== null) return borne
  if (!bill.inForce) return null
  const period = monthPeriod(month)
  if (!period.ok) throw new RangeError(`not a month: ${month}`)
  const fresh = await madeAnew(connection, workspaceId, { month, period: period.value, closedVersion: version })
  if ('broken' in fresh)
    return { what: 'the bill made anew', expected: 'lines that are their sums', actual: fresh.broken }
  const difference = frozenDifference(JSON.parse(stored.document), fresh)
  return difference === null ? null : { what: difference.place, expected: difference.frozen, actual: difference.fresh }
}

/** Sums so wrong that no bill can be made of them are a difference to be told, not the end of the comparison. */
async function madeAnew(
  connection: Queryable,
  workspaceId: number,
  of: FiguresOf,
): Promise<BillFigures | { readonly broken: string }> {
  try {
    return await billFigures(connection, workspaceId, of)
  } catch (error) {
    // What the database says (a lost connection, a time limit) is no finding about the bill.
    if (!(error instanceof Error) || 'code' in error) throw error
    return { broken: error.message }
  }
}

/** Whether some bill in force was not compared since three o'clock (UTC) of the last night. */
export async function isVerificationDue(connection: Queryable): Promise<boolean> {
  const { rows } = await connection.query<{ due: boolean }>(
    `SELECT EXISTS (
       SELECT 1 FROM closed_bill c JOIN billing_month m USING (workspace_id, month, version)
       WHERE m.status = 'closed' AND coalesce(c.verified_at, c.closed_at)
         < date_trunc('day', now() - interval '3 hours', 'UTC') + interval '3 hours') AS due`,
  )
  return rows[0]?.due === true
}

/** Notes the outcome; true when it is another than the last one. */
export async function noteVerified(connection: Queryable, bill: CheckedBill): Promise<boolean> {
  const { workspaceId, month, version } = bill
  const fault = bill.fault === null ? null : faultText(bill.fault)
  const { rows } = await connection.query<{ changed: boolean }>(
    `UPDATE closed_bill c SET verified_at = now(), fault = $4
     FROM (SELECT fault FROM closed_bill WHERE workspace_id = $1 AND month = $2 AND version = $3) AS before
     WHERE c.workspace_id = $1 AND c.month = $2 AND c.version = $3
     RETURNING before.fault IS DISTINCT FROM c.fault AS changed`,
    [workspaceId, month, version, fault],
  )
  return rows[0]?.changed === true
}

function faultText({ what, expected, actual }: NonNullable<CheckedBill['fault']>): string {
  return `${what}: expected ${expected}, found ${actual}`
}
