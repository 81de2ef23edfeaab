/**
 * Billed cost of a month: what reconciliation starts from. `readBilledMonth` sets each host's bill beside the computed cost of
 * the same days; `readBilledLines` gives the bill by host × day × line. Only lines that count now (the latest statement) and
 * only services that serve models; usage and billed cost are never added.
 */
import 'server-only'
import { type BilledLine, type BilledMonth, compareBilled } from '../../core/report/billed-view'
import { monthPeriod, type Period } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { billedLines, computedDays } from '../db/billed-cost'
import { readConsistently } from '../db/transaction'
import { AppError } from '../errors'

/** Throws NOT_FOUND for text that is no month. */
export async function readBilledMonth(principal: Principal, input: { readonly month: string }): Promise<BilledMonth> {
  authorise(principal, 'bills.read')
  const { workspaceId } = principal
  const period = periodOf(input.month)
  return await readConsistently(async (connection) => {
    const lines = await billedLines(connection, workspaceId, period)
    const hosts = [...new Set(lines.map((line) => line.host))]
    const computed = hosts.length === 0 ? [] : await computedDays(connection, workspaceId, period, hosts)
    return compareBilled(input.month, lines, computed)
  })
}

/** Throws NOT_FOUND for text that is no month. */
export async function readBilledLines(
  principal: Principal,
  input: { readonly month: string },
): Promise<{ readonly month: string; readonly lines: readonly BilledLine[] }> {
  authorise(principal, 'bills.read')
  const period = periodOf(input.month)
  const lines = await readConsistently((connection) => billedLines(connection, principal.workspaceId, period))
  return { month: input.month, lines }
}

function periodOf(month: string): Period {
  const period = monthPeriod(month)
  if (period.ok) return period.value
  throw new AppError('NOT_FOUND', 'There is no such month.', { remedy: 'Name a month like 2026-09.' })
}
