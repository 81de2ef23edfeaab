/** How much busier the busiest minutes of an hour are than the hour, where single calls tell. */
import 'server-only'
import type { HourDemand } from '../../core/simulate/fleet/demand'
import type { BusiestMinutes } from '../../core/simulate/fleet-question'
import type { MoveSelect } from '../../core/simulate/replay/move-select'
import type { InstantMs, Period } from '../../core/time/instant'
import type { Queryable } from './pool'
import { remembered } from './rollup-memory'
import { partsSource, type SlicePart } from './slice-parts'
import type { SliceCut } from './usage-slices'
import { answersWithText, SINGLE_CALLS, usageSource } from './usage-source'

/** The hours by which a fleet is sized; more would read more records and tell the same. */
const HOURS = 12
/**
 * With fewer calls the busiest of twelve parts of an hour is chance, which the queue bound already allows for. Calls of
 * different weights count as many as tell as much together: (Σw)² ÷ Σw².
 */
const LEAST_CALLS = 600
/** Fewer hours than this tell nothing of the others. */
const LEAST_HOURS = 3

/** `demand`: the hours of the calls that a fleet can take of those selected. Null where too few hours have single calls. */
export async function busiestMinutes(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  selects: readonly MoveSelect[],
  totalClasses: readonly number[],
  demand: readonly HourDemand[],
): Promise<BusiestMinutes | null> {
  const hours = busiestHours([{ weight: 1n, demand }])
  if (hours.length < LEAST_HOURS) return null
  return await remembered(connection, workspaceId, ['busiest', period, selects, totalClasses, hours], () => {
    const values: unknown[] = [workspaceId]
    const { from, where } = usageSource(period, selects, SINGLE_CALLS, values)
    const calls = `SELECT u.ts, u.output_tokens, 1 AS weight FROM ${from} AS u
      WHERE ${where} AND ${answersWithText(totalClasses, values)} AND ${INSIDE}`
    return read(connection, '', calls, hours, values)
  })
}

/** The same of calls of which a fleet is left different shares. */
export async function busiestOfParts(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  filter: MoveSelect,
  cut: SliceCut,
  parts: readonly (SlicePart & { readonly demand: readonly HourDemand[] })[],
): Promise<BusiestMinutes | null> {
  const hours = busiestHours(parts)
  if (hours.length < LEAST_HOURS) return null
  const keys = parts.map(({ slices, weight }) => [String(weight), slices.map(({ key }) => key)])
  const question = ['busiest parts', period, filter, cut.classes.map((c) => c.hourClass), cut.detail, keys, hours]
  return await remembered(connection, workspaceId, question, () => {
    const values: unknown[] = [workspaceId]
    const { from, where } = usageSource(period, [filter], SINGLE_CALLS, values)
    const { sets, joins, part } = partsSource(cut, parts, values)
    const weights = values.push(parts.map(({ weight }) => weight))
    const calls = `SELECT u.ts, u.output_tokens, ($${weights}::numeric[])[${part} + 1] AS weight FROM ${from} AS u ${joins}
      WHERE ${where} AND ${INSIDE}`
    return read(connection, `WITH ${sets}`, calls, hours, values)
  })
}

const INSIDE = `u.ts >= busy.hour AND u.ts < busy.hour + interval '1 hour' AND u.bucket_seconds = 0`

/** Those with most output of the hours that have calls enough. */
function busiestHours(parts: readonly { readonly weight: bigint; readonly demand: readonly HourDemand[] }[]) {
  const sums = new Map<InstantMs, { startMs: InstantMs; calls: number; squares: number; output: number }>()
  for (const { weight, demand } of parts) {
    const each = Number(weight)
    for (const { startMs, requests, outputTokens } of demand) {
      const sum = sums.get(startMs) ?? { startMs, calls: 0, squares: 0, output: 0 }
      sum.calls += each * requests
      sum.squares += each * each * requests
      sum.output += each * outputTokens
      sums.set(startMs, sum)
    }
  }
  return [...sums.values()]
    .filter(({ calls, squares }) => calls > 0 && calls * calls >= LEAST_CALLS * squares)
    .sort((a, b) => b.output - a.output || a.startMs - b.startMs)
    .slice(0, HOURS)
    .map(({ startMs }) => startMs)
}

/** `calls`: SQL of the single calls of one hour, with their weights; null for those of others. */
async function read(
  connection: Queryable,
  sets: string,
  calls: string,
  hours: readonly InstantMs[],
  values: unknown[],
): Promise<BusiestMinutes | null> {
  const at = values.push(hours.map((ms) => new Date(ms)))
  const { rows } = await connection.query<{ ratio: number }>(
    `${sets} SELECT max(five.output) * 12 / sum(five.output) AS ratio
     FROM unnest($${at}::timestamptz[]) AS busy (hour) CROSS JOIN LATERAL (
       SELECT sum(one.weight * one.output_tokens)::float8 AS output, sum(one.weight)::float8 AS calls,
         sum(one.weight * one.weight)::float8 AS squares
       FROM (${calls}) AS one GROUP BY floor(extract(epoch FROM one.ts) / 300)) AS five
     GROUP BY busy.hour HAVING sum(five.calls)^2 >= ${LEAST_CALLS} * sum(five.squares) AND sum(five.output) > 0`,
    values,
  )
  if (rows.length < LEAST_HOURS) return null
  const ratios = rows.map((row) => row.ratio).sort((a, b) => a - b)
  return { peakToMean: Math.max(1, ratios[Math.floor(ratios.length / 2)] as number), hours: rows.length }
}
