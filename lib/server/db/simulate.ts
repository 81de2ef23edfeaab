/**
 * What a what-if reads of the hourly rollup, summed in the database: slices of alike hours, and demand hour by hour.
 * Numbers arrive as text and become exact integers here.
 */
import 'server-only'
import { type Usd, usdFromText } from '../../core/money/usd'
import type { HourDemand } from '../../core/simulate/fleet/demand'
import { EMBEDDING_PATTERN } from '../../core/simulate/replay/target-price'
import type { MoveSelect, UsageSlice } from '../../core/simulate/replay/usage-slice'
import { DAY_MS, HOUR_MS, type InstantMs, monthOf, type Period } from '../../core/time/instant'
import { isMeter, type OtherMeter } from '../../core/usage/meter'
import { DIMENSION, type DimensionName } from './dimension'
import type { Queryable } from './pool'
import { remembered } from './rollup-memory'

export interface HourClass {
  readonly hourMs: InstantMs
  /** Hours of equal class are summed together. */
  readonly hourClass: number
}

const FILTERS: readonly (readonly [keyof MoveSelect, DimensionName])[] = [
  ['host', 'host'],
  ['model', 'model'],
  ['project', 'project'],
  ['service_tier', 'service_tier'],
]

/** SQL conditions on rows `u` of usage_hour; the empty name selects rows without one. Adds to `values`. */
function conditions(workspaceId: number, period: Period, selects: readonly MoveSelect[], values: unknown[]): string {
  const bind = (value: unknown) => `$${values.push(value)}`
  const workspace = bind(workspaceId)
  const parts = [
    `u.workspace_id = ${workspace}`,
    `u.hour >= ${bind(new Date(period.startMs))}`,
    `u.hour < ${bind(new Date(period.endMs))}`,
  ]
  for (const select of selects) {
    for (const [name, kind] of FILTERS) {
      const wanted = select[name]
      if (wanted === undefined) continue
      const none = wanted.includes('') ? ' UNION ALL SELECT 0' : ''
      parts.push(
        `u.${kind}_id IN (SELECT id FROM dimension WHERE workspace_id = ${workspace} AND kind = ${DIMENSION[kind]} AND value = ANY (${bind(wanted)}::text[])${none})`,
      )
    }
  }
  return parts.join(' AND ')
}

interface SliceRow {
  at: Date
  grain: number
  host: string | null
  model: string | null
  project: string | null
  tier: string | null
  context_band: number
  unpriced: boolean
  records: string
  requests: string
  input: string
  cache_read: string
  cache_write_5m: string
  cache_write_1h: string
  output: string
  reasoning: string
  other: Record<string, string> | null
  cost: string
}

export async function usageSlices(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  filter: MoveSelect,
  classes: readonly HourClass[],
): Promise<readonly UsageSlice[]> {
  const question = ['slices', period, filter, classes.map((c) => c.hourClass)]
  return await remembered(connection, workspaceId, question, () =>
    readSlices(connection, workspaceId, period, filter, classes),
  )
}

async function readSlices(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  filter: MoveSelect,
  classes: readonly HourClass[],
): Promise<UsageSlice[]> {
  const values: unknown[] = []
  const where = conditions(workspaceId, period, [filter], values)
  const hours = `$${values.push(classes.map((c) => new Date(c.hourMs)))}`
  const numbers = `$${values.push(classes.map((c) => c.hourClass))}`
  const { rows } = await connection.query<SliceRow>(
    `WITH sums AS (
       SELECT c.class, CASE WHEN u.grain_seconds > 3600 THEN u.hour END AS bucket, u.host_id, u.model_id, u.project_id,
         u.service_tier_id, u.context_band, u.grain_seconds AS grain, u.unpriced_records > 0 AS unpriced,
         min(u.hour) AS at, sum(u.records) AS records, sum(u.requests) AS requests, sum(u.input_tokens) AS input,
         sum(u.cache_read_tokens) AS cache_read, sum(u.cache_write_5m_tokens) AS cache_write_5m,
         sum(u.cache_write_1h_tokens) AS cache_write_1h, sum(u.output_tokens) AS output,
         sum(u.reasoning_tokens) AS reasoning, sum_quantities(u.other_quantities) FILTER (WHERE u.other_quantities IS NOT NULL) AS other, sum(u.cost) AS cost
       FROM usage_hour u JOIN unnest(${hours}::timestamptz[], ${numbers}::int[]) AS c (hour, class) ON c.hour = u.hour
       WHERE ${where}
       GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9)
     SELECT s.at, s.grain, s.context_band, s.unpriced, s.records::text, s.requests::text, s.input::text, s.cache_read::text,
       s.cache_write_5m::text, s.cache_write_1h::text, s.output::text, s.reasoning::text, s.other, s.cost::text,
       h.value AS host, m.value AS model, p.value AS project, t.value AS tier
     FROM sums s ${(['host', 'model', 'project', 'service_tier'] as const)
       .map(
         (kind) =>
           `LEFT JOIN dimension ${kind[0] === 's' ? 't' : kind[0]} ON ${kind[0] === 's' ? 't' : kind[0]}.workspace_id = $1
              AND ${kind[0] === 's' ? 't' : kind[0]}.kind = ${DIMENSION[kind]} AND ${kind[0] === 's' ? 't' : kind[0]}.id = s.${kind}_id`,
       )
       .join(' ')}
     ORDER BY s.at, host, model, project, tier, s.context_band, s.unpriced`,
    values,
  )
  return rows.map(sliceOf)
}

