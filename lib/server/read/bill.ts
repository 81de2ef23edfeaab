/** Bills of months: `GET /api/v1/bills`, one month of it, and the bill screens. */
import 'server-only'
import { addUsd, roundToCents, usdFromText, usdToText, ZERO_USD } from '../../core/money/usd'
import { pricedPerMyriad } from '../../core/report/bill'
import { correctionView } from '../../core/report/bill-book'
import { billCsv } from '../../core/report/bill-csv'
import type { BillSummary, BillView } from '../../core/report/bill-view'
import { isoOf, monthOf, monthPeriod, type Period } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import type { PricedQuery } from '../db/bill'
import { listCorrections } from '../db/bill-correction-list'
import { billFigures, frozenText } from '../db/bill-figures'
import { billingMonth, closedBill, listMonthStates, type MonthState, reopenedBills } from '../db/bill-month'
import { type CurrencySum, otherCurrencySums } from '../db/other-currency'
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
  const period = billPeriod(month)
  return await readConsistently(async (connection) => {
    const state = await billingMonth(connection, workspaceId, month)
    const frozen = state.status === 'closed' ? await closedBill(connection, workspaceId, month, state.version) : null
    const figures =
      frozen?.figures ?? (await billFigures(connection, workspaceId, { month, period, closedVersion: null }))
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

/** Throws NOT_FOUND for text that is no month. */
export function billPeriod(month: string): Period {
  const period = monthPeriod(month)
  if (period.ok) return period.value
  throw new AppError('NOT_FOUND', 'There is no such bill.', { remedy: 'Name a month like 2026-09.' })
}

/** The same bill as CSV text. */
export async function readBillCsv(principal: Principal, input: { readonly month: string }): Promise<string> {
  return billCsv(await readBill(principal, input))
}

const EVERY_MONTH: PricedQuery = {
  fromMs: null,
  toMs: null,
  filter: NO_FILTER,
  groups: [{ kind: 'time', unit: 'month' }],
}

/** Every month with usage or a bill of its own, newest first. */
export async function listBills(principal: Principal): Promise<BillSummary[]> {
  authorise(principal, 'bills.read')
  const { workspaceId } = principal
  const { usage, states, foreign } = await readConsistently(async (connection) => ({
    usage: await sumSpend(connection, workspaceId, {
      fromMs: null,
      toMs: null,
      groups: [{ kind: 'time', unit: 'month' }],
      filter: NO_FILTER,
      offset: 0,
      limit: null,
    }),
    states: await listMonthStates(connection, workspaceId),
    foreign: await otherCurrencySums(connection, workspaceId, EVERY_MONTH),
  }))
  const byMonth = new Map(states.map((state) => [state.month, state]))
  const used = new Map(usage.map((row) => [String(row.keys[0]), row]))
  const current = monthOf(Date.now())
  return [...new Set([...used.keys(), ...byMonth.keys()])]
    .sort()
    .reverse()
    .map((month) => {
      const others = foreign.filter((one) => one.keys[0] === month)
      return summaryOf(month, used.get(month) ?? null, byMonth.get(month) ?? null, { current, others })
    })
}

function summaryOf(
  month: string,
  row: SpendSums | null,
  state: MonthState | null,
  { current, others: foreign }: { readonly current: string; readonly others: readonly CurrencySum[] },
): BillSummary {
  const said = { month, status: state?.status ?? 'open', unfinished: month >= current, currency: 'USD' } as const
  if (state !== null && state.frozen !== null) {
    const { total, exact_total, records, coverage } = state.frozen
    const { requests: unpriced_requests, priced_per_myriad } = coverage
    const other_currencies = (state.frozen.other_currencies ?? []).map(({ currency, exact_total: exact }) => ({
      currency,
      exact_total: exact,
    }))
    return { ...said, total, exact_total, records, unpriced_requests, priced_per_myriad, other_currencies }
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
    unpriced_requests: less(row?.unpricedRequests, foreign, (one) => one.unpricedRequests).toString(),
    priced_per_myriad: pricedPerMyriad(
      tokens.reduce((sum, one) => sum + BigInt(one), 0n),
      less(row?.unpricedTokens, foreign, (one) => one.unpricedTokens),
    ),
    other_currencies: foreign.map(({ currency, amount }) => ({ currency, exact_total: usdToText(amount) })),
  }
}

/** A count of what has no dollar amount, less what is priced in another currency. */
function less(text: string | undefined, foreign: readonly CurrencySum[], of: (sum: CurrencySum) => bigint): bigint {
  return foreign.reduce((left, one) => left - of(one), BigInt(text ?? '0'))
}
