/** Slices of alike hours, summed in the database from the hourly rollup. Numbers arrive as text and become exact here. */
import 'server-only'
import { usdFromText } from '../../core/money/usd'
import type { MoveSelect } from '../../core/simulate/replay/move-select'
import { type UsageSlice, withPools } from '../../core/simulate/replay/usage-slice'
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

/** How the hours of a question are cut into slices: hours of one class together, told apart by what the selects ask for. */
export interface SliceCut {
  readonly classes: readonly HourClass[]
  readonly detail: SliceDetail
}

/** A slice that knows which rows it is of. */
export interface StoredSlice extends UsageSlice {
  /** The `key` of its rows. */
  readonly key: string
}

/** SQL of what makes rows `u` one slice. */
export interface SliceSql {
  readonly columns: readonly { readonly name: string; readonly sql: string }[]
  /** Text that is the same for the rows of one slice only, of the columns or of what they are called in `alias`. */
  readonly key: (alias?: string) => string
  /** A common table expression that the joins need. */
  readonly sets: string
  readonly joins: string
}

/** Adds to `values`, whose first must be the workspace. */
export function sliceSql({ classes, detail }: SliceCut, values: unknown[]): SliceSql {
  const bind = (value: unknown) => `$${values.push(value)}`
  const tagged = detail.tags.length > 0
  const hours = bind(classes.map((c) => new Date(c.hourMs)))
  const numbers = bind(classes.map((c) => c.hourClass))
  const column = (name: string, sql = `u.${name}`) => ({ name, sql })
  const columns = [
    column('class', 'c.class'),
    column('grain_seconds'),
    column('host_id'),
    column('model_id'),
    column('project_id'),
    column('service_tier_id'),
    column('context_band'),
    column('unpriced', 'u.unpriced_records > 0'),
    // What uses more than text, own GPUs cannot take.
    column('plain', 'u.other_quantities IS NULL'),
    column('api_key_id', detail.apiKey ? 'u.api_key_id' : '0'),
    column('tags', tagged ? `coalesce(sets.picked, '')` : `''::text`),
    // Buckets that do not tell the hour stay by themselves. Null for hours: the grain tells which there are.
    column('bucket', 'CASE WHEN u.grain_seconds > 3600 THEN u.hour END'),
  ]
  return {
    columns,
    key: (alias) =>
      `concat_ws('/', ${columns.map(({ name, sql }) => (alias === undefined ? sql : `${alias}.${name}`)).join(', ')})`,
    // The tags the question names, of each set of tags.
    sets: tagged
      ? `sets AS MATERIALIZED (SELECT id, (SELECT jsonb_object_agg(pair ->> 0, pair ->> 1)::text
           FROM jsonb_array_elements(value::jsonb) AS pairs (pair) WHERE pair ->> 0 = ANY (${bind(detail.tags)}::text[])) AS picked
         FROM dimension WHERE workspace_id = $1 AND kind = ${DIMENSION.tag_set})`
      : 'sets AS (SELECT NULL)',
    joins: `JOIN unnest(${hours}::timestamptz[], ${numbers}::int[]) AS c (hour, class) ON c.hour = u.hour
      ${tagged ? 'LEFT JOIN sets ON sets.id = u.tag_set_id' : ''}`,
  }
}

interface SliceRow {
  at: Date
  grain_seconds: number
  host: string | null
  model: string | null
  project: string | null
  api_key: string | null
  tags: string
  key: string
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
  cut: SliceCut,
): Promise<readonly StoredSlice[]> {
  const question = ['slices', period, filter, cut.classes.map((c) => c.hourClass), cut.detail]
  return await remembered(connection, workspaceId, question, () =>
    readSlices(connection, workspaceId, period, filter, cut),
  )
}

async function readSlices(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  filter: MoveSelect,
  cut: SliceCut,
): Promise<StoredSlice[]> {
  const values: unknown[] = [workspaceId]
  const { from, where } = usageSource(period, [filter], cut.detail, values)
  const { columns, key, sets, joins } = sliceSql(cut, values)
  const { rows } = await connection.query<SliceRow>(
    `WITH ${sets}, sums AS (
       SELECT ${columns.map(({ name, sql }) => `${sql} AS ${name}`).join(', ')},
         min(u.hour) AS at, sum(u.records) AS records, sum(u.requests) AS requests, sum(u.input_tokens) AS input,
         sum(u.cache_read_tokens) AS cache_read, sum(u.cache_write_5m_tokens) AS cache_write_5m,
         sum(u.cache_write_1h_tokens) AS cache_write_1h, sum(u.output_tokens) AS output,
         sum(u.reasoning_tokens) AS reasoning, sum_quantities(u.other_quantities) FILTER (WHERE u.other_quantities IS NOT NULL) AS other, sum(u.cost) AS cost
       FROM ${from} AS u ${joins}
       WHERE ${where}
       GROUP BY ${columns.map((_, index) => index + 1).join(', ')})
     SELECT ${key('s')} AS key, s.at, s.grain_seconds, s.context_band, s.unpriced, s.tags, s.records::text, s.requests::text,
       s.input::text, s.cache_read::text, s.cache_write_5m::text, s.cache_write_1h::text, s.output::text, s.reasoning::text, s.other,
       s.cost::text, ${NAMED.map((kind) => `d_${kind}.value AS ${kind}`).join(', ')}
     FROM sums s ${NAMED.map(
       (kind) =>
         `LEFT JOIN dimension d_${kind} ON d_${kind}.workspace_id = $1 AND d_${kind}.kind = ${DIMENSION[kind]} AND d_${kind}.id = s.${kind}_id`,
     ).join(' ')}
     ORDER BY s.at, host, model, project, api_key, service_tier, s.context_band, s.unpriced, s.plain`,
    values,
  )
  return withPools(rows.map(sliceOf))
}

const NAMED = ['host', 'model', 'project', 'api_key', 'service_tier'] as const

function sliceOf(row: SliceRow): StoredSlice {
  const atMs = row.at.getTime()
  return {
    key: row.key,
    atMs,
    grainSeconds: row.grain_seconds,
    month: monthOf(atMs),
    host: row.host ?? 'unknown',
    model: row.model ?? 'unknown',
    project: row.project,
    apiKey: row.api_key,
    tags: row.tags === '' ? null : new Map(Object.entries(JSON.parse(row.tags) as Record<string, string>)),
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
