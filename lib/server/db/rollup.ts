/**
 * The rollups usage_hour and usage_day. Changes are gathered as deltas in temporary tables of the writing transaction,
 * whether they were summed here or by the server, and merged once before it commits.
 */
import 'server-only'
import { COUNT, SumTable } from '../../core/rollup/sum-table'
import { DAY_MS, floorToDay, HOUR_MS, type InstantMs } from '../../core/time/instant'
import { type ChangeCause, noteCorrections } from './bill-correction'
import { CopyBuffers, copyInto } from './copy'
import type { Connection, Queryable } from './pool'
import { quantitiesJson, type RecordRow } from './usage-record'

const HOUR_KEYS = [
  'workspace_id',
  'hour',
  'host_id',
  'model_id',
  'project_id',
  'api_key_id',
  'service_tier_id',
  'region_id',
  'context_band',
  'grain_seconds',
  'price_set_id',
]
const DAY_KEYS = [
  'workspace_id',
  'day',
  'host_id',
  'model_id',
  'project_id',
  'api_key_id',
  'user_id',
  'service_tier_id',
]
/** Columns that add up, and how they come from records. */
const SUMS: readonly (readonly [column: string, ofRecords: string])[] = [
  ['records', 'count(*)'],
  ['requests', 'coalesce(sum(requests), 0)'],
  ['uncounted_records', 'count(*) FILTER (WHERE requests IS NULL)'],
  ['input_tokens', 'sum(input_tokens)'],
  ['cache_read_tokens', 'sum(cache_read_tokens)'],
  ['cache_write_5m_tokens', 'sum(cache_write_5m_tokens)'],
  ['cache_write_1h_tokens', 'sum(cache_write_1h_tokens)'],
  ['output_tokens', 'sum(output_tokens)'],
  ['reasoning_tokens', 'sum(reasoning_tokens)'],
  ['cost', 'coalesce(sum(cost), 0)'],
  ['unpriced_records', 'count(*) FILTER (WHERE cost IS NULL)'],
  ['unpriced_requests', 'coalesce(sum(coalesce(requests, 1)) FILTER (WHERE cost IS NULL), 0)'],
  [
    'unpriced_tokens',
    `coalesce(sum(input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens + output_tokens)
       FILTER (WHERE cost IS NULL), 0)`,
  ],
  ['reported_records', `count(*) FILTER (WHERE reported_cost IS NOT NULL AND reported_currency = 'USD')`],
  ['errors', 'count(*) FILTER (WHERE status = 1)'],
]
const REPORTED = `sum(reported_cost) FILTER (WHERE reported_currency = 'USD')`
/** Columns in the order in which sums are selected and written. */
export const HOUR_COLUMNS = [...HOUR_KEYS, ...SUMS.map(([name]) => name), 'reported_cost', 'other_quantities']
export const DAY_COLUMNS = [...DAY_KEYS, ...SUMS.map(([name]) => name), 'reported_cost']

/** grain: calls and buckets up to an hour share a row; longer buckets keep their length, since they are not the hour's. */
const HOUR_KEYS_OF_RECORDS = HOUR_KEYS.map((key) =>
  key === 'hour' ? `date_trunc('hour', ts, 'UTC')` : key === 'grain_seconds' ? 'greatest(bucket_seconds, 3600)' : key,
)
const DAY_KEYS_OF_RECORDS = DAY_KEYS.map((key) => (key === 'day' ? `(ts AT TIME ZONE 'UTC')::date` : key))

/** SQL that sums those records of `source` that count as the rows of usage_hour, in the order of its columns. */
export function hourSumsSql(source: string, sign: 1 | -1 = 1): string {
  return sumsSql(source, HOUR_KEYS_OF_RECORDS, sign, true)
}

export function daySumsSql(source: string, sign: 1 | -1 = 1): string {
  return sumsSql(source, DAY_KEYS_OF_RECORDS, sign, false)
}

function sumsSql(source: string, keys: readonly string[], sign: 1 | -1, withOther: boolean): string {
  const signed = (expression: string) => (sign === 1 ? expression : `-(${expression})`)
  const other =
    sign === 1
      ? `nullif(sum_quantities(other_quantities), '{}')`
      : `negate_quantities(nullif(sum_quantities(other_quantities), '{}'))`
  const columns = [
    ...keys,
    ...SUMS.map(([, expression]) => signed(expression)),
    signed(REPORTED),
    ...(withOther ? [other] : []),
  ]
  return `SELECT ${columns.join(', ')} FROM ${source} WHERE set_aside_by IS NULL
    GROUP BY ${keys.map((_key, index) => index + 1).join(', ')}`
}

