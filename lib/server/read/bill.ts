/** Bills of months: `GET /api/v1/bills`, one month of it, and the bill screens. */
import 'server-only'
import { addUsd, roundToCents, usdFromText, usdToText, ZERO_USD } from '../../core/money/usd'
import { correctionView, pricedPerMyriad } from '../../core/report/bill'
import { billCsv } from '../../core/report/bill-csv'
import type { BillSummary, BillView } from '../../core/report/bill-view'
import { isoOf, monthOf, monthPeriod } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { listCorrections } from '../db/bill-correction'
import { billFigures, frozenText } from '../db/bill-figures'
import { billingMonth, closedBill, listMonthStates, type MonthState, reopenedBills } from '../db/bill-month'
import { NO_FILTER, type SpendSums, sumSpend } from '../db/spend'
import { readConsistently } from '../db/transaction'
import { AppError } from '../errors'

/**
 * Of an open month the bill as it stands, of a closed one the bill as it was closed. Throws NOT_FOUND for text that is no
 * month; a month without usage is a bill without lines.
 */
export async function readBill(principal: Principal, input: { readonly month: string }): Promise<BillView> {
  authorise(principal, 'bills.read')
  const { workspaceId } = principal
  const { month } = input
  const period = monthPeriod(month)
  if (!period.ok) throw new AppError('NOT_FOUND', 'There is no such bill.', { remedy: 'Name a month like 2026-09.' })
  return await readConsistently(async (connection) => {
    const state = await billingMonth(connection, workspaceId, month)
    const frozen = state.status === 'closed' ? await closedBill(connection, workspaceId, month, state.version) : null
    const figures =
      frozen?.figures ??
      (await billFigures(connection, workspaceId, { month, period: period.value, closedVersion: null }))
    const digest = frozen === null ? frozenText(figures).digest : Buffer.from(frozen.close.sha256, 'hex')
    const since =
      frozen === null
        ? []
        : await listCorrections(connection, workspaceId, {
            side: 'month',
            month,
            version: { is: 'equal', to: state.version },
          })
    return {
      ...figures,
      status: state.status,
      unfinished: month >= monthOf(Date.now()),
      digest: digest.toString('hex'),
      review:
        state.reviewedAt === null || state.reviewedBy === null
          ? null
          : {
              reviewed_at: isoOf(state.reviewedAt.getTime()),
              reviewed_by: state.reviewedBy,
              changed: state.reviewedDigest === null || !digest.equals(state.reviewedDigest),
            },
      close: frozen?.close ?? null,
      reopened: await reopenedBills(connection, workspaceId, month),
      since_close: since.map(correctionView),
    }
  })
}

/** The same bill as CSV text. */
export async function readBillCsv(principal: Principal, input: { readonly month: string }): Promise<string> {
  return billCsv(await readBill(principal, input))
}

/** Every month with usage or a bill of its own, newest first. */
export async function listBills(principal: Principal): Promise<BillSummary[]> {
  authorise(principal, 'bills.read')
  const { workspaceId } = principal
  const { usage, states } = await readConsistently(async (connection) => ({
    usage: await sumSpend(connection, workspaceId, {
      fromMs: null,
      toMs: null,
      groups: [{ kind: 'time', unit: 'month' }],
      filter: NO_FILTER,
      offset: 0,
      limit: null,
    }),
    states: await listMonthStates(connection, workspaceId),
  }))
  const byMonth = new Map(states.map((state) => [state.month, state]))
  const used = new Map(usage.map((row) => [String(row.keys[0]), row]))
  const current = monthOf(Date.now())
  return [...new Set([...used.keys(), ...byMonth.keys()])]
    .sort()
    .reverse()
    .map((month) => summaryOf(month, used.get(month) ?? null, byMonth.get(month) ?? null, current))
}

function summaryOf(month: string, row: SpendSums | null, state: MonthState | null, currentMonth: string): BillSummary {
  const said = { month, status: state?.status ?? 'open', unfinished: month >= currentMonth, currency: 'USD' } as const
  if (state !== null && state.frozen !== null) {
    const { total, exact_total, records, coverage } = state.frozen
    const { requests: unpriced_requests, priced_per_myriad } = coverage
    return { ...said, total, exact_total, records, unpriced_requests, priced_per_myriad }
  }
  const others = state?.others ?? null
  const isKnown = row === null || row.records !== row.unpricedRecords || others !== null
  const exact = addUsd(
    row === null ? ZERO_USD : usdFromText(row.cost),
    others === null ? ZERO_USD : usdFromText(others),
  )
  const tokens = row === null ? [] : [row.input, row.cacheRead, row.cacheWrite5m, row.cacheWrite1h, row.output]
  return {
    ...said,
    total: isKnown ? usdToText(roundToCents(exact)) : null,
    exact_total: isKnown ? usdToText(exact) : null,
    records: row?.records ?? '0',
    unpriced_requests: row?.unpricedRequests ?? '0',
    priced_per_myriad: pricedPerMyriad(
      tokens.reduce((sum, one) => sum + BigInt(one), 0n),
      row === null ? 0n : BigInt(row.unpricedTokens),
    ),
  }
}
