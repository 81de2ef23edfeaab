/** Why a month costs more or less than the one before: `GET /api/v1/bills/2026-09/changes` and its screen. */
import 'server-only'
import { usdFromText } from '../../core/money/usd'
import { type Anomaly, type DaySpend, findAnomalies } from '../../core/report/anomaly'
import { type BillChangeView, buildBillChange } from '../../core/report/bill-change'
import { shiftMonth } from '../../core/report/period-choice'
import { DAY_MS, type InstantMs, monthOf, monthPeriod, type Period } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { sumBill } from '../db/bill'
import { billRowsOf } from '../db/bill-rows'
import type { Queryable } from '../db/pool'
import { NO_FILTER, type SpendSums, sumSpend } from '../db/spend'
import { readConsistently } from '../db/transaction'
import { AppError } from '../errors'

const DAYS_TO_COMPARE = 28

/**
 * Throws NOT_FOUND for text that is no month. A month that is not over is compared with as many days of the month before
 * as it has begun.
 */
export async function readBillChange(principal: Principal, input: { readonly month: string }): Promise<BillChangeView> {
  authorise(principal, 'bills.read')
  const nowMs = Date.now()
  const beforeMonth = monthPeriod(input.month).ok ? shiftMonth(input.month, -1) : ''
  const period = monthPeriod(input.month)
  const whole = monthPeriod(beforeMonth)
  if (!period.ok || !whole.ok) {
    throw new AppError('NOT_FOUND', 'There is no such bill.', { remedy: 'Name a month like 2026-09.' })
  }
  const days = input.month === monthOf(nowMs) ? Math.floor((nowMs - period.value.startMs) / DAY_MS) + 1 : null
  const endMs = days === null ? whole.value.endMs : whole.value.startMs + days * DAY_MS
  const before: Period = { startMs: whole.value.startMs, endMs: Math.min(endMs, whole.value.endMs) }
  return await readConsistently(async (connection) => {
    const rows = async (span: Period) =>
      await billRowsOf(
        connection,
        principal.workspaceId,
        await sumBill(connection, principal.workspaceId, span, 'project'),
      )
    return buildBillChange({
      month: input.month,
      beforeMonth,
      days,
      before: await rows(before),
      after: await rows(period.value),
      beforeEndMs: before.endMs,
      anomalies: await anomaliesOf(connection, principal.workspaceId, period.value, nowMs),
    })
  })
}

/** Days that are not over are not compared with whole ones. */
export async function anomaliesOf(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  nowMs: InstantMs,
): Promise<Anomaly[]> {
  const rows = await sumSpend(connection, workspaceId, {
    fromMs: period.startMs - DAYS_TO_COMPARE * DAY_MS,
    toMs: period.endMs,
    groups: [
      { kind: 'time', unit: 'day' },
      { kind: 'dimension', name: 'project' },
      { kind: 'dimension', name: 'host' },
      { kind: 'dimension', name: 'model' },
    ],
    filter: NO_FILTER,
    offset: 0,
    limit: null,
  })
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS
  return findAnomalies(rows.map(dayOf), { startMs: period.startMs, endMs: Math.min(period.endMs, today) })
}

function dayOf(row: SpendSums): DaySpend {
  return {
    dayMs: Date.parse(`${row.keys[0] ?? ''}T00:00:00Z`),
    project: row.keys[1] ?? null,
    host: row.keys[2] ?? '',
    model: row.keys[3] ?? '',
    cost: usdFromText(row.cost),
    requests: row.uncountedRecords === '0' ? BigInt(row.requests) : null,
    promptTokens: BigInt(row.input) + BigInt(row.cacheRead) + BigInt(row.cacheWrite5m) + BigInt(row.cacheWrite1h),
    outputTokens: BigInt(row.output),
  }
}