/** Common table expressions that put the sums of `source` into the delta tables. */
export function deltaSql(source: string, sign: 1 | -1 = 1): string {
  return `to_hours AS (INSERT INTO hour_delta (${HOUR_COLUMNS.join(', ')}) ${hourSumsSql(source, sign)}),
    to_days AS (INSERT INTO day_delta (${DAY_COLUMNS.join(', ')}) ${daySumsSql(source, sign)})`
}

/** Delta tables live until the end of the transaction. */
export async function openDeltas(connection: Queryable): Promise<void> {
  await connection.query('CREATE TEMP TABLE hour_delta (LIKE usage_hour) ON COMMIT DROP')
  await connection.query('CREATE TEMP TABLE day_delta (LIKE usage_day) ON COMMIT DROP')
}

/**
 * Adds the deltas to the rollups, in the order of their keys so that two writers cannot wait for each other. What they
 * change in closed months becomes corrections with the cause. Deltas of one fold alone hold each key once: `distinct`
 * spares the server their summing, which takes as long as the rest. It refuses a key that comes twice all the same.
 */
export async function mergeDeltas(
  connection: Queryable,
  workspaceId: number,
  cause: ChangeCause,
  distinct = false,
): Promise<void> {
  await noteCorrections(connection, workspaceId, cause)
  await mergeOne(connection, { table: 'usage_hour', delta: 'hour_delta', keys: HOUR_KEYS, withOther: true }, distinct)
  await mergeOne(connection, { table: 'usage_day', delta: 'day_delta', keys: DAY_KEYS, withOther: false }, distinct)
}

async function mergeOne(
  connection: Queryable,
  rollup: {
    readonly table: string
    readonly delta: string
    readonly keys: readonly string[]
    readonly withOther: boolean
  },
  distinct: boolean,
): Promise<void> {
  const { table, delta, keys, withOther } = rollup
  const sums = SUMS.map(([name]) => name)
  const columns = [...keys, ...sums, 'reported_cost', ...(withOther ? ['other_quantities'] : [])]
  const summed = [
    ...keys,
    ...sums.map((name) => `sum(${name})`),
    'sum(reported_cost)',
    ...(withOther ? [`nullif(sum_quantities(other_quantities), '{}')`] : []),
  ]
  const source = distinct
    ? `SELECT ${columns.join(', ')} FROM ${delta}`
    : `SELECT ${summed.join(', ')} FROM ${delta} GROUP BY ${keys.join(', ')}`
  const set = [
    ...sums.map((name) => `${name} = ${table}.${name} + excluded.${name}`),
    `reported_cost = CASE WHEN ${table}.reported_records + excluded.reported_records = 0 THEN NULL
       ELSE coalesce(${table}.reported_cost, 0) + coalesce(excluded.reported_cost, 0) END`,
    ...(withOther
      ? [
          `other_quantities = CASE WHEN ${table}.other_quantities IS NULL THEN excluded.other_quantities
             WHEN excluded.other_quantities IS NULL THEN ${table}.other_quantities
             ELSE nullif(add_quantities(${table}.other_quantities, excluded.other_quantities), '{}') END`,
        ]
      : []),
  ]
  await connection.query(
    `INSERT INTO ${table} (${columns.join(', ')}) ${source} ORDER BY ${keys.join(', ')}
     ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${set.join(', ')}`,
  )
  await connection.query(
    `DELETE FROM ${table} AS t USING (SELECT DISTINCT ${keys.join(', ')} FROM ${delta} WHERE records < 0) AS d
     WHERE ${keys.map((key) => `t.${key} = d.${key}`).join(' AND ')} AND t.records = 0`,
  )
}

/** Drops the workspace's rollups of a period and sums them again from the records: they are derivations. */
export async function rebuildRollups(
  connection: Queryable,
  workspaceId: number,
  period: { readonly startMs: InstantMs; readonly endMs: InstantMs },
): Promise<void> {
  const bounds = [workspaceId, new Date(floorToDay(period.startMs)), new Date(floorToDay(period.endMs + 86_399_999))]
  const source = '(SELECT * FROM usage_record WHERE workspace_id = $1 AND ts >= $2 AND ts < $3) AS records'
  await connection.query('DELETE FROM usage_hour WHERE workspace_id = $1 AND hour >= $2 AND hour < $3', bounds)
  await connection.query(
    `DELETE FROM usage_day WHERE workspace_id = $1
       AND day >= ($2::timestamptz AT TIME ZONE 'UTC')::date AND day < ($3::timestamptz AT TIME ZONE 'UTC')::date`,
    bounds,
  )
  await connection.query(`INSERT INTO usage_hour (${HOUR_COLUMNS.join(', ')}) ${hourSumsSql(source)}`, bounds)
  await connection.query(`INSERT INTO usage_day (${DAY_COLUMNS.join(', ')}) ${daySumsSql(source)}`, bounds)
}

/** Places in the keys of the two tables, in the order of the columns after the workspace. */
const HOUR_KEY = HOUR_KEYS.length - 1
const DAY_KEY = DAY_KEYS.length - 1

