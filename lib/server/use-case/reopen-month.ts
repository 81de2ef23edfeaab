/**
 * Opens a closed month again: by somebody else than who closed it, with a reason. Its closed version stays readable;
 * corrections that no closed month has billed yet go back into the month itself.
 */
import 'server-only'
import { z } from 'zod'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { withdrawCorrections } from '../db/bill-correction'
import { billingMonth, closedBill, setReopened } from '../db/bill-month'
import { inTransaction } from '../db/pool'
import { AppError } from '../errors'
import { takeBills } from './close-month'

export const reopenInput = z.strictObject({ reason: z.string().trim().max(1_000).default('') })

/** Throws UNPROCESSABLE without a reason, CONFLICT when the month is not closed, FORBIDDEN to who closed it. */
export async function reopenMonth(
  principal: Principal,
  input: z.output<typeof reopenInput> & { readonly month: string },
): Promise<{ readonly version: number }> {
  authorise(principal, 'bills.write')
  const { workspaceId, actor } = principal
  const { month, reason } = input
  if (reason === '') {
    throw new AppError('UNPROCESSABLE', 'Reopening a month needs a reason.', {
      reason: 'REASON_MISSING',
      remedy: 'Say in "reason" why; the bill and the audit log keep it.',
    })
  }
  return await inTransaction(async (connection) => {
    await takeBills(connection, workspaceId)
    const { status, version } = await billingMonth(connection, workspaceId, month)
    if (status !== 'closed') {
      throw new AppError('CONFLICT', `${month} is not closed.`, { reason: 'MONTH_OPEN' })
    }
    const { close, closedByUser } = await closedBill(connection, workspaceId, month, version)
    if (close.closed_by === actor || (closedByUser !== null && closedByUser === principal.userId)) {
      throw new AppError('FORBIDDEN', 'Who closed a month cannot reopen it.', {
        reason: 'SECOND_PERSON_NEEDED',
        remedy: 'Ask another member with the role finance.',
      })
    }
    await setReopened(connection, workspaceId, month, actor, reason)
    await withdrawCorrections(connection, workspaceId, month)
    await writeAudit(connection, principal, 'bill.reopen', `bill ${month}`, {
      version,
      reason,
      sha256: close.sha256,
      closed_by: close.closed_by,
    })
    return { version }
  })
}
