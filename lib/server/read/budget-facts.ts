/** What each budget's scope has spent in a month, what it is forecast to, and its unusual days. For reads and the worker. */
import 'server-only'
import { type Usd, usdFromText, usdToText, ZERO_USD } from '../../core/money/usd'
import type { Anomaly } from '../../core/report/anomaly'
import { type Budget, isWithin, partOf } from '../../core/report/budget'
import type { ChargebackView } from '../../core/report/chargeback'
import type { ForecastMonth } from '../../core/report/forecast'
import type { LeftOutView } from '../../core/report/left-out'
import { DAY_MS, type InstantMs, monthOf, monthPeriod, type Period } from '../../core/time/instant'
import { type CurrencySum, otherCurrencySums } from '../db/other-currency'
import type { Queryable } from '../db/pool'
import { NO_FILTER, type SpendFilter, sumSpend } from '../db/spend'
import { anomaliesOf } from './bill-change'
import { chargebackOf } from './chargeback'
import { forecastOf } from './forecast'
import { leftOutOf } from './left-out'

export interface ScopeFacts {
  readonly budget: Budget
  readonly month: string
  readonly spent: Usd
  /** Of the running month. */
  readonly forecast: Pick<ForecastMonth, 'forecast' | 'low' | 'high'> | null
  /** Of the last week before the instant. */
  readonly anomalies: readonly Anomaly[]
  readonly leftOut: readonly LeftOutView[]
  /** Calls of the scope whose cost is unknown and in no figure here. */
  readonly unpricedRequests: string
}

const ANOMALY_DAYS = 7
/** Of a scope without records. */
const NONE = '0'

/** Call inside a transaction that sees one state. */
export async function budgetFacts(
  connection: Queryable,
  workspaceId: number,
  of: { readonly budgets: readonly Budget[]; readonly month: string; readonly nowMs: InstantMs },
): Promise<ScopeFacts[]> {
  const { budgets, month, nowMs } = of
  const period = periodOf(month)
  const isRunning = month === monthOf(nowMs)
  const whole = await forecastOf(connection, workspaceId, { nowMs, filter: NO_FILTER })
  const wholeMonth = whole.months.find((one) => one.month === month) ?? null
  const byCentre = budgets.some((budget) => budget.scope === 'cost_centre')
    ? (await chargebackOf(connection, workspaceId, { month, period, nowMs })).chargeback
    : null
  const anomalies =
    isRunning && budgets.some((budget) => budget.onAnomaly)
      ? await anomaliesOf(connection, workspaceId, lastDays(nowMs, period), nowMs)
      : []
  const facts: ScopeFacts[] = []
  for (const budget of budgets) {
    const filter = filterOf(budget)
    const leftOut = await leftOutOf(connection, workspaceId, { period, filter: filter ?? NO_FILTER })
    const within = anomalies.filter((anomaly) => isWithin(budget, anomaly))
    if (filter === null) {
      facts.push({
        budget,
        month,
        ...centreFacts(budget, byCentre, isRunning ? wholeMonth : null),
        anomalies: [],
        leftOut,
      })
      continue
    }
    const scope = { fromMs: period.startMs, toMs: period.endMs, groups: [], filter }
    const [sum] = await sumSpend(connection, workspaceId, { ...scope, offset: 0, limit: null })
    // What is priced in another currency has no dollars and is not without a rate.
    const foreign = await otherCurrencySums(connection, workspaceId, scope)
    const own =
      filter === NO_FILTER
        ? wholeMonth
        : isRunning
          ? ((await forecastOf(connection, workspaceId, { nowMs, filter })).months.find((one) => one.month === month) ??
            null)
          : null
    facts.push({
      budget,
      month,
      spent: sum === undefined ? ZERO_USD : usdFromText(sum.cost),
      forecast: isRunning ? own : null,
      anomalies: within,
      leftOut,
      unpricedRequests: withoutRate(sum?.unpricedRequests ?? NONE, foreign),
    })
  }
  return facts
}

function withoutRate(withoutDollars: string, foreign: readonly CurrencySum[]): string {
  return foreign.reduce((left, one) => left - BigInt(one.unpricedRequests), BigInt(withoutDollars)).toString()
}

/** Null for a cost centre: its usage is found by rules. */
function filterOf(budget: Budget): SpendFilter | null {
  if (budget.scope === 'cost_centre') return null
  if (budget.value === null) return NO_FILTER
  if (budget.scope === 'tag' && budget.tag !== null) {
    return { ...NO_FILTER, tags: [{ name: budget.tag, values: [budget.value] }] }
  }
  return { ...NO_FILTER, dimensions: [{ name: 'project', values: [budget.value] }] }
}

/** A centre's forecast is its part of the month so far, of the whole forecast. */
function centreFacts(
  budget: Budget,
  view: ChargebackView | null,
  month: ForecastMonth | null,
): Pick<ScopeFacts, 'spent' | 'forecast' | 'unpricedRequests'> {
  const centre = view?.centres.find((one) => one.name.toLowerCase() === budget.value?.toLowerCase())
  if (view === null || centre === undefined) return { spent: ZERO_USD, forecast: null, unpricedRequests: NONE }
  const spent = usdFromText(centre.exact_amount)
  const whole = usdFromText(view.exact_amount)
  const part = (text: string | null) => {
    const amount = partOf(text, spent, whole)
    return amount === null ? null : usdToText(amount)
  }
  const forecast = month === null ? null : part(month.forecast)
  return {
    spent,
    unpricedRequests: centre.unpriced_requests,
    forecast: month === null || forecast === null ? null : { forecast, low: part(month.low), high: part(month.high) },
  }
}

function periodOf(month: string): Period {
  const period = monthPeriod(month)
  if (!period.ok) throw new RangeError(`not a month: ${month}`)
  return period.value
}

function lastDays(nowMs: InstantMs, period: Period): Period {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS
  return { startMs: Math.max(period.startMs, today - ANOMALY_DAYS * DAY_MS), endMs: Math.max(today, period.startMs) }
}
