/** What no usage explains on a bill: credits, taxes, commitments, prepaid balance. Entered while the month is open. */
import 'server-only'
import { z } from 'zod'
import { parseUsd, type Usd, usdToText } from '../../core/money/usd'
import { ADJUSTMENT_KINDS, type AdjustmentKind } from '../../core/report/bill-view'
import { monthPeriod } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { insertAdjustment, removeAdjustment } from '../db/bill-adjustment'
import { lockClosedMonths } from '../db/bill-correction'
import { type Connection, inTransaction } from '../db/pool'
import { AppError } from '../errors'

const MOST = 10n ** 12n * 10n ** 18n

export const adjustInput = z.strictObject({
  kind: z.enum(ADJUSTMENT_KINDS),
  /** Dollars added to the bill: below zero for what lowers it. */
  amount: z.string().max(40),
  host: z.string().trim().min(1).max(100).nullable().default(null),
  reason: z.string().trim().min(1, 'says why').max(1_000),
})

/** Which way an amount of a kind goes; the others go both. */
const SIGN: Partial<Readonly<Record<AdjustmentKind, 1 | -1>>> = { credit: -1, prepaid: -1, tax: 1 }

/** Throws UNPROCESSABLE for an amount that is none or goes the wrong way, CONFLICT when the month is closed. */
export async function adjustBill(
  principal: Principal,
  input: z.output<typeof adjustInput> & { readonly month: string },
): Promise<{ readonly no: number }> {
  authorise(principal, 'bills.write')
  const { month, kind, host, reason } = input
  const amount = amountOf(kind, input.amount)
  return await whileOpen(principal, month, async (connection) => {
    const no = await insertAdjustment(connection, principal.workspaceId, {
      month,
      kind,
      host,
      amount,
      reason,
      by: principal.actor,
    })
    const detail = { no, kind, amount: usdToText(amount), reason, ...(host === null ? {} : { host }) }
    await writeAudit(connection, principal, 'bill.adjust', `bill ${month}`, detail)
    return { no }
  })
}

/** Throws NOT_FOUND, and CONFLICT when the month is closed. */
export async function unadjustBill(
  principal: Principal,
  input: { readonly month: string; readonly no: string },
): Promise<void> {
  authorise(principal, 'bills.write')
  const { month } = input
  const no = /^\d{1,9}$/.test(input.no) ? Number.parseInt(input.no, 10) : 0
  await whileOpen(principal, month, async (connection) => {
    const removed = await removeAdjustment(connection, principal.workspaceId, month, no, principal.actor)
    if (removed === null) throw new AppError('NOT_FOUND', 'There is no such adjustment.')
    await writeAudit(connection, principal, 'bill.unadjust', `bill ${month}`, { no, ...removed })
  })
}

async function whileOpen<T>(
  principal: Principal,
  month: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  if (!monthPeriod(month).ok) throw new AppError('NOT_FOUND', 'There is no such bill.')
  return await inTransaction(async (connection) => {
    const closed = await lockClosedMonths(connection, principal.workspaceId)
    if (closed.has(month)) {
      throw new AppError('CONFLICT', `${month} is closed; its bill does not change.`, {
        reason: 'MONTH_CLOSED',
        remedy: 'Enter the adjustment in the open month, or have another person of finance reopen this one.',
      })
    }
    return await work(connection)
  })
}

function amountOf(kind: AdjustmentKind, text: string): Usd {
  const parsed = parseUsd(text.trim())
  const refused = (message: string) =>
    new AppError('UNPROCESSABLE', message, {
      reason: 'AMOUNT_INVALID',
      remedy: 'Give dollars as decimal text, like "-12.40".',
    })
  if (!parsed.ok) throw refused(`${JSON.stringify(text)} is no amount with at most 18 decimal places.`)
  const amount = parsed.value
  if (amount === 0n || amount >= MOST || amount <= -MOST) throw refused('The amount is zero or beyond 10^12 dollars.')
  const sign = SIGN[kind]
  if (sign !== undefined && amount > 0n !== sign > 0) {
    throw refused(sign > 0 ? `A ${kind} raises the bill.` : `A ${kind} lowers the bill: its amount is below zero.`)
  }
  return amount
}