/** Sums of the records of one batch or of several, by the keys of both rollups. */
export class RollupFold {
  readonly hours = new SumTable(HOUR_KEY)
  readonly days = new SumTable(DAY_KEY)

  add(row: RecordRow): void {
    const { keys, record } = row
    const { hours, days } = this
    const hour = Math.floor(record.startMs / HOUR_MS)
    const hourKey = hours.key
    hourKey[0] = hour
    hourKey[1] = keys.host
    hourKey[2] = keys.model
    hourKey[3] = keys.project
    hourKey[4] = keys.apiKey
    hourKey[5] = keys.serviceTier
    hourKey[6] = keys.region
    hourKey[7] = keys.contextBand
    hourKey[8] = Math.max(3600, keys.bucketSeconds)
    hourKey[9] = keys.priceSet
    hours.add(hours.row(), row)
    const dayKey = days.key
    dayKey[0] = Math.floor(hour / 24)
    dayKey[1] = keys.host
    dayKey[2] = keys.model
    dayKey[3] = keys.project
    dayKey[4] = keys.apiKey
    dayKey[5] = keys.user
    dayKey[6] = keys.serviceTier
    days.add(days.row(), row)
  }

  merge(other: RollupFold): void {
    this.hours.merge(other.hours)
    this.days.merge(other.days)
  }

  get size(): number {
    return this.hours.size + this.days.size
  }
}

/** Writes a fold into the delta tables. */
export async function writeDeltas(connection: Connection, workspaceId: number, fold: RollupFold): Promise<void> {
  await copyFold(connection, workspaceId, fold, { hours: 'hour_delta', days: 'day_delta' })
}

/** Writes a fold straight into the rollups; fails with 23505 when any of its rows is there already. */
export async function insertFold(connection: Connection, workspaceId: number, fold: RollupFold): Promise<void> {
  await copyFold(connection, workspaceId, fold, { hours: 'usage_hour', days: 'usage_day' })
}

async function copyFold(
  connection: Connection,
  workspaceId: number,
  fold: RollupFold,
  into: { readonly hours: string; readonly days: string },
): Promise<void> {
  const { hours, days } = fold
  if (hours.size > 0) {
    const rows = new CopyBuffers()
    for (let index = 0; index < hours.size; index += 1) {
      rows.beginRow(HOUR_COLUMNS.length)
      rows.int4(workspaceId)
      rows.instant(hours.keyOf(index, 0) * HOUR_MS)
      for (let place = 1; place <= 6; place += 1) rows.int4(hours.keyOf(index, place))
      rows.int2(hours.keyOf(index, 7))
      rows.int4(hours.keyOf(index, 8))
      rows.int4(hours.keyOf(index, 9))
      writeSums(rows, hours, index)
      const other = hours.otherOf(index)
      if (other === null) rows.nil()
      else rows.jsonb(quantitiesJson(other))
    }
    await copyInto(connection, `${into.hours} (${HOUR_COLUMNS.join(', ')})`, rows)
  }
  if (days.size > 0) {
    const rows = new CopyBuffers()
    for (let index = 0; index < days.size; index += 1) {
      rows.beginRow(DAY_COLUMNS.length)
      rows.int4(workspaceId)
      rows.date(days.keyOf(index, 0) * DAY_MS)
      for (let place = 1; place < DAY_KEY; place += 1) rows.int4(days.keyOf(index, place))
      writeSums(rows, days, index)
    }
    await copyInto(connection, `${into.days} (${DAY_COLUMNS.join(', ')})`, rows)
  }
}

/** In the order of SUMS, then reported_cost. */
function writeSums(rows: CopyBuffers, sums: SumTable, index: number): void {
  const count = (field: number) => {
    const plain = sums.plainCountOf(index, field)
    if (plain === null) rows.int8(sums.countOf(index, field))
    else rows.plainInt8(plain)
  }
  const tokens = (field: number) => {
    const plain = sums.plainCountOf(index, field)
    if (plain === null) rows.wholeNumeric(sums.countOf(index, field))
    else rows.plainNumeric(plain)
  }
  count(COUNT.records)
  count(COUNT.requests)
  count(COUNT.uncountedRecords)
  tokens(COUNT.input)
  tokens(COUNT.cacheRead)
  tokens(COUNT.cacheWrite5m)
  tokens(COUNT.cacheWrite1h)
  tokens(COUNT.output)
  tokens(COUNT.reasoning)
  rows.money(sums.costOf(index))
  count(COUNT.unpricedRecords)
  count(COUNT.unpricedRequests)
  tokens(COUNT.unpricedTokens)
  count(COUNT.reportedRecords)
  count(COUNT.errors)
  const reported = sums.reportedOf(index)
  if (reported === null) rows.nil()
  else rows.money(reported)
}