function sliceOf(row: SliceRow): UsageSlice {
  const atMs = row.at.getTime()
  return {
    atMs,
    grainSeconds: row.grain,
    month: monthOf(atMs),
    host: row.host ?? 'unknown',
    model: row.model ?? 'unknown',
    project: row.project,
    serviceTier: row.tier ?? 'standard',
    region: null,
    contextBand: row.context_band,
    records: BigInt(row.records),
    requests: BigInt(row.requests),
    quantities: {
      input: BigInt(row.input),
      cacheRead: BigInt(row.cache_read),
      cacheWrite5m: BigInt(row.cache_write_5m),
      cacheWrite1h: BigInt(row.cache_write_1h),
      output: BigInt(row.output),
      reasoning: BigInt(row.reasoning),
      other: otherOf(row.other),
    },
    cost: row.unpriced ? null : usdFromText(row.cost),
  }
}

function otherOf(json: Record<string, string> | null): ReadonlyMap<OtherMeter, bigint> | null {
  if (json === null) return null
  const quantities = new Map<OtherMeter, bigint>()
  for (const [meter, quantity] of Object.entries(json)) {
    if (isMeter(meter) && quantity !== '0') quantities.set(meter as OtherMeter, BigInt(quantity))
  }
  return quantities.size === 0 ? null : quantities
}

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
  const values: unknown[] = []
  const where = conditions(workspaceId, period, selects, values)
  const text = `u.model_id NOT IN (SELECT id FROM dimension WHERE workspace_id = $1 AND kind = ${DIMENSION.model} AND value ~* $${values.push(EMBEDDING_PATTERN)})`
  const lengths =
    totalClasses === null
      ? ''
      : ` AND u.context_band % 16 = ANY ($${values.push(totalClasses)}::int[]) AND u.other_quantities IS NULL`
  const { rows } = await connection.query<DemandRow>(
    `SELECT u.hour, u.grain_seconds AS grain, sum(u.records)::text AS records, sum(u.requests)::text AS requests,
       sum(u.uncounted_records)::text AS uncounted,
       sum(u.input_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens)::text AS input,
       sum(u.cache_read_tokens)::text AS cached, sum(u.output_tokens)::text AS output, sum(u.cost)::text AS cost
     FROM usage_hour u WHERE ${where} AND u.unpriced_records = 0 AND ${text}${lengths} GROUP BY u.hour, u.grain_seconds ORDER BY u.hour`,
    values,
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

export interface UsedPair {
  readonly host: string
  readonly model: string
  readonly project: string
  readonly cost: string
  readonly requests: string
}

/** Which models and projects a workspace used in a period, dearest first, and the span of its data. */
export async function usedPairs(connection: Queryable, workspaceId: number, period: Period): Promise<UsedPair[]> {
  const { rows } = await connection.query<UsedPair>(
    `SELECT coalesce(h.value, 'unknown') AS host, coalesce(m.value, 'unknown') AS model, coalesce(p.value, '') AS project,
       s.cost::text, s.requests::text
     FROM (SELECT host_id, model_id, project_id, sum(cost) AS cost, sum(requests) AS requests FROM usage_day
       WHERE workspace_id = $1 AND day >= $2 AND day < $3 GROUP BY 1, 2, 3) s
     LEFT JOIN dimension h ON h.workspace_id = $1 AND h.kind = ${DIMENSION.host} AND h.id = s.host_id
     LEFT JOIN dimension m ON m.workspace_id = $1 AND m.kind = ${DIMENSION.model} AND m.id = s.model_id
     LEFT JOIN dimension p ON p.workspace_id = $1 AND p.kind = ${DIMENSION.project} AND p.id = s.project_id
     ORDER BY s.cost DESC, host, model, project LIMIT 2000`,
    [
      workspaceId,
      new Date(period.startMs).toISOString().slice(0, 10),
      new Date(period.endMs + DAY_MS - 1).toISOString().slice(0, 10),
    ],
  )
  return rows
}

/** First and last hour of usage; null when there is none. */
export async function usageSpan(connection: Queryable, workspaceId: number): Promise<Period | null> {
  const { rows } = await connection.query<{ first: Date | null; last: Date | null }>(
    'SELECT min(day)::timestamptz AS first, max(day)::timestamptz AS last FROM usage_day WHERE workspace_id = $1',
    [workspaceId],
  )
  const first = rows[0]?.first
  const last = rows[0]?.last
  if (first === null || first === undefined || last === null || last === undefined) return null
  return { startMs: first.getTime(), endMs: last.getTime() + DAY_MS }
}
