/**
 * The rollups usage_hour and usage_day. Changes are gathered as deltas in temporary tables of the writing transaction,
 * whether they were summed here or by the server, and merged once before it commits.
 */
import 'server-only'
import { type Usd, usdToText } from '../../core/money/usd'
import type { SumTable } from '../../core/rollup/sum-table'
import { DAY_MS, floorToDay, HOUR_MS, type InstantMs } from '../../core/time/instant'
import { type ChangeCause, noteCorrections } from './bill-correction'
import type { Connection, Queryable } from './pool'
import { DAY_COLUMNS, DAY_KEYS, HOUR_COLUMNS, HOUR_KEYS, REPORTED, SUMS } from './rollup-columns'
import { copyFold, DAY_KEY, HOUR_KEY, type RollupFold } from './rollup-fold'
import type { RollupSpill } from './rollup-spill'
import { quantitiesJson } from './usage-record'

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
  readonly time: 'hour' | 'day'
  readonly keys: readonly string[]
  readonly columns: readonly string[]
}
const HOURS: Rollup = { table: 'usage_hour', delta: 'hour_delta', time: 'hour', keys: HOUR_KEYS, columns: HOUR_COLUMNS }
const DAYS: Rollup = { table: 'usage_day', delta: 'day_delta', time: 'day', keys: DAY_KEYS, columns: DAY_COLUMNS }

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
    const { table, delta, keys, columns, time } = rollup
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
    // No row of nothing is ever left, so a span of time names those that came to it now. To look them up by their keys takes
    // minutes where the server expects few of either.
    const bound = (which: 'min' | 'max') => `(SELECT ${which}(${time}) FROM ${delta} WHERE records < 0)`
    await connection.query(
      `DELETE FROM ${table} WHERE workspace_id = $1 AND ${time} BETWEEN ${bound('min')} AND ${bound('max')} AND records = 0`,
      [workspaceId],
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

/** Writes a fold, and what of it was spilled, into the delta tables. */
export async function writeDeltas(
  connection: Connection,
  workspaceId: number,
  fold: RollupFold,
  spill: RollupSpill | null,
): Promise<void> {
  await copyFold(connection, workspaceId, fold, spill, { hours: 'hour_delta', days: 'day_delta' })
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

/** Writes a fold, and what of it was spilled, straight into the rollups; fails with 23505 when any of the rows is there already. */
export async function insertFold(
  connection: Connection,
  workspaceId: number,
  fold: RollupFold,
  spill: RollupSpill | null,
): Promise<void> {
  await copyFold(connection, workspaceId, fold, spill, { hours: 'usage_hour', days: 'usage_day' })
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
