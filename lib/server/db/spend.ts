/**
 * Sums of usage over a period, by any dimensions. Answered from the daily rollup where it can be, else the hourly one,
 * else the records themselves; all three give the same figures because the books balance.
 */
import 'server-only'
import { DAY_MS, HOUR_MS, type InstantMs } from '../../core/time/instant'
import { DIMENSION, type DimensionName } from './dimension'
import type { Queryable } from './pool'

export type SpendDimension = Exclude<DimensionName, 'tag_set' | 'region'>
export type SpendTime = 'hour' | 'day' | 'month'
export type SpendGroupBy =
  | { readonly kind: 'time'; readonly unit: SpendTime }
  | { readonly kind: 'dimension'; readonly name: SpendDimension }
  | { readonly kind: 'tag'; readonly name: string }

/** Records whose charge has a line of a meter, and where given of one price with its multipliers. */
export interface LineFilter {
  readonly meter: string
  readonly price: { readonly id: string; readonly multiplierIds: readonly string[] } | null
}

export interface SpendFilter {
  /** Any of the values; empty text means "none". */
  readonly dimensions: readonly { readonly name: SpendDimension; readonly values: readonly string[] }[]
  readonly tags: readonly { readonly name: string; readonly values: readonly string[] }[]
  readonly importNo: number | null
  /** Only records without a price in any currency: answered from the records. */
  readonly unpriced: boolean
  /** Answered from the hourly rollup or the records, which alone know the prices used. */
  readonly line?: LineFilter
  /** Only these ways of pricing; as `line`. */
  readonly priceSets?: readonly number[]
}

export const NO_FILTER: SpendFilter = { dimensions: [], tags: [], importNo: null, unpriced: false }

export interface SpendQuery {
  /** Half-open; null is unbounded. */
  readonly fromMs: InstantMs | null
  readonly toMs: InstantMs | null
  readonly groups: readonly SpendGroupBy[]
  readonly filter: SpendFilter
  readonly offset: number
  readonly limit: number | null
}

/** Exact decimal text and digit strings, as PostgreSQL wrote them. */
export interface SpendSums {
  /** Values of the groups, in the order asked: "2026-09", a name, or null for none. */
  readonly keys: readonly (string | null)[]
  readonly records: string
  readonly requests: string
  readonly uncountedRecords: string
  readonly input: string
  readonly cacheRead: string
  readonly cacheWrite5m: string
  readonly cacheWrite1h: string
  readonly output: string
  readonly reasoning: string
  readonly cost: string
  readonly unpricedRecords: string
  readonly unpricedRequests: string
  readonly unpricedTokens: string
  readonly reportedCost: string | null
  /** Records whose source reported a cost in dollars. */
  readonly reportedRecords: string
  readonly errors: string
}

const SUMMED = [
  'records',
  'requests',
  'uncounted_records',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost',
  'unpriced_records',
  'unpriced_requests',
  'unpriced_tokens',
  'reported_cost',
  'reported_records',
  'errors',
] as const

/** Records in the shape of the rollups, so that one query reads all three. */
const RECORDS_AS_SUMS = `(SELECT workspace_id, ts, import_no, host_id, model_id, project_id, api_key_id, user_id, service_tier_id,
    region_id, tag_set_id, price_set_id, other_quantities, (price_set_id = 0) AS is_unpriced, 1 AS records, coalesce(requests, 0) AS requests,
    (requests IS NULL)::int AS uncounted_records, input_tokens, cache_read_tokens, cache_write_5m_tokens,
    cache_write_1h_tokens, output_tokens, reasoning_tokens, coalesce(cost, 0) AS cost, (cost IS NULL)::int AS unpriced_records,
    CASE WHEN cost IS NULL THEN coalesce(requests, 1) ELSE 0 END AS unpriced_requests,
    CASE WHEN cost IS NULL
      THEN input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens + output_tokens ELSE 0 END AS unpriced_tokens,
    CASE WHEN reported_currency = 'USD' THEN reported_cost END AS reported_cost,
    (reported_cost IS NOT NULL AND reported_currency = 'USD')::int AS reported_records, (status = 1)::int AS errors
  FROM usage_record WHERE set_aside_by IS NULL)`

export interface Source {
  readonly table: string
  /** Column of time, and how a bound is written for it. */
  readonly time: string
  readonly bound: (parameter: string) => string
}

const DAYS: Source = { table: 'usage_day', time: 'day', bound: (p) => `(${p}::timestamptz AT TIME ZONE 'UTC')::date` }
const HOURS: Source = { table: 'usage_hour', time: 'hour', bound: (p) => `${p}::timestamptz` }
const RECORDS: Source = { table: RECORDS_AS_SUMS, time: 'ts', bound: (p) => `${p}::timestamptz` }

