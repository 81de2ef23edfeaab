/**
 * A month on its way: finance looks at its bill and marks it reviewed, then closes it. Closing freezes the figures as
 * canonical text with its hash; whatever changes the month's usage afterwards is a correction in a month that is open.
 */
import 'server-only'
import { z } from 'zod'
import { usdToText } from '../../core/money/usd'
import type { BillFigures } from '../../core/report/bill-view'
import { closedChargebackOf } from '../../core/report/closed-chargeback'
import { gapOf, needsNote } from '../../core/report/cost-gap'
import { usdCents } from '../../core/report/format'
import { monthPeriod, type Period } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { type BillText, billFigures, frozenText } from '../db/bill-figures'
import {
  type BillingMonth,
  billingMonth,
  hasPassed,
  insertClosedBill,
  setReviewed,
  tryTakeBills,
} from '../db/bill-month'
import { insertClosedChargeback } from '../db/closed-chargeback'
import { costGaps } from '../db/cost-gap'
import { type Connection, inTransaction } from '../db/pool'
import { ownTolerance } from '../db/provider-invoice'
import { AppError } from '../errors'
import { chargebackInput } from '../read/chargeback'

export const reviewInput = z.strictObject({
  /** `digest` of the bill that was looked at: another bill is not closed. */
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'is 64 hexadecimal digits')
    .optional(),
})

export const closeInput = reviewInput.extend({
  /** Asked for where a host's own cost report says something else than was computed; kept with the closed bill. */
  note: z.string().trim().min(1, 'must not be empty').max(2_000).optional(),
})

type CloseInput = z.output<typeof closeInput> & { readonly month: string }

interface OpenBill {
  readonly connection: Connection
  readonly state: BillingMonth
  readonly period: Period
  readonly figures: BillFigures
  readonly bill: BillText
}

/** Notes that somebody of finance has looked at this very bill. Throws as `closeMonth` does. */
export async function reviewMonth(principal: Principal, input: CloseInput): Promise<{ readonly digest: string }> {
  return await withOpenBill(principal, input, async ({ connection, bill, figures }) => {
    await setReviewed(connection, principal.workspaceId, input.month, principal.actor, bill.digest)
    await writeAudit(connection, principal, 'bill.review', `bill ${input.month}`, {
      total: figures.total,
      sha256: bill.digest.toString('hex'),
    })
    return { digest: bill.digest.toString('hex') }
  })
}

/**
 * Throws NOT_FOUND for text that is no month, UNPROCESSABLE for a month that is not over, CONFLICT when it is closed
 * already, differs from what was looked at or reviewed, or usage is being written for too long.
 */
export async function closeMonth(
  principal: Principal,
  input: CloseInput,
): Promise<{ readonly version: number; readonly sha256: string; readonly total: string | null }> {
  return await withOpenBill(principal, input, async ({ connection, state, figures, bill, period }) => {
    if (state.status === 'reviewed' && state.reviewedDigest?.equals(bill.digest) !== true) {
      throw new AppError('CONFLICT', `The bill of ${input.month} changed since it was reviewed. Nothing was closed.`, {
        reason: 'CHANGED_SINCE_REVIEW',
        remedy: 'Look at the bill again, mark it reviewed, then close it.',
      })
    }
    const differing = await differingHosts(connection, principal.workspaceId, input.month)
    const note = input.note ?? null
    if (differing.length > 0 && note === null) {
      throw new AppError('UNPROCESSABLE', `${differing.join('; ')}. Nothing was closed.`, {
        reason: 'NOTE_REQUIRED',
        remedy: 'Say in the note what the difference is, or why it is accepted; the closed bill keeps it.',
      })
    }
    const sha256 = bill.digest.toString('hex')
    const version = await insertClosedBill(connection, principal.workspaceId, input.month, bill, principal, note)
    // Who bears the month is frozen with it: rules and sharing that change later are about months that are open.
    const chargeback = await insertClosedChargeback(
      connection,
      principal.workspaceId,
      { month: input.month, version },
      closedChargebackOf(
        await chargebackInput(
          connection,
          principal.workspaceId,
          { month: input.month, period, nowMs: Date.now() },
          figures,
        ),
        period,
      ),
    )
    await writeAudit(connection, principal, 'bill.close', `bill ${input.month}`, {
      version,
      total: figures.total,
      exact_total: figures.exact_total,
      sha256,
      ...(note === null ? {} : { note, differing }),
      chargeback_sha256: chargeback.toString('hex'),
    })
    return { version, sha256, total: figures.total }
  })
}

/** Where a host billed something else than was computed, as sentences. */
async function differingHosts(connection: Connection, workspaceId: number, month: string): Promise<string[]> {
  const tolerance = await ownTolerance(connection, workspaceId)
  return (await costGaps(connection, workspaceId, month))
    .filter((gap) => needsNote(gap, tolerance))
    .map((gap) => {
      const [billed, computed, apart] = [gap.billed, gap.computed, gapOf(gap)].map((one) => usdCents(usdToText(one)))
      return `${gap.host} billed ${billed}, computed is ${computed}: ${apart} apart`
    })
}

async function withOpenBill<T>(
  principal: Principal,
  input: CloseInput,
  work: (open: OpenBill) => Promise<T>,
): Promise<T> {
  authorise(principal, 'bills.write')
  const { workspaceId } = principal
  const { month } = input
  const period = monthPeriod(month)
  if (!period.ok) throw new AppError('NOT_FOUND', 'There is no such bill.', { remedy: 'Name a month like 2026-09.' })
  return await inTransaction(async (connection) => {
    await takeBills(connection, workspaceId)
    const state = await billingMonth(connection, workspaceId, month)
    if (state.status === 'closed') {
      throw new AppError('CONFLICT', `${month} is closed already.`, { reason: 'MONTH_CLOSED' })
    }
    if (!(await hasPassed(connection, period.value.endMs))) {
      throw new AppError('UNPROCESSABLE', `${month} is not over.`, {
        reason: 'MONTH_NOT_OVER',
        remedy: 'Close it when the next month has begun (UTC).',
      })
    }
    const figures = await billFigures(connection, workspaceId, { month, period: period.value, closedVersion: null })
    const bill = frozenText(figures)
    if (input.digest !== undefined && input.digest !== bill.digest.toString('hex')) {
      throw new AppError('CONFLICT', `The bill of ${month} says something else now. Nothing was changed.`, {
        reason: 'BILL_CHANGED',
        remedy: 'Load the bill again and look at what is different.',
      })
    }
    return await work({ connection, state, period: period.value, figures, bill })
  })
}

/** Throws CONFLICT when usage is being written for longer than half a minute. */
export async function takeBills(connection: Connection, workspaceId: number): Promise<void> {
  if (await tryTakeBills(connection, workspaceId)) return
  throw new AppError('CONFLICT', 'Usage is being written right now; nothing was changed.', {
    reason: 'IMPORT_RUNNING',
    remedy: 'Try again in a minute.',
    retryAfterSeconds: 30,
  })
}
