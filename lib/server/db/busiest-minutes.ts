/** How much busier the busiest minutes of an hour are than the hour, where single calls tell. */
import 'server-only'
import type { HourDemand } from '../../core/simulate/fleet/demand'
import type { BusiestMinutes } from '../../core/simulate/fleet-question'
import type { MoveSelect } from '../../core/simulate/replay/move-select'
import type { Period } from '../../core/time/instant'
import type { Queryable } from './pool'
import { remembered } from './rollup-memory'
import { SINGLE_CALLS, usageSource } from './usage-source'

/** The hours by which a fleet is sized; more would read more records and tell the same. */
const HOURS = 12
/** With fewer calls the busiest of twelve parts of an hour is chance, which the queue bound already allows for. */
const LEAST_CALLS = 600
/** Fewer hours than this tell nothing of the others. */
const LEAST_HOURS = 3

/** Null where too few hours have single calls. */
export async function busiestMinutes(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  selects: readonly MoveSelect[],
  demand: readonly HourDemand[],
): Promise<BusiestMinutes | null> {
  const hours = [...demand]
    .filter((hour) => hour.requests >= LEAST_CALLS)
    .sort((a, b) => b.outputTokens - a.outputTokens)
    .slice(0, HOURS)
    .map((hour) => hour.startMs)
  if (hours.length < LEAST_HOURS) return null
  return await remembered(connection, workspaceId, ['busiest', period, selects, hours], () =>
    read(connection, workspaceId, period, selects, hours),
  )
}

async function read(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  selects: readonly MoveSelect[],
  hours: readonly number[],
): Promise<BusiestMinutes | null> {
  const values: unknown[] = [workspaceId]
  const { from, where } = usageSource(period, selects, SINGLE_CALLS, values)
  const at = values.push(hours.map((ms) => new Date(ms)))
  const { rows } = await connection.query<{ ratio: number }>(
    `SELECT max(part.output) * 12 / sum(part.output) AS ratio
     FROM unnest($${at}::timestamptz[]) AS busy (hour) CROSS JOIN LATERAL (
       SELECT sum(u.output_tokens)::float8 AS output, count(*) AS calls FROM ${from} AS u
       WHERE ${where} AND u.ts >= busy.hour AND u.ts < busy.hour + interval '1 hour' AND u.bucket_seconds = 0
       GROUP BY floor(extract(epoch FROM u.ts) / 300)) AS part
     GROUP BY busy.hour HAVING sum(part.calls) >= ${LEAST_CALLS} AND sum(part.output) > 0`,
    values,
  )
  if (rows.length < LEAST_HOURS) return null
  const ratios = rows.map((row) => row.ratio).sort((a, b) => a - b)
  return { peakToMean: Math.max(1, ratios[Math.floor(ratios.length / 2)] as number), hours: rows.length }
}
