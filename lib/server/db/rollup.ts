/**
 * The rollups usage_hour and usage_day. Changes are gathered as deltas in temporary tables of the writing transaction,
 * whether they were summed here or by the server, and merged once before it commits.
 */
import 'server-only'
import { type Usd, usdToText } from '../../core/money/usd'
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
/** Columns that add up, how they come from records, and where a fold counts them: null is its cost. */
const SUMS: readonly (readonly [column: string, ofRecords: string, field: number | null])[] = [
  ['records', 'count(*)', COUNT.records],
  ['requests', 'coalesce(sum(requests), 0)', COUNT.requests],
  ['uncounted_records', 'count(*) FILTER (WHERE requests IS NULL)', COUNT.uncountedRecords],
  ['input_tokens', 'sum(input_tokens)', COUNT.input],
  ['cache_read_tokens', 'sum(cache_read_tokens)', COUNT.cacheRead],
  ['cache_write_5m_tokens', 'sum(cache_write_5m_tokens)', COUNT.cacheWrite5m],
  ['cache_write_1h_tokens', 'sum(cache_write_1h_tokens)', COUNT.cacheWrite1h],
  ['output_tokens', 'sum(output_tokens)', COUNT.output],
  ['reasoning_tokens', 'sum(reasoning_tokens)', COUNT.reasoning],
  ['cost', 'coalesce(sum(cost), 0)', null],
  ['unpriced_records', 'count(*) FILTER (WHERE cost IS NULL)', COUNT.unpricedRecords],
  ['unpriced_requests', 'coalesce(sum(coalesce(requests, 1)) FILTER (WHERE cost IS NULL), 0)', COUNT.unpricedRequests],
  [
    'unpriced_tokens',
    `coalesce(sum(input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens + output_tokens)
       FILTER (WHERE cost IS NULL), 0)`,
    COUNT.unpricedTokens,
  ],
  [
    'reported_records',
    `count(*) FILTER (WHERE reported_cost IS NOT NULL AND reported_currency = 'USD')`,
    COUNT.reportedRecords,
  ],
  ['errors', 'count(*) FILTER (WHERE status = 1)', COUNT.errors],
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

interface Rollup {
  readonly table: 'usage_hour' | 'usage_day'
  readonly delta: 'hour_delta' | 'day_delta'
  readonly keys: readonly string[]
  readonly columns: readonly string[]
}
const HOURS: Rollup = { table: 'usage_hour', delta: 'hour_delta', keys: HOUR_KEYS, columns: HOUR_COLUMNS }
const DAYS: Rollup = { table: 'usage_day', delta: 'day_delta', keys: DAY_KEYS, columns: DAY_COLUMNS }

/**
 * Adds the deltas to the rollups. What they change in closed months becomes corrections with the cause. Deltas of one fold
 * alone hold each key once: `distinct` spares the server their summing, which takes as long as the rest, and the search for
 * rows that came to nothing. It refuses a key that comes twice all the same.
 */
export async function mergeDeltas(
  connection: Queryable,
  workspaceId: number,
  cause: ChangeCause,
  distinct = false,
): Promise<void> {
  await noteCorrections(connection, workspaceId, cause)
  for (const rollup of [HOURS, DAYS]) {
    const { table, delta, keys, columns } = rollup
    if (distinct) {
      await connection.query(addSql(rollup, `SELECT ${columns.join(', ')} FROM ${delta}`))
      continue
    }
    const sums = columns
      .slice(keys.length)
      .map((name) => (name === 'other_quantities' ? `nullif(sum_quantities(${name}), '{}')` : `sum(${name})`))
    await connection.query(
      addSql(rollup, `SELECT ${[...keys, ...sums].join(', ')} FROM ${delta} GROUP BY ${keys.join(', ')}`),
    )
    await connection.query(
      `DELETE FROM ${table} AS t USING (SELECT DISTINCT ${keys.join(', ')} FROM ${delta} WHERE records < 0) AS d
       WHERE ${keys.map((key) => `t.${key} = d.${key}`).join(' AND ')} AND t.records = 0`,
    )
  }
}

/** Adds selected rows to a rollup, in the order of their keys so that two writers cannot wait for each other. */
function addSql({ table, keys, columns }: Rollup, select: string): string {
  const set = columns.slice(keys.length).map((name) => {
    const [old, added] = [`${table}.${name}`, `excluded.${name}`]
    if (name === 'reported_cost') {
      return `${name} = CASE WHEN ${table}.reported_records + excluded.reported_records = 0 THEN NULL
        ELSE coalesce(${old}, 0) + coalesce(${added}, 0) END`
    }
    if (name === 'other_quantities') {
      return `${name} = CASE WHEN ${old} IS NULL THEN ${added} WHEN ${added} IS NULL THEN ${old}
        ELSE nullif(add_quantities(${old}, ${added}), '{}') END`
    }
    return `${name} = ${old} + ${added}`
  })
  return `INSERT INTO ${table} (${columns.join(', ')}) ${select} ORDER BY ${keys.join(', ')}
    ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${set.join(', ')}`
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

/** Adds the few rows of a fold to the rollups without delta tables. Only where no month that it changes is closed. */
export async function addSmallFold(connection: Queryable, workspaceId: number, fold: RollupFold): Promise<void> {
  const { hours, days } = fold
  const hourRows = Array.from({ length: hours.size }, (_row, index) => {
    const other = hours.otherOf(index)
    return [
      workspaceId,
      new Date(hours.keyOf(index, 0) * HOUR_MS).toISOString(),
      ...Array.from({ length: HOUR_KEY - 1 }, (_key, place) => hours.keyOf(index, place + 1)),
      ...sumsText(hours, index),
      other === null ? null : JSON.parse(quantitiesJson(other)),
    ]
  })
  const dayRows = Array.from({ length: days.size }, (_row, index) => [
    workspaceId,
    new Date(days.keyOf(index, 0) * DAY_MS).toISOString().slice(0, 10),
    ...Array.from({ length: DAY_KEY - 1 }, (_key, place) => days.keyOf(index, place + 1)),
    ...sumsText(days, index),
  ])
  await addRows(connection, HOURS, hourRows)
  await addRows(connection, DAYS, dayRows)
}

async function addRows(connection: Queryable, rollup: Rollup, rows: readonly (readonly unknown[])[]): Promise<void> {
  if (rows.length === 0) return
  const { table, columns } = rollup
  const objects = rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])))
  await connection.query(
    addSql(rollup, `SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::${table}, $1)`),
    [JSON.stringify(objects)],
  )
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

/** In the order of SUMS, then reported_cost. Tokens are numeric, other counts bigint. */
function writeSums(rows: CopyBuffers, sums: SumTable, index: number): void {
  for (const [column, , field] of SUMS) {
    if (field === null) {
      rows.money(sums.costOf(index))
      continue
    }
    const plain = sums.plainCountOf(index, field)
    if (column.endsWith('_tokens')) {
      if (plain === null) rows.wholeNumeric(sums.countOf(index, field))
      else rows.plainNumeric(plain)
    } else if (plain === null) rows.int8(sums.countOf(index, field))
    else rows.plainInt8(plain)
  }
  const reported = sums.reportedOf(index)
  if (reported === null) rows.nil()
  else rows.money(reported)
}

/** The same in digits. */
function sumsText(sums: SumTable, index: number): (string | null)[] {
  const reported = sums.reportedOf(index)
  return [
    ...SUMS.map(([, , field]) =>
      field === null ? usdToText(sums.costOf(index) as Usd) : sums.countOf(index, field).toString(),
    ),
    reported === null ? null : usdToText(reported as Usd),
  ]
}
