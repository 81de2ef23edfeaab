/** Slices of alike hours, summed in the database from the hourly rollup. Numbers arrive as text and become exact here. */
import 'server-only'
import { usdFromText } from '../../core/money/usd'
import type { MoveSelect } from '../../core/simulate/replay/move-select'
import type { UsageSlice } from '../../core/simulate/replay/usage-slice'
import { type InstantMs, monthOf, type Period } from '../../core/time/instant'
import { isMeter, type OtherMeter } from '../../core/usage/meter'
import { DIMENSION } from './dimension'
import type { Queryable } from './pool'
import { remembered } from './rollup-memory'
import { type SliceDetail, usageSource } from './usage-source'

export interface HourClass {
  readonly hourMs: InstantMs
  /** Hours of equal class are summed together. */
  readonly hourClass: number
}

interface SliceRow {
  at: Date
  grain: number
  host: string | null
  model: string | null
  project: string | null
  api_key: string | null
  tags: Record<string, string> | null
  service_tier: string | null
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
  detail: SliceDetail,
): Promise<readonly UsageSlice[]> {
  const question = ['slices', period, filter, classes.map((c) => c.hourClass), detail]
  return await remembered(connection, workspaceId, question, () =>
    readSlices(connection, workspaceId, period, filter, classes, detail),
  )
}

async function readSlices(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  filter: MoveSelect,
  classes: readonly HourClass[],
  detail: SliceDetail,
): Promise<UsageSlice[]> {
  const values: unknown[] = [workspaceId]
  const { from, where } = usageSource(period, [filter], detail, values)
  const hours = `$${values.push(classes.map((c) => new Date(c.hourMs)))}`
  const numbers = `$${values.push(classes.map((c) => c.hourClass))}`
  const key = detail.apiKey ? 'u.api_key_id' : '0'
  // The tags the question names, of each set of tags.
  const sets =
    detail.tags.length === 0
      ? 'SELECT 0 AS id, NULL::jsonb AS picked'
      : `SELECT id, (SELECT jsonb_object_agg(pair ->> 0, pair ->> 1) FROM jsonb_array_elements(value::jsonb) AS pairs (pair)
           WHERE pair ->> 0 = ANY ($${values.push(detail.tags)}::text[])) AS picked
         FROM dimension WHERE workspace_id = $1 AND kind = ${DIMENSION.tag_set}`
  const tagSet = detail.tags.length === 0 ? '0' : 'u.tag_set_id'
  const { rows } = await connection.query<SliceRow>(
    `WITH sets AS MATERIALIZED (${sets}), sums AS (
       SELECT c.class, CASE WHEN u.grain_seconds > 3600 THEN u.hour END AS bucket, u.host_id, u.model_id, u.project_id,
         ${key} AS api_key_id, sets.picked AS tags, u.service_tier_id, u.context_band, u.grain_seconds AS grain,
         u.unpriced_records > 0 AS unpriced,
         min(u.hour) AS at, sum(u.records) AS records, sum(u.requests) AS requests, sum(u.input_tokens) AS input,
         sum(u.cache_read_tokens) AS cache_read, sum(u.cache_write_5m_tokens) AS cache_write_5m,
         sum(u.cache_write_1h_tokens) AS cache_write_1h, sum(u.output_tokens) AS output,
         sum(u.reasoning_tokens) AS reasoning, sum_quantities(u.other_quantities) FILTER (WHERE u.other_quantities IS NOT NULL) AS other, sum(u.cost) AS cost
       FROM ${from} AS u JOIN unnest(${hours}::timestamptz[], ${numbers}::int[]) AS c (hour, class) ON c.hour = u.hour
         LEFT JOIN sets ON sets.id = ${tagSet}
       WHERE ${where}
       GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
     SELECT s.at, s.grain, s.context_band, s.unpriced, s.records::text, s.requests::text, s.input::text, s.cache_read::text,
       s.cache_write_5m::text, s.cache_write_1h::text, s.output::text, s.reasoning::text, s.other, s.cost::text, s.tags,
       ${NAMED.map((kind) => `d_${kind}.value AS ${kind}`).join(', ')}
     FROM sums s ${NAMED.map(
       (kind) =>
         `LEFT JOIN dimension d_${kind} ON d_${kind}.workspace_id = $1 AND d_${kind}.kind = ${DIMENSION[kind]} AND d_${kind}.id = s.${kind}_id`,
     ).join(' ')}
     ORDER BY s.at, host, model, project, api_key, service_tier, s.context_band, s.unpriced`,
    values,
  )
  return rows.map(sliceOf)
}

const NAMED = ['host', 'model', 'project', 'api_key', 'service_tier'] as const

function sliceOf(row: SliceRow): UsageSlice {
  const atMs = row.at.getTime()
  return {
    atMs,
    grainSeconds: row.grain,
    month: monthOf(atMs),
    host: row.host ?? 'unknown',
    model: row.model ?? 'unknown',
    project: row.project,
    apiKey: row.api_key,
    tags: row.tags === null ? null : new Map(Object.entries(row.tags)),
    serviceTier: row.service_tier ?? 'standard',
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
