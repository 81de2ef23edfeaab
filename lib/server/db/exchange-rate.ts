/** Exchange rates a workspace entered, and the currency its totals are also shown in. */
import 'server-only'
import type { DayRate } from '../../core/money/exchange'
import type { Queryable } from './pool'

export async function displayCurrency(connection: Queryable, workspaceId: number): Promise<string> {
  const { rows } = await connection.query<{ display_currency: string }>(
    'SELECT display_currency FROM workspace WHERE id = $1',
    [workspaceId],
  )
  const row = rows[0]
  if (row === undefined) throw new Error(`there is no workspace ${workspaceId}`)
  return row.display_currency
}

export async function saveDisplayCurrency(connection: Queryable, workspaceId: number, currency: string): Promise<void> {
  await connection.query('UPDATE workspace SET display_currency = $2 WHERE id = $1', [workspaceId, currency])
}

export interface EnteredRate extends DayRate {
  readonly createdBy: string
}

/** The rates that hold, oldest first; `from` and `to` are days, both included. */
export async function exchangeRates(
  connection: Queryable,
  workspaceId: number,
  of: { readonly currency: string; readonly from: string; readonly to: string },
): Promise<EnteredRate[]> {
  const { rows } = await connection.query<{ day: string; rate: string; source: string; created_by: string }>(
    `SELECT DISTINCT ON (day) day::text AS day, trim_scale(rate)::text AS rate, source, created_by FROM exchange_rate
     WHERE workspace_id = $1 AND currency = $2 AND day BETWEEN $3::date AND $4::date ORDER BY day, version DESC`,
    [workspaceId, of.currency, of.from, of.to],
  )
  return rows.map((row) => ({ day: row.day, rate: row.rate, source: row.source, createdBy: row.created_by }))
}

/** Adds rates; a day that has another rate gets a correction. Answers how many are new or corrected. */
export async function insertExchangeRates(
  connection: Queryable,
  workspaceId: number,
  entered: {
    readonly currency: string
    readonly source: string
    readonly createdBy: string
    readonly rates: readonly { readonly day: string; readonly rate: string }[]
  },
): Promise<number> {
  const { rowCount } = await connection.query(
    `INSERT INTO exchange_rate (workspace_id, currency, day, version, rate, source, created_by)
     SELECT $1, $2, entered.day, coalesce(known.version, 0) + 1, entered.rate, $3, $4
     FROM unnest($5::date[], $6::numeric[]) AS entered (day, rate)
     LEFT JOIN LATERAL (
       SELECT version, rate FROM exchange_rate e
       WHERE e.workspace_id = $1 AND e.currency = $2 AND e.day = entered.day ORDER BY version DESC LIMIT 1) known ON true
     WHERE known.rate IS DISTINCT FROM entered.rate`,
    [
      workspaceId,
      entered.currency,
      entered.source,
      entered.createdBy,
      entered.rates.map((one) => one.day),
      entered.rates.map((one) => one.rate),
    ],
  )
  return rowCount ?? 0
}

/** Cost of each UTC day of a month, "2026-09-01" to exact text. */
export async function costByDay(
  connection: Queryable,
  workspaceId: number,
  of: { readonly from: string; readonly to: string },
): Promise<{ readonly day: string; readonly cost: string }[]> {
  const { rows } = await connection.query<{ day: string; cost: string }>(
    `SELECT day::text AS day, trim_scale(sum(cost))::text AS cost FROM usage_day
     WHERE workspace_id = $1 AND day BETWEEN $2::date AND $3::date GROUP BY 1 ORDER BY 1`,
    [workspaceId, of.from, of.to],
  )
  return rows
}
