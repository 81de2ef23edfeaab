/** Demand hour by hour, as a fleet would see it. */
import 'server-only'
import { type Usd, usdFromText } from '../../core/money/usd'
import { type HourDemand, hoursTogether } from '../../core/simulate/fleet/demand'
import { hourSelected, type MoveSelect } from '../../core/simulate/replay/move-select'
import { HOUR_MS, type Period } from '../../core/time/instant'
import type { Queryable } from './pool'
import { remembered } from './rollup-memory'
import { partsSource, type SlicePart } from './slice-parts'
import type { SliceCut } from './usage-slices'
import { answersWithText, detailOf, usageSource } from './usage-source'

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

const SUMS = `sum(u.records)::text AS records, sum(u.requests)::text AS requests, sum(u.uncounted_records)::text AS uncounted,
  sum(u.input_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens)::text AS input,
  sum(u.cache_read_tokens)::text AS cached, sum(u.output_tokens)::text AS output, sum(u.cost)::text AS cost`

/**
 * Hours of priced calls that answer with text; with length classes, those that a fleet can take. A bucket of a day is
 * spread evenly over its hours. Calls that no source counts are estimated from the mean output of the counted ones.
 */
export async function hourlyDemand(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  selects: readonly MoveSelect[],
  totalClasses: readonly number[] | null,
): Promise<readonly HourDemand[]> {
  return await remembered(connection, workspaceId, ['demand', period, selects, totalClasses], async () => {
    const values: unknown[] = [workspaceId]
    const { from, where } = usageSource(period, selects, detailOf(selects), values)
    const { rows } = await connection.query<DemandRow>(
      `SELECT u.hour, u.grain_seconds AS grain, ${SUMS} FROM ${from} AS u
       WHERE ${where} AND ${answersWithText(totalClasses, values)} GROUP BY u.hour, u.grain_seconds ORDER BY u.hour`,
      values,
    )
    const chosen = rows.filter((row) =>
      selects.every((select) => select.hours === undefined || hourSelected(select.hours, row.hour.getTime())),
    )
    return hoursOf(chosen, meanOutputOf(chosen))
  })
}

/** The hours of each of several parts, before any weight. */
export async function demandOfParts(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  filter: MoveSelect,
  cut: SliceCut,
  parts: readonly SlicePart[],
): Promise<readonly (readonly HourDemand[])[]> {
  const keys = parts.map(({ slices }) => slices.map(({ key }) => key))
  const question = ['parts', period, filter, cut.classes.map((c) => c.hourClass), cut.detail, keys]
  return await remembered(connection, workspaceId, question, async () => {
    const values: unknown[] = [workspaceId]
    const { from, where } = usageSource(period, [filter], cut.detail, values)
    const { sets, joins, part } = partsSource(cut, parts, values)
    const { rows } = await connection.query<DemandRow & { part: number | null }>(
      `WITH ${sets} SELECT ${part} AS part, u.hour, u.grain_seconds AS grain, ${SUMS} FROM ${from} AS u ${joins}
       WHERE ${where} AND ${answersWithText(null, values)} GROUP BY 1, 2, 3 ORDER BY u.hour`,
      values,
    )
    const taken = rows.filter((row) => row.part !== null)
    const meanOutput = meanOutputOf(taken)
    return parts.map((_, no) => {
      const inPart = taken.filter((row) => row.part === no)
      return hoursOf(inPart, meanOutput)
    })
  })
}

function meanOutputOf(rows: readonly DemandRow[]): number {
  const counted = rows.filter((row) => row.uncounted === '0')
  const sum = (pick: (row: DemandRow) => string) => counted.reduce((total, row) => total + Number(pick(row)), 0)
  return sum((row) => row.requests) > 0 ? sum((row) => row.output) / sum((row) => row.requests) : 500
}

function hoursOf(rows: readonly DemandRow[], meanOutput: number): HourDemand[] {
  return hoursTogether(rows.flatMap((row) => spread(row, meanOutput)))
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
