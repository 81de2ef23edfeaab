/** Budgets, the alerts they fired, and who has seen them. */
import 'server-only'
import { usdFromText, usdToText } from '../../core/money/usd'
import type { AlertDetail, AlertKind, Budget, BudgetScope, DueAlert } from '../../core/report/budget'
import type { Queryable } from './pool'

interface BudgetRow {
  id: number
  name: string
  scope: BudgetScope
  tag: string | null
  value: string | null
  amount: string
  thresholds: number[]
  on_forecast: boolean
  on_anomaly: boolean
  created_by: string
  since_month: string
}

/** Those that are not removed, by name. */
export async function listBudgets(connection: Queryable, workspaceId: number): Promise<Budget[]> {
  const { rows } = await connection.query<BudgetRow>(
    `SELECT id, name, scope, tag, value, trim_scale(amount)::text AS amount, thresholds, on_forecast, on_anomaly, created_by,
       to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM') AS since_month FROM budget WHERE workspace_id = $1 AND removed_at IS NULL ORDER BY lower(name), id`,
    [workspaceId],
  )
  return rows.map(({ on_forecast, on_anomaly, created_by, since_month, amount, ...row }) => ({
    ...row,
    amount: usdFromText(amount),
    onForecast: on_forecast,
    onAnomaly: on_anomaly,
    createdBy: created_by,
    sinceMonth: since_month,
  }))
}

export async function insertBudget(
  connection: Queryable,
  workspaceId: number,
  budget: Omit<Budget, 'id' | 'sinceMonth'>,
): Promise<number> {
  const { rows } = await connection.query<{ id: number }>(
    `INSERT INTO budget (workspace_id, name, scope, tag, value, amount, thresholds, on_forecast, on_anomaly, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
    [
      workspaceId,
      budget.name,
      budget.scope,
      budget.tag,
      budget.value,
      usdToText(budget.amount),
      budget.thresholds,
      budget.onForecast,
      budget.onAnomaly,
      budget.createdBy,
    ],
  )
  if (rows[0] === undefined) throw new Error('an insert returned no row')
  return rows[0].id
}

/** Its alerts stay. */
export async function removeBudget(connection: Queryable, workspaceId: number, id: number): Promise<void> {
  await connection.query('UPDATE budget SET removed_at = now() WHERE workspace_id = $1 AND id = $2', [workspaceId, id])
}

/** The id of the alert, or null when it has fired before: whoever comes second inserts nothing. */
export async function fireAlert(
  connection: Queryable,
  workspaceId: number,
  budgetId: number,
  alert: DueAlert,
): Promise<string | null> {
  const { rows } = await connection.query<{ id: string }>(
    `INSERT INTO budget_alert (workspace_id, budget_id, month, kind, mark, detail) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (workspace_id, budget_id, month, kind, mark) DO NOTHING RETURNING id`,
    [workspaceId, budgetId, alert.month, alert.kind, alert.mark, JSON.stringify(alert.detail)],
  )
  return rows[0]?.id ?? null
}

export interface AlertRow {
  readonly id: string
  readonly budgetId: number
  readonly month: string
  readonly kind: AlertKind
  readonly mark: string
  readonly detail: AlertDetail
  readonly at: Date
}

const ALERT = 'id, budget_id AS "budgetId", month, kind, mark, detail, at'

/** Newest first. `before` is the id after which a page begins; null for the first. */
export async function listAlerts(
  connection: Queryable,
  workspaceId: number,
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<AlertRow[]> {
  const { rows } = await connection.query<AlertRow>(
    `SELECT ${ALERT} FROM budget_alert WHERE workspace_id = $1 AND ($3::bigint IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $2`,
    [workspaceId, limit, before],
  )
  return rows
}

/** Those of one month, for the budgets that show when each threshold fired. */
export async function alertsOfMonth(connection: Queryable, workspaceId: number, month: string): Promise<AlertRow[]> {
  const { rows } = await connection.query<AlertRow>(
    `SELECT ${ALERT} FROM budget_alert WHERE workspace_id = $1 AND month = $2`,
    [workspaceId, month],
  )
  return rows
}

/** The last alert this person has seen; 0 for none. */
export async function seenAlert(connection: Queryable, workspaceId: number, userId: number): Promise<bigint> {
  const { rows } = await connection.query<{ alert_id: string }>(
    'SELECT alert_id FROM alert_seen WHERE workspace_id = $1 AND user_id = $2',
    [workspaceId, userId],
  )
  return BigInt(rows[0]?.alert_id ?? '0')
}

export async function countUnseenAlerts(connection: Queryable, workspaceId: number, userId: number): Promise<number> {
  const { rows } = await connection.query<{ count: string }>(
    `SELECT count(*) FROM budget_alert WHERE workspace_id = $1 AND id > coalesce(
       (SELECT alert_id FROM alert_seen WHERE workspace_id = $1 AND user_id = $2), 0)`,
    [workspaceId, userId],
  )
  return Number.parseInt(rows[0]?.count ?? '0', 10)
}

export async function markAlertsSeen(connection: Queryable, workspaceId: number, userId: number): Promise<void> {
  await connection.query(
    `INSERT INTO alert_seen (workspace_id, user_id, alert_id)
     SELECT $1, $2, max(id) FROM budget_alert WHERE workspace_id = $1 HAVING max(id) IS NOT NULL
     ON CONFLICT (workspace_id, user_id) DO UPDATE SET alert_id = greatest(alert_seen.alert_id, excluded.alert_id)`,
    [workspaceId, userId],
  )
}

/**
 * Workspaces with budgets whose usage, prices, rules or budgets are not those they were last compared with, and every one
 * once a day; with the version they have now.
 */
export async function workspacesToCheck(connection: Queryable): Promise<{ workspaceId: number; version: string }[]> {
  const { rows } = await connection.query<{ workspaceId: number; version: string }>(
    `SELECT w.id AS "workspaceId", v.version FROM workspace AS w
     CROSS JOIN LATERAL (SELECT concat_ws(' ',
         (now() AT TIME ZONE 'UTC')::date,
         (SELECT concat_ws(' ', max(no), count(*) FILTER (WHERE status = 'committed'), sum(accepted), sum(restated), sum(cost))
            FROM import WHERE workspace_id = w.id AND status IN ('committed', 'undone')),
         (SELECT concat_ws(' ', max(no), count(undone_at)) FROM price_revision WHERE workspace_id = w.id),
         (SELECT concat_ws(' ', count(*), sum(position * id), max(to_day)) FROM allocation_rule WHERE workspace_id = w.id),
         (SELECT string_agg(mode, ' ' ORDER BY from_month) FROM allocation_sharing WHERE workspace_id = w.id),
         (SELECT concat_ws(' ', max(id), count(removed_at)) FROM budget WHERE workspace_id = w.id)) AS version) AS v
     LEFT JOIN budget_check AS c ON c.workspace_id = w.id
     WHERE EXISTS (SELECT 1 FROM budget AS b WHERE b.workspace_id = w.id AND b.removed_at IS NULL)
       AND c.version IS DISTINCT FROM v.version
     ORDER BY w.id`,
  )
  return rows
}

export async function noteChecked(connection: Queryable, workspaceId: number, version: string): Promise<void> {
  await connection.query(
    `INSERT INTO budget_check (workspace_id, version) VALUES ($1, $2)
     ON CONFLICT (workspace_id) DO UPDATE SET version = excluded.version, checked_at = now()`,
    [workspaceId, version],
  )
}
