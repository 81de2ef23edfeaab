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
import { type CurrencySum, otherCurrencySums } from '../db/other-currency'
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

const MODELS: readonly SpendGroupBy[] = [
  { kind: 'dimension', name: 'host' },
  { kind: 'dimension', name: 'model' },
]

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
    groups: MODELS,
  })
  const others = await otherCurrencySums(connection, workspaceId, {
    filter: NO_FILTER,
    fromMs: choice.period.startMs,
    toMs: choice.period.endMs,
    groups: byMonth,
  })
  const foreignModels = await otherCurrencySums(connection, workspaceId, {
    filter: NO_FILTER,
    fromMs: choice.period.startMs,
    toMs: choice.period.endMs,
    groups: MODELS,
  })
  const dataToMs = await lastRecordAt(connection, workspaceId)
  return {
    choice,
    by,
    nowMs,
    hasData: dataToMs !== null,
    rows: rows.map((row) => lessForeign(rowOf(row), ofKeys(others, row.keys))),
    others: others.map((one) => ({ month: one.keys[0] ?? '', currency: one.currency, amount: one.amount })),
    unpricedModels: byModel
      .map((row) => lessForeign(rowOf(row), ofKeys(foreignModels, row.keys)))
      .filter((row) => row.unpricedRecords !== 0n)
      .map((row) => ({
        host: row.month,
        model: row.key ?? '',
        requests: row.unpricedRequests,
        tokens: row.unpricedTokens,
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

function ofKeys(foreign: readonly CurrencySum[], keys: readonly (string | null)[]): readonly CurrencySum[] {
  return foreign.filter((one) => one.keys.every((key, index) => key === keys[index]))
}

/** What is priced in another currency is not without a price; it is in no dollar. */
function lessForeign(row: SpendRow, foreign: readonly CurrencySum[]): SpendRow {
  const less = (count: bigint, of: (one: CurrencySum) => bigint) => foreign.reduce((left, one) => left - of(one), count)
  return {
    ...row,
    unpricedRecords: less(row.unpricedRecords, (one) => one.unpricedRecords),
    unpricedRequests: less(row.unpricedRequests, (one) => one.unpricedRequests),
    unpricedTokens: less(row.unpricedTokens, (one) => one.unpricedTokens),
  }
}

function instantOf(text: string): InstantMs {
  return Date.parse(text)
}