/** Which table holds the answer; sums by the prices used are never of days. */
export function sourceOf(query: Omit<SpendQuery, 'offset' | 'limit'>, byPrice = false): Source {
  const { groups, filter, fromMs, toMs } = query
  const wholeBounds = (unit: number) => [fromMs, toMs].every((bound) => bound === null || bound % unit === 0)
  const hasTag = filter.tags.length > 0 || groups.some((group) => group.kind === 'tag')
  if (hasTag || filter.importNo !== null || filter.unpriced) return RECORDS
  const hourly =
    byPrice ||
    filter.line !== undefined ||
    filter.priceSets !== undefined ||
    groups.some((group) => group.kind === 'time' && group.unit === 'hour') ||
    !wholeBounds(DAY_MS)
  if (!hourly) return DAYS
  const byUser =
    groups.some((group) => group.kind === 'dimension' && group.name === 'user') ||
    filter.dimensions.some((dimension) => dimension.name === 'user')
  return byUser || !wholeBounds(HOUR_MS) ? RECORDS : HOURS
}

/** Rows in the order of their keys; names compare as bytes and none comes last. */
export async function sumSpend(connection: Queryable, workspaceId: number, query: SpendQuery): Promise<SpendSums[]> {
  const source = sourceOf(query)
  const values: unknown[] = [workspaceId]
  const parameter = (value: unknown) => `$${values.push(value)}`
  const where = [`s.workspace_id = $1`, ...bounds(source, query, parameter), ...filters(query.filter, parameter)]
  const inner: string[] = []
  const outer: string[] = []
  const joins: string[] = []
  query.groups.forEach((group, index) => {
    if (group.kind === 'time') {
      inner.push(`${timeText(source, group.unit)} AS g${index}`)
      outer.push(`t.g${index}`)
      return
    }
    const isTag = group.kind === 'tag'
    const column = isTag ? 'tag_set_id' : `${group.name}_id`
    const kind = isTag ? DIMENSION.tag_set : DIMENSION[group.name]
    inner.push(`s.${column} AS g${index}`)
    joins.push(
      `LEFT JOIN dimension d${index} ON d${index}.workspace_id = $1 AND d${index}.kind = ${kind} AND d${index}.id = t.g${index}`,
    )
    outer.push(
      isTag
        ? `(SELECT pair ->> 1 FROM jsonb_array_elements(d${index}.value::jsonb) AS pairs (pair) WHERE pair ->> 0 = ${parameter(group.name)} LIMIT 1)`
        : `d${index}.value`,
    )
  })
  const sums = SUMMED.map((name) => `sum(s.${name}) AS ${name}`)
  const totals = SUMMED.map((name) =>
    name === 'reported_cost'
      ? `trim_scale(sum(t.${name}))::text AS ${name}`
      : `coalesce(trim_scale(sum(t.${name})::numeric), 0)::text AS ${name}`,
  )
  const numbers = (list: readonly string[]) => list.map((_item, index) => index + 1).join(', ')
  const { rows } = await connection.query<Record<string, string | null>>(
    `SELECT ${[...outer.map((key, index) => `${key} AS k${index}`), ...totals].join(', ')}
     FROM (SELECT ${[...inner, ...sums].join(', ')} FROM ${source.table} AS s WHERE ${where.join(' AND ')}
       ${inner.length === 0 ? '' : `GROUP BY ${numbers(inner)}`}) AS t ${joins.join(' ')}
     ${outer.length === 0 ? '' : `GROUP BY ${numbers(outer)} ORDER BY ${outer.map((_key, index) => `${index + 1} NULLS LAST`).join(', ')}`}
     OFFSET ${parameter(query.offset)} LIMIT ${parameter(query.limit)}`,
    values,
  )
  return rows.map((row) => sumsOf(row, query.groups.length))
}

export function timeText(source: Source, unit: SpendTime): string {
  const local = source === DAYS ? 's.day' : `(s.${source.time} AT TIME ZONE 'UTC')`
  const format = { hour: 'YYYY-MM-DD"T"HH24":00:00Z"', day: 'YYYY-MM-DD', month: 'YYYY-MM' }[unit]
  return `to_char(${local}, '${format}')`
}

export function bounds(
  source: Source,
  query: Pick<SpendQuery, 'fromMs' | 'toMs'>,
  parameter: (value: unknown) => string,
): string[] {
  const found: string[] = []
  if (query.fromMs !== null) found.push(`s.${source.time} >= ${source.bound(parameter(new Date(query.fromMs)))}`)
  if (query.toMs !== null) found.push(`s.${source.time} < ${source.bound(parameter(new Date(query.toMs)))}`)
  return found
}

/** Tag sets of the workspace with a pair of name and value that satisfies the condition. */
const tagSets = (condition: string): string => `(SELECT id FROM dimension WHERE workspace_id = $1
  AND kind = ${DIMENSION.tag_set}
  AND EXISTS (SELECT 1 FROM jsonb_array_elements(value::jsonb) AS pairs (pair) WHERE ${condition}))`

