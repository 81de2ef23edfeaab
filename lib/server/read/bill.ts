/** Bills of months: `GET /api/v1/bills`, one month of it, and the bill screens. */
import 'server-only'
import { roundToCents, usdFromText, usdToText } from '../../core/money/usd'
import { type BillSummary, type BillView, buildBill, pricedPerMyriad } from '../../core/report/bill'
import { billCsv } from '../../core/report/bill-csv'
import { monthOf, monthPeriod } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { sumBill } from '../db/bill'
import { pool } from '../db/pool'
import { NO_FILTER, type SpendSums, sumSpend } from '../db/spend'
import { readConsistently } from '../db/transaction'
import { AppError } from '../errors'
import { billRowsOf } from './bill-rows'

/** Throws NOT_FOUND for text that is no month; a month without usage is a bill without lines. */
export async function readBill(principal: Principal, input: { readonly month: string }): Promise<BillView> {
  authorise(principal, 'bills.read')
  const { workspaceId } = principal
  const period = monthPeriod(input.month)
  if (!period.ok) throw new AppError('NOT_FOUND', 'There is no such bill.', { remedy: 'Name a month like 2026-09.' })
  const rows = await readConsistently(async (connection) => {
    return await billRowsOf(connection, workspaceId, await sumBill(connection, workspaceId, period.value))
  })
  return buildBill(input.month, rows, Date.now())
}

/** The same bill as CSV text. */
export async function readBillCsv(principal: Principal, input: { readonly month: string }): Promise<string> {
  return billCsv(await readBill(principal, input))
}

/** Every month with usage, newest first. */
export async function listBills(principal: Principal): Promise<BillSummary[]> {
  authorise(principal, 'bills.read')
  const rows = await sumSpend(pool(), principal.workspaceId, {
    fromMs: null,
    toMs: null,
    groups: [{ kind: 'time', unit: 'month' }],
    filter: NO_FILTER,
    offset: 0,
    limit: null,
  })
  const current = monthOf(Date.now())
  return rows.map((row) => summaryOf(row, current)).reverse()
}

function summaryOf(row: SpendSums, currentMonth: string): BillSummary {
  const month = row.keys[0]
  if (typeof month !== 'string') throw new Error('a month without a name')
  const isKnown = row.records !== row.unpricedRecords
  const tokens = [row.input, row.cacheRead, row.cacheWrite5m, row.cacheWrite1h, row.output]
  return {
    month,
    status: 'open',
    unfinished: month >= currentMonth,
    currency: 'USD',
    total: isKnown ? usdToText(roundToCents(usdFromText(row.cost))) : null,
    exact_total: isKnown ? row.cost : null,
    records: row.records,
    unpriced_requests: row.unpricedRequests,
    priced_per_myriad: pricedPerMyriad(
      tokens.reduce((sum, one) => sum + BigInt(one), 0n),
      BigInt(row.unpricedTokens),
    ),
  }
}
