/** Budgets with what they have spent and are forecast to, the alerts they fired, and where alerts go. */
import 'server-only'
import { usdFromText, usdToText } from '../../core/money/usd'
import { type AlertView, alertWords, type BudgetView, stateOf } from '../../core/report/budget'
import { perMille } from '../../core/report/spend-overview'
import { isoOf, monthOf } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { type ChannelKind, listChannels } from '../db/alert-channel'
import { type AlertRow, alertsOfMonth, listAlerts, listBudgets, seenAlert } from '../db/budget'
import { pool } from '../db/pool'
import { readConsistently } from '../db/transaction'
import { budgetFacts } from './budget-facts'
import { numberOf, type Page, type PageQuery, pageOf } from './list-page'

const ALERTS_SHOWN = 50

/** Of the running month. */
export async function readBudgets(principal: Principal): Promise<BudgetView[]> {
  authorise(principal, 'budgets.read')
  const nowMs = Date.now()
  const month = monthOf(nowMs)
  const { workspaceId } = principal
  return await readConsistently(async (connection) => {
    const budgets = await listBudgets(connection, workspaceId)
    if (budgets.length === 0) return []
    const alerts = await alertsOfMonth(connection, workspaceId, month)
    const firedAt = (budgetId: number, kind: AlertRow['kind'], mark: string) => {
      const alert = alerts.find((one) => one.budgetId === budgetId && one.kind === kind && one.mark === mark)
      return alert === undefined ? null : isoOf(alert.at.getTime())
    }
    const facts = await budgetFacts(connection, workspaceId, { budgets, month, nowMs })
    return facts.map(({ budget, spent, forecast, leftOut, unpricedRequests }): BudgetView => {
      const share = perMille(spent, budget.amount)
      if (share === null) throw new Error('a budget of nothing')
      return {
        id: budget.id,
        name: budget.name,
        scope: budget.scope,
        tag: budget.tag,
        value: budget.value,
        month,
        amount: usdToText(budget.amount),
        spent: usdToText(spent),
        spent_per_mille: share,
        state: stateOf(budget, spent, forecast === null ? null : usdFromText(forecast.forecast)),
        forecast: forecast?.forecast ?? null,
        low: forecast?.low ?? null,
        high: forecast?.high ?? null,
        thresholds: budget.thresholds.map((percent) => ({
          percent,
          fired_at: firedAt(budget.id, 'threshold', String(percent)),
        })),
        on_forecast: budget.onForecast,
        forecast_fired_at: firedAt(budget.id, 'forecast', ''),
        on_anomaly: budget.onAnomaly,
        created_by: budget.createdBy,
        left_out: leftOut,
        unpriced_requests: unpricedRequests,
      }
    })
  })
}

/** Newest first; the last fifty unless more are asked for. */
export async function readAlerts(principal: Principal, query: PageQuery = {}): Promise<Page<AlertView>> {
  authorise(principal, 'budgets.read')
  const { workspaceId, userId } = principal
  const limit = query.limit ?? ALERTS_SHOWN
  const seen = userId === null ? 0n : await seenAlert(pool(), workspaceId, userId)
  const found = await listAlerts(pool(), workspaceId, { before: numberOf(query.cursor), limit: limit + 1 })
  const { rows, next } = pageOf(found, limit, (row) => row.id)
  const view = (row: AlertRow): AlertView => ({
    id: row.id,
    at: isoOf(row.at.getTime()),
    budget_id: row.budgetId,
    month: row.month,
    kind: row.kind,
    ...alertWords(row.kind, row.month, row.detail),
    detail: row.detail,
    is_new: userId !== null && BigInt(row.id) > seen,
  })
  return { rows: rows.map(view), next }
}

export interface ChannelView {
  readonly id: string
  readonly kind: ChannelKind
  readonly target: string
  readonly created_by: string
  readonly created_at: string
  readonly delivered_at: string | null
  readonly problem: string | null
}

export async function readAlertChannels(principal: Principal): Promise<ChannelView[]> {
  authorise(principal, 'channels.manage')
  const rows = await listChannels(pool(), principal.workspaceId)
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    target: row.shown,
    created_by: row.createdBy,
    created_at: isoOf(row.createdAt.getTime()),
    delivered_at: row.deliveredAt === null ? null : isoOf(row.deliveredAt.getTime()),
    problem: row.problem,
  }))
}
