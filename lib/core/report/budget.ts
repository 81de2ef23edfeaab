/** Budgets: what a month may cost, what it does, and which alerts are due. Comparisons are exact. */
import { type Usd, usdFromText, usdToText } from '../money/usd'
import type { Anomaly } from './anomaly'
import { monthName, usdCents } from './format'
import type { LeftOutView } from './left-out'

export const BUDGET_SCOPES = ['workspace', 'project', 'cost_centre', 'tag'] as const
export type BudgetScope = (typeof BUDGET_SCOPES)[number]
export const ALERT_KINDS = ['threshold', 'forecast', 'anomaly'] as const
export type AlertKind = (typeof ALERT_KINDS)[number]
/** Scopes whose unusual days can be told: anomalies are known by project. */
export const ANOMALY_SCOPES: readonly BudgetScope[] = ['workspace', 'project']

export interface Budget {
  readonly id: number
  readonly name: string
  readonly scope: BudgetScope
  readonly tag: string | null
  /** The project, cost centre or tag's value; null for the workspace. */
  readonly value: string | null
  readonly amount: Usd
  /** Percent, ascending. */
  readonly thresholds: readonly number[]
  readonly onForecast: boolean
  readonly onAnomaly: boolean
  readonly createdBy: string
  /** The month it was made in: it says nothing about those before. */
  readonly sinceMonth: string
}

/** Decimal text, as it was when the alert fired. */
export interface AlertDetail {
  readonly budget: string
  readonly amount: string
  readonly spent: string
  readonly percent?: number
  readonly forecast?: string
  readonly anomaly?: Anomaly
}

/** An alert that is due: fired at most once a budget, month, kind and mark. */
export interface DueAlert {
  readonly month: string
  readonly kind: AlertKind
  readonly mark: string
  readonly detail: AlertDetail
}

export interface BudgetFacts {
  readonly month: string
  readonly spent: Usd
  /** Of a month that runs; null otherwise or when too little is known. */
  readonly forecast: Usd | null
  /** Within the budget's scope. */
  readonly anomalies: readonly Anomaly[]
}

/** Every alert that the facts call for, whether it has fired or not. */
export function dueAlerts(budget: Budget, facts: BudgetFacts): DueAlert[] {
  const { month, spent, forecast, anomalies } = facts
  const said = { budget: budget.name, amount: usdToText(budget.amount), spent: usdToText(spent) }
  const due: DueAlert[] = budget.thresholds
    .filter((percent) => spent * 100n >= budget.amount * BigInt(percent))
    .map((percent) => ({ month, kind: 'threshold', mark: String(percent), detail: { ...said, percent } }))
  // What is over already needs no forecast.
  if (budget.onForecast && forecast !== null && forecast > budget.amount && spent <= budget.amount) {
    due.push({ month, kind: 'forecast', mark: '', detail: { ...said, forecast: usdToText(forecast) } })
  }
  if (budget.onAnomaly) {
    for (const anomaly of anomalies) {
      const mark = JSON.stringify([anomaly.project, anomaly.host, anomaly.model, anomaly.from])
      due.push({ month, kind: 'anomaly', mark, detail: { ...said, anomaly } })
    }
  }
  return due
}

export const BUDGET_STATES = ['under', 'near', 'over'] as const
export type BudgetState = (typeof BUDGET_STATES)[number]

/** Over: spent more. Near: the forecast is more, or four fifths are spent. */
export function stateOf(budget: Budget, spent: Usd, forecast: Usd | null): BudgetState {
  if (spent > budget.amount) return 'over'
  const isNear = spent * 5n >= budget.amount * 4n || (forecast !== null && forecast > budget.amount)
  return isNear ? 'near' : 'under'
}

export interface BudgetView {
  readonly id: number
  readonly name: string
  readonly scope: BudgetScope
  readonly tag: string | null
  readonly value: string | null
  readonly month: string
  readonly amount: string
  readonly spent: string
  /** Tenths of a percent of the amount. */
  readonly spent_per_mille: number
  readonly state: BudgetState
  readonly forecast: string | null
  readonly low: string | null
  readonly high: string | null
  readonly thresholds: readonly { readonly percent: number; readonly fired_at: string | null }[]
  readonly on_forecast: boolean
  readonly forecast_fired_at: string | null
  readonly on_anomaly: boolean
  readonly created_by: string
  /** Usage of the scope that is priced in other currencies and in no figure here; of a cost centre the workspace's. */
  readonly left_out: readonly LeftOutView[]
  /** Calls of the scope without a rate: their cost is unknown and in no figure here. */
  readonly unpriced_requests: string
}

export interface AlertView {
  readonly id: string
  readonly at: string
  readonly budget_id: number
  readonly month: string
  readonly kind: AlertKind
  readonly title: string
  readonly text: string
  readonly detail: AlertDetail
  readonly is_new: boolean
}

/** The words of an alert, alike on the screen, in a webhook and in an e-mail. */
export function alertWords(
  kind: AlertKind,
  month: string,
  detail: AlertDetail,
): { readonly title: string; readonly text: string } {
  const { budget, amount, spent, anomaly } = detail
  if (kind === 'anomaly' && anomaly !== undefined) {
    const days = anomaly.from === anomaly.to ? `on ${anomaly.from}` : `from ${anomaly.from} to ${anomaly.to}`
    const usual = `usually ${usdCents(anomaly.usual_low)} to ${usdCents(anomaly.usual_high)}`
    return {
      title: `${budget}: unusual spend of ${anomaly.project ?? 'no project'} × ${anomaly.model}`,
      text: `${usdCents(anomaly.cost)} ${days}, ${usual}.`,
    }
  }
  const facts = `${usdCents(spent)} of ${usdCents(amount)} spent in ${monthName(month)}`
  if (kind === 'forecast' && detail.forecast !== undefined) {
    const title = `${budget}: forecast to exceed its budget`
    return { title, text: `${facts}; the month is forecast to cost ${usdCents(detail.forecast)}.` }
  }
  return { title: `${budget}: ${detail.percent ?? 100} % of the budget reached`, text: `${facts}.` }
}

/** What an anomaly is within: the whole workspace, or the project of its own name. */
export function isWithin(budget: Budget, anomaly: Anomaly): boolean {
  return budget.scope === 'workspace' || (budget.scope === 'project' && anomaly.project === budget.value)
}

/** A part of a forecast by what it is of the whole so far: for scopes that have no days of their own. */
export function partOf(text: string | null, part: Usd, whole: Usd): Usd | null {
  if (text === null || whole <= 0n) return null
  return ((usdFromText(text) * part) / whole) as Usd
}