/** Conditions on a table or subquery called `s`. */
export function filters(filter: SpendFilter, parameter: (value: unknown) => string): string[] {
  const found: string[] = []
  for (const { name, values } of filter.dimensions) {
    const named = `s.${name}_id IN (SELECT id FROM dimension WHERE workspace_id = $1 AND kind = ${DIMENSION[name]}
      AND value = ANY (${parameter(values)}::text[]))`
    found.push(values.includes('') ? `(${named} OR s.${name}_id = 0)` : named)
  }
  for (const { name, values } of filter.tags) {
    const tag = parameter(name)
    const named = `s.tag_set_id IN ${tagSets(`pair ->> 0 = ${tag} AND pair ->> 1 = ANY (${parameter(values)}::text[])`)}`
    // As of other dimensions, the empty value is none.
    const none = `coalesce(s.tag_set_id, 0) NOT IN ${tagSets(`pair ->> 0 = ${tag}`)}`
    found.push(values.includes('') ? `(${named} OR ${none})` : named)
  }
  if (filter.importNo !== null) {
    // The span of the import keeps the other months out of the search.
    const no = parameter(filter.importNo)
    found.push(`s.import_no = ${no} AND s.ts >= (SELECT first_at FROM import WHERE no = ${no})
      AND s.ts <= (SELECT last_at FROM import WHERE no = ${no})`)
  }
  if (filter.unpriced) found.push('s.is_unpriced')
  if (filter.priceSets !== undefined) found.push(`s.price_set_id = ANY (${parameter(filter.priceSets)}::int[])`)
  if (filter.line !== undefined) found.push(lineCondition(filter.line, parameter))
  return found
}

function lineCondition({ meter, price }: LineFilter, parameter: (value: unknown) => string): string {
  const wanted = price === null ? { meter } : { meter, price_id: price.id }
  const exact =
    price === null
      ? ''
      : `AND EXISTS (SELECT 1 FROM jsonb_array_elements(lines) AS l (line)
           WHERE line ->> 'meter' = ${parameter(meter)} AND line ->> 'price_id' = ${parameter(price.id)}
             AND line -> 'multiplier_ids' = ${parameter(JSON.stringify(price.multiplierIds))}::jsonb)`
  return `s.price_set_id IN (SELECT id FROM price_set WHERE workspace_id = $1
    AND lines @> ${parameter(JSON.stringify([wanted]))}::jsonb ${exact})`
}

function sumsOf(row: Record<string, string | null>, groups: number): SpendSums {
  const text = (name: (typeof SUMMED)[number]) => row[name] as string
  return {
    keys: Array.from({ length: groups }, (_item, index) => row[`k${index}`] ?? null),
    records: text('records'),
    requests: text('requests'),
    uncountedRecords: text('uncounted_records'),
    input: text('input_tokens'),
    cacheRead: text('cache_read_tokens'),
    cacheWrite5m: text('cache_write_5m_tokens'),
    cacheWrite1h: text('cache_write_1h_tokens'),
    output: text('output_tokens'),
    reasoning: text('reasoning_tokens'),
    cost: text('cost'),
    unpricedRecords: text('unpriced_records'),
    unpricedRequests: text('unpriced_requests'),
    unpricedTokens: text('unpriced_tokens'),
    reportedCost: row.reported_cost ?? null,
    reportedRecords: text('reported_records'),
    errors: text('errors'),
  }
}

/** Latest instant of any record; null when there is none. */
export async function lastRecordAt(connection: Queryable, workspaceId: number): Promise<InstantMs | null> {
  const { rows } = await connection.query<{ at: Date }>(
    'SELECT ts AS at FROM usage_record WHERE workspace_id = $1 ORDER BY ts DESC LIMIT 1',
    [workspaceId],
  )
  return rows[0]?.at.getTime() ?? null
}

/** Per host the last hour with usage: of its last day, which the smaller rollup tells. */
export async function lastHourByHost(
  connection: Queryable,
  workspaceId: number,
): Promise<{ host: string; lastMs: InstantMs }[]> {
  const { rows } = await connection.query<{ host: string; at: Date }>(
    `SELECT d.value AS host, max(h.hour) AS at
     FROM (SELECT host_id, max(day)::timestamp AT TIME ZONE 'UTC' AS since FROM usage_day WHERE workspace_id = $1 GROUP BY 1) AS t
     JOIN usage_hour h ON h.workspace_id = $1 AND h.host_id = t.host_id AND h.hour >= t.since
     JOIN dimension d ON d.workspace_id = $1 AND d.kind = ${DIMENSION.host} AND d.id = t.host_id GROUP BY 1 ORDER BY 1`,
    [workspaceId],
  )
  return rows.map((row) => ({ host: row.host, lastMs: row.at.getTime() }))
}

/** Number of an import by its id; null when the workspace has none. */
export async function importNoOf(connection: Queryable, workspaceId: number, id: string): Promise<number | null> {
  const { rows } = await connection.query<{ no: number }>('SELECT no FROM import WHERE workspace_id = $1 AND id = $2', [
    workspaceId,
    id,
  ])
  return rows[0]?.no ?? null
}
