/** What figures in dollars leave out of a period: usage priced in other currencies. For reads of budgets and forecasts. */
import 'server-only'
import { type DayRate, MOST_DAYS_OLD } from '../../core/money/exchange'
import { type LeftOutView, leftOut } from '../../core/report/left-out'
import { DAY_MS, type Period } from '../../core/time/instant'
import { exchangeRates } from '../db/exchange-rate'
import { otherCurrencySums } from '../db/other-currency'
import type { Queryable } from '../db/pool'
import type { SpendFilter } from '../db/spend'

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** Call inside a transaction that sees one state. */
export async function leftOutOf(
  connection: Queryable,
  workspaceId: number,
  { period, filter }: { readonly period: Period; readonly filter: SpendFilter },
): Promise<LeftOutView[]> {
  const { startMs: fromMs, endMs: toMs } = period
  const sums = await otherCurrencySums(connection, workspaceId, {
    fromMs,
    toMs,
    filter,
    groups: [{ kind: 'time', unit: 'day' }],
  })
  const rates = new Map<string, readonly DayRate[]>()
  for (const currency of new Set(sums.map((one) => one.currency))) {
    const days = { from: dayOf(fromMs - MOST_DAYS_OLD * DAY_MS), to: dayOf(toMs) }
    rates.set(currency, await exchangeRates(connection, workspaceId, { currency, ...days }))
  }
  const amounts = sums.map(({ keys, currency, amount }) => ({ day: keys[0] ?? '', currency, amount }))
  return leftOut(amounts, rates)
}
