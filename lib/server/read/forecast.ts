/** The forecast of the month end and the next three months: `GET /api/v1/forecast`, the bills and the overview. */
import 'server-only'
import { usdFromText } from '../../core/money/usd'
import {
  buildForecast,
  FORECAST_HISTORY_MONTHS,
  type ForecastReport,
  type ForecastView,
} from '../../core/report/forecast'
import { monthBounds, shiftMonth } from '../../core/report/period-choice'
import { floorToDay, type InstantMs, monthOf, monthPeriod } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import type { Queryable } from '../db/pool'
import { lastRecordAt, NO_FILTER, type SpendFilter, sumSpend } from '../db/spend'
import { readConsistently } from '../db/transaction'
import { leftOutOf } from './left-out'

export async function readForecast(principal: Principal): Promise<ForecastReport> {
  authorise(principal, 'bills.read')
  const { workspaceId } = principal
  return await readConsistently(async (connection) => {
    const forecast = await forecastOf(connection, workspaceId, { nowMs: Date.now(), filter: NO_FILTER })
    const period = monthPeriod(monthOf(Date.parse(forecast.as_of)))
    const left_out = period.ok
      ? await leftOutOf(connection, workspaceId, { period: period.value, filter: NO_FILTER })
      : []
    return { ...forecast, left_out }
  })
}

/** As of the last day with data: days that have not been imported yet must not count as free. */
export async function forecastOf(
  connection: Queryable,
  workspaceId: number,
  of: { readonly nowMs: InstantMs; readonly filter: SpendFilter },
): Promise<ForecastView> {
  const lastMs = await lastRecordAt(connection, workspaceId)
  const asOfMs = floorToDay(lastMs === null ? of.nowMs : Math.min(lastMs, of.nowMs))
  const rows = await sumSpend(connection, workspaceId, {
    fromMs: Date.parse(monthBounds(shiftMonth(monthOf(asOfMs), -FORECAST_HISTORY_MONTHS)).from),
    toMs: Date.parse(monthBounds(monthOf(asOfMs)).to),
    groups: [{ kind: 'time', unit: 'day' }],
    filter: of.filter,
    offset: 0,
    limit: null,
  })
  const days = rows.map((row) => ({ dayMs: Date.parse(`${row.keys[0] ?? ''}T00:00:00Z`), cost: usdFromText(row.cost) }))
  return buildForecast({ days: days.filter((day) => day.dayMs <= asOfMs), asOfMs })
}
