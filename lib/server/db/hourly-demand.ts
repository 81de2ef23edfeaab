/** Demand hour by hour, as a fleet would see it. */
import 'server-only'
import { type Usd, usdFromText } from '../../core/money/usd'
import type { HourDemand } from '../../core/simulate/fleet/demand'
import { hourSelected, type MoveSelect } from '../../core/simulate/replay/move-select'
import { EMBEDDING_PATTERN } from '../../core/simulate/replay/target-price'
import { HOUR_MS, type InstantMs, type Period } from '../../core/time/instant'
import { DIMENSION } from './dimension'
import type { Queryable } from './pool'
import { remembered } from './rollup-memory'
import { detailOf, usageSource } from './usage-source'

interface DemandRow {
  hour: Date
  grain: number
  records: string
  requests: string
  uncounted: string
  input: string
  cached: string
  output: string
  cost: string
}

/**
 * Hours of priced calls that fit the length classes and use nothing but text. A bucket of a day is spread evenly over
 * its hours. Calls that no source counts are estimated from the mean output of the counted ones.
 */
export async function hourlyDemand(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  selects: readonly MoveSelect[],
  totalClasses: readonly number[] | null,
): Promise<readonly HourDemand[]> {
  return await remembered(connection, workspaceId, ['demand', period, selects, totalClasses], () =>
    readDemand(connection, workspaceId, period, selects, totalClasses),
  )
}

async function readDemand(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  selects: readonly MoveSelect[],
  totalClasses: readonly number[] | null,
): Promise<HourDemand[]> {
  const values: unknown[] = [workspaceId]
  const { from, where } = usageSource(period, selects, detailOf(selects), values)
  const text = `u.model_id NOT IN (SELECT id FROM dimension WHERE workspace_id = $1 AND kind = ${DIMENSION.model} AND value ~* $${values.push(EMBEDDING_PATTERN)})`
  const lengths =
    totalClasses === null
      ? ''
      : ` AND u.context_band % 16 = ANY ($${values.push(totalClasses)}::int[]) AND u.other_quantities IS NULL`
  const { rows: found } = await connection.query<DemandRow>(
    `SELECT u.hour, u.grain_seconds AS grain, sum(u.records)::text AS records, sum(u.requests)::text AS requests,
       sum(u.uncounted_records)::text AS uncounted,
       sum(u.input_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens)::text AS input,
       sum(u.cache_read_tokens)::text AS cached, sum(u.output_tokens)::text AS output, sum(u.cost)::text AS cost
     FROM ${from} AS u WHERE ${where} AND u.unpriced_records = 0 AND ${text}${lengths} GROUP BY u.hour, u.grain_seconds ORDER BY u.hour`,
    values,
  )
  const rows = found.filter((row) =>
    selects.every((select) => select.hours === undefined || hourSelected(select.hours, row.hour.getTime())),
  )
  const counted = rows.filter((row) => row.uncounted === '0')
  const sum = (pick: (row: DemandRow) => string) => counted.reduce((total, row) => total + Number(pick(row)), 0)
  const meanOutput = sum((row) => row.requests) > 0 ? sum((row) => row.output) / sum((row) => row.requests) : 500
  const hours = new Map<InstantMs, HourDemand>()
  for (const row of rows)
    for (const hour of spread(row, meanOutput)) hours.set(hour.startMs, merged(hours.get(hour.startMs), hour))
  return [...hours.values()].sort((a, b) => a.startMs - b.startMs)
}

function spread(row: DemandRow, meanOutput: number): HourDemand[] {
  const count = Math.max(1, Math.round(row.grain / 3600))
  const requests = row.uncounted === '0' ? Number(row.requests) : Number(row.output) / meanOutput
  const cost = usdFromText(row.cost)
  const each = cost / BigInt(count)
  return Array.from({ length: count }, (_, i) => ({
    startMs: row.hour.getTime() + i * HOUR_MS,
    requests: requests / count,
    inputTokens: Number(row.input) / count,
    cachedTokens: Number(row.cached) / count,
    outputTokens: Number(row.output) / count,
    // The first hour takes what the division leaves.
    cost: (i === 0 ? cost - each * BigInt(count - 1) : each) as Usd,
  }))
}

function merged(a: HourDemand | undefined, b: HourDemand): HourDemand {
  if (a === undefined) return b
  return {
    startMs: b.startMs,
    requests: a.requests + b.requests,
    inputTokens: a.inputTokens + b.inputTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cost: (a.cost + b.cost) as Usd,
  }
}
