/** What the overview shows: months by one group, the headline, coverage and freshness. */
import 'server-only'
import { usdFromText } from '../../core/money/usd'
import { monthBounds, type PeriodChoice, shiftMonth } from '../../core/report/period-choice'
import {
  buildSpendOverview,
  type SpendGroup,
  type SpendOverview,
  type SpendOverviewInput,
  type SpendRow,
} from '../../core/report/spend-overview'
import { DAY_MS, type InstantMs, monthOf } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import type { Queryable } from '../db/pool'
import { lastHourByHost, lastRecordAt, NO_FILTER, type SpendGroupBy, type SpendSums, sumSpend } from '../db/spend'
import { readConsistently } from '../db/transaction'

export async function readOverview(
  principal: Principal,
  input: { readonly choice: PeriodChoice; readonly by: SpendGroup },
): Promise<SpendOverview> {
  authorise(principal, 'usage.read')
  const nowMs = Date.now()
  return await readConsistently(async (connection) => {
    return buildSpendOverview(await overviewInput(connection, principal.workspaceId, { ...input, nowMs }))
  })
}

async function overviewInput(
  connection: Queryable,
  workspaceId: number,
  asked: { readonly choice: PeriodChoice; readonly by: SpendGroup; readonly nowMs: InstantMs },
): Promise<SpendOverviewInput> {
  const { choice, by, nowMs } = asked
  const all = { filter: NO_FILTER, offset: 0, limit: null }
  const before = instantOf(monthBounds(shiftMonth(choice.lastMonth, -1)).from)
  const byMonth: SpendGroupBy[] = [
    { kind: 'time', unit: 'month' },
    { kind: 'dimension', name: by },
  ]
  const rows = await sumSpend(connection, workspaceId, {
    ...all,
    fromMs: Math.min(choice.period.startMs, before),
    toMs: choice.period.endMs,
    groups: byMonth,
  })
  const byModel = await sumSpend(connection, workspaceId, {
    ...all,
    fromMs: choice.period.startMs,
    toMs: choice.period.endMs,
    groups: [
      { kind: 'dimension', name: 'host' },
      { kind: 'dimension', name: 'model' },
    ],
  })
  const dataToMs = await lastRecordAt(connection, workspaceId)
  return {
    choice,
    by,
    nowMs,
    hasData: dataToMs !== null,
    rows: rows.map(rowOf),
    unpricedModels: byModel
      .filter((row) => row.unpricedRecords !== '0')
      .map((row) => ({
        host: row.keys[0] ?? '',
        model: row.keys[1] ?? '',
        requests: BigInt(row.unpricedRequests),
        tokens: BigInt(row.unpricedTokens),
      }))
      .sort((a, b) => (a.tokens === b.tokens ? 0 : a.tokens > b.tokens ? -1 : 1)),
    dataToMs,
    freshness: await lastHourByHost(connection, workspaceId),
    previousSameSpan: await previousSameSpan(connection, workspaceId, choice, nowMs),
  }
}

/** Of the month before an unfinished last month, as many days as that one has begun. */
async function previousSameSpan(
  connection: Queryable,
  workspaceId: number,
  choice: PeriodChoice,
  nowMs: InstantMs,
): Promise<SpendOverviewInput['previousSameSpan']> {
  if (choice.lastMonth !== monthOf(nowMs)) return null
  const thisMonth = instantOf(monthBounds(choice.lastMonth).from)
  const days = Math.floor((nowMs - thisMonth) / DAY_MS) + 1
  const fromMs = instantOf(monthBounds(shiftMonth(choice.lastMonth, -1)).from)
  const [sum] = await sumSpend(connection, workspaceId, {
    fromMs,
    toMs: Math.min(fromMs + days * DAY_MS, thisMonth),
    groups: [],
    filter: NO_FILTER,
    offset: 0,
    limit: null,
  })
  return sum === undefined || sum.records === '0' ? null : { cost: usdFromText(sum.cost), days }
}

function rowOf(row: SpendSums): SpendRow {
  return {
    month: row.keys[0] ?? '',
    key: row.keys[1] ?? null,
    cost: usdFromText(row.cost),
    records: BigInt(row.records),
    requests: row.records === row.uncountedRecords ? null : BigInt(row.requests),
    tokens:
      BigInt(row.input) +
      BigInt(row.cacheRead) +
      BigInt(row.cacheWrite5m) +
      BigInt(row.cacheWrite1h) +
      BigInt(row.output),
    unpricedRecords: BigInt(row.unpricedRecords),
    unpricedRequests: BigInt(row.unpricedRequests),
    unpricedTokens: BigInt(row.unpricedTokens),
    reportedCost: row.reportedCost === null ? null : usdFromText(row.reportedCost),
    reportedRecords: BigInt(row.reportedRecords),
  }
}

function instantOf(text: string): InstantMs {
  return Date.parse(text)
}
