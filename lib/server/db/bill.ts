/** The sums a bill is made from, out of the hourly rollup: it alone keeps which prices were used. */
import 'server-only'
import type { InstantMs, Period } from '../../core/time/instant'
import { BILL_SUMS } from './bill-correction'
import { DIMENSION } from './dimension'
import type { Queryable } from './pool'
import { bounds, filters, type SpendFilter, type SpendGroupBy, sourceOf, timeText } from './spend'

/** Ids, exact decimal text and digit strings, as PostgreSQL wrote them. */
export interface BillSums {
  host_id: number
  model_id: number
  service_tier_id: number
  price_set_id: number
  /** Only where the sums are by project. */
  project_id?: number
  /** "2026-09-30", only where the sums are by day. */
  day?: string
  records: string
  requests: string
  uncounted_records: string
  input_tokens: string
  cache_read_tokens: string
  cache_write_5m_tokens: string
  cache_write_1h_tokens: string
  output_tokens: string
  reasoning_tokens: string
  other_quantities: Readonly<Record<string, string>> | null
  cost: string
  unpriced_records: string
  unpriced_requests: string
  unpriced_tokens: string
  reported_cost: string | null
  reported_records: string
}

/** A sum over records of which none reported a cost is unknown, not zero. */
const summed = (name: string) =>
  name === 'reported_cost' ? 'CASE WHEN sum(reported_records) <> 0 THEN sum(reported_cost) END' : `sum(${name})`
const SUMMED = BILL_SUMS.map((name) => `trim_scale(${summed(name)}::numeric)::text AS ${name}`).join(', ')
const KEYS = ['host_id', 'model_id', 'service_tier_id', 'price_set_id']
const HOUR_DAY = `to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD')`
const TOKENS = ['input_tokens', 'cache_read_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens', 'output_tokens']

/** One row a host, model, tier and way of pricing, and where asked a project or a UTC day. */
export async function sumBill(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  by: 'all' | 'project' | 'day' = 'all',
): Promise<BillSums[]> {
  const keys = [...KEYS, ...(by === 'project' ? ['project_id'] : []), ...(by === 'day' ? [HOUR_DAY] : [])]
  const { rows } = await connection.query<BillSums>(
    `SELECT ${keys.join(', ')}${by === 'day' ? ' AS day' : ''}, ${SUMMED},
       nullif(sum_quantities(other_quantities), '{}') AS other_quantities
     FROM usage_hour WHERE workspace_id = $1 AND hour >= $2 AND hour < $3
     GROUP BY ${keys.join(', ')}`,
    [workspaceId, new Date(period.startMs), new Date(period.endMs)],
  )
  return rows
}

export interface PricedQuery {
  /** Half-open; null is unbounded. */
  readonly fromMs: InstantMs | null
  readonly toMs: InstantMs | null
  readonly filter: SpendFilter
  /** To tell apart beside what a bill does. */
  readonly groups: readonly SpendGroupBy[]
}

export type PricedSums = BillSums & {
  /** Values of the groups, in the order asked; several rows may have the same. */
  readonly group_keys: readonly (string | null)[]
}

/** Sums of any usage with the prices used: what it cost in whichever currency, and what one meter of it did. */
export async function sumByPrice(
  connection: Queryable,
  workspaceId: number,
  query: PricedQuery,
): Promise<PricedSums[]> {
  const source = sourceOf(query, true)
  const values: unknown[] = [workspaceId]
  const parameter = (value: unknown) => `$${values.push(value)}`
  const where = ['s.workspace_id = $1', ...bounds(source, query, parameter), ...filters(query.filter, parameter)]
  const inner = query.groups.map((group) =>
    group.kind === 'time' ? timeText(source, group.unit) : `s.${group.kind === 'tag' ? 'tag_set' : group.name}_id`,
  )
  const outer = query.groups.map((group, index) => {
    if (group.kind === 'time') return `t.g${index}`
    const kind = DIMENSION[group.kind === 'tag' ? 'tag_set' : group.name]
    const value = `SELECT d.value FROM dimension d WHERE d.workspace_id = $1 AND d.kind = ${kind} AND d.id = t.g${index}`
    return group.kind === 'tag'
      ? `(SELECT pair ->> 1 FROM jsonb_array_elements((${value})::jsonb) AS pairs (pair)
          WHERE pair ->> 0 = ${parameter(group.name)} LIMIT 1)`
      : `(${value})`
  })
  const keys = KEYS.map((key) => `s.${key}`)
  const { rows } = await connection.query<PricedSums>(
    `SELECT t.*, ARRAY[${outer.join(', ')}]::text[] AS group_keys FROM (
       SELECT ${[...keys, ...inner.map((key, index) => `${key} AS g${index}`)].join(', ')}, ${SUMMED},
         nullif(sum_quantities(other_quantities), '{}') AS other_quantities
       FROM ${source.table} AS s WHERE ${where.join(' AND ')} GROUP BY ${[...keys, ...inner].join(', ')}
     ) AS t`,
    values,
  )
  return rows
}

/** The same sums less the corrections since a close: what the month was closed with. */
export async function sumClosedBill(
  connection: Queryable,
  workspaceId: number,
  bill: { readonly month: string; readonly period: Period; readonly version: number },
  by: 'all' | 'day' = 'all',
): Promise<BillSums[]> {
  const { month, period, version } = bill
  const keys = [...KEYS, ...(by === 'day' ? ['day'] : [])].join(', ')
  const { rows } = await connection.query<BillSums>(
    `SELECT ${keys}, ${SUMMED}, nullif(sum_quantities(other_quantities), '{}') AS other_quantities
     FROM (
       SELECT ${KEYS.join(', ')}, ${HOUR_DAY} AS day, ${BILL_SUMS.join(', ')}, other_quantities
       FROM usage_hour WHERE workspace_id = $1 AND hour >= $2 AND hour < $3
       UNION ALL
       SELECT ${KEYS.join(', ')}, to_char(day, 'YYYY-MM-DD'), ${BILL_SUMS.map((name) => `-${name}`).join(', ')},
         negate_quantities(other_quantities)
       FROM bill_correction WHERE workspace_id = $1 AND month = $4 AND version = $5 AND withdrawn_at IS NULL
     ) AS s
     GROUP BY ${keys}
     HAVING sum(records) <> 0 OR sum(cost) <> 0 OR nullif(sum_quantities(other_quantities), '{}') IS NOT NULL
       OR ${TOKENS.map((name) => `sum(${name}) <> 0`).join(' OR ')}`,
    [workspaceId, new Date(period.startMs), new Date(period.endMs), month, version],
  )
  return rows
}
