/** A host's invoice as finance types it in, to hold beside our figures. It changes no bill, so a closed month takes one too. */
import 'server-only'
import { z } from 'zod'
import { parseUsd, sumUsd, type Usd, usdFromAtto, usdToText } from '../../core/money/usd'
import { monthPeriod } from '../../core/time/instant'
import { isMeter } from '../../core/usage/meter'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { inTransaction } from '../db/pool'
import { insertInvoice, invoiceOfNumber, removeInvoice, setTolerance } from '../db/provider-invoice'
import { AppError } from '../errors'

const MOST_LINES = 2_000
const amountText = z.string().regex(/^-?\d{1,12}(\.\d{1,18})?$/, 'is an amount as decimal text, like "-12.40"')

export const invoiceInput = z.strictObject({
  host: z.string().trim().min(1).max(100),
  /** The host's own number of the invoice. */
  number: z.string().trim().max(200).default(''),
  /** Of every line: compared with the usage priced in it, and in no total of another. */
  currency: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{3}$/, 'is a currency of three letters, like CNY')
    .default('USD'),
  lines: z
    .array(
      z.strictObject({
        category: z.enum(['usage', 'credit', 'tax', 'other']).default('usage'),
        model: z.string().trim().min(1).max(300).nullable().default(null),
        meter: z.string().refine(isMeter, 'is not a meter').nullable().default(null),
        /** In units of the meter: tokens, calls. */
        quantity: z
          .union([z.int().nonnegative(), z.string().regex(/^\d{1,30}$/, 'is a whole number')])
          .nullable()
          .default(null),
        amount: amountText,
      }),
    )
    .min(1, 'an invoice has at least one line')
    .max(MOST_LINES),
})

/** Throws CONFLICT for an invoice whose number the month has of that host already: entered twice it would count twice. */
export async function enterInvoice(
  principal: Principal,
  input: z.output<typeof invoiceInput> & { readonly month: string },
): Promise<{ readonly no: number }> {
  authorise(principal, 'bills.write')
  const { month, host, number, currency } = input
  requireMonth(month)
  const lines = input.lines.map((line) => ({
    ...line,
    quantity: line.quantity === null ? null : BigInt(line.quantity),
    amount: amountOf(line.amount),
    rounding: roundingOf(line.amount),
  }))
  return await inTransaction(async (connection) => {
    const known = await invoiceOfNumber(connection, principal.workspaceId, { month, host, number, currency })
    if (known !== null) {
      throw new AppError('CONFLICT', `Invoice ${number} of ${host} for ${month} is entered already.`, {
        reason: 'INVOICE_ENTERED',
        remedy: 'Load the page again to see it. To correct it, remove it and enter it anew.',
      })
    }
    const no = await insertInvoice(connection, principal.workspaceId, {
      month,
      host,
      number,
      currency,
      by: principal.actor,
      lines,
    })
    const amount = usdToText(sumUsd(lines.map((line) => line.amount)))
    await writeAudit(connection, principal, 'invoice.enter', `invoice of ${host} for ${month}`, {
      no,
      number,
      currency,
      amount,
    })
    return { no }
  })
}

/** Throws NOT_FOUND. */
export async function withdrawInvoice(
  principal: Principal,
  input: { readonly month: string; readonly no: string },
): Promise<void> {
  authorise(principal, 'bills.write')
  const no = /^\d{1,9}$/.test(input.no) ? Number.parseInt(input.no, 10) : 0
  await inTransaction(async (connection) => {
    if (!(await removeInvoice(connection, principal.workspaceId, input.month, no, principal.actor))) {
      throw new AppError('NOT_FOUND', 'There is no such invoice.')
    }
    await writeAudit(connection, principal, 'invoice.remove', `invoice for ${input.month}`, { no })
  })
}

export const toleranceInput = z.strictObject({
  amount: z.string().regex(/^\d{1,12}(\.\d{1,18})?$/, 'is dollars as decimal text, like "0.05"'),
  per_myriad: z.int().min(0).max(10_000),
})

/** Sets from which gap on the workspace wants to hear of it. */
export async function changeTolerance(
  principal: Principal,
  input: z.output<typeof toleranceInput>,
): Promise<{ readonly amount: string; readonly per_myriad: number }> {
  authorise(principal, 'bills.write')
  const amount = amountOf(input.amount)
  return await inTransaction(async (connection) => {
    await setTolerance(connection, principal.workspaceId, amount, input.per_myriad)
    const said = { amount: usdToText(amount), per_myriad: input.per_myriad }
    await writeAudit(connection, principal, 'invoice.tolerance', 'tolerance of gaps', said)
    return said
  })
}

function requireMonth(month: string): void {
  if (!monthPeriod(month).ok) {
    throw new AppError('NOT_FOUND', 'There is no such bill.', { remedy: 'Name a month like 2026-09.' })
  }
}

function amountOf(text: string): Usd {
  const parsed = parseUsd(text)
  if (parsed.ok) return parsed.value
  throw new AppError('UNPROCESSABLE', `${JSON.stringify(text)} is no amount.`, { reason: 'AMOUNT_INVALID' })
}

/** Half a unit of the last place; an invoice prints cents at least. */
function roundingOf(text: string): Usd {
  const places = Math.max(2, text.split('.')[1]?.length ?? 0)
  return usdFromAtto(10n ** BigInt(18 - places) / 2n)
}
