/**
 * Every table of the product out of one consistent view, and back into an empty database. The tables are found in the
 * catalogue, so a new one is in the next backup. Left out is what belongs to this machine: sessions, counters of attempts
 * and the bookkeeping of migrations.
 */
import 'server-only'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import type { Problem } from '../../core/result'
import { makeMonths } from './partition'
import { type Connection, pool, type Queryable } from './pool'
import { inLongTransaction, readConsistently } from './transaction'

const LEFT_OUT = ['_prisma_migrations', 'user_session', 'rate_limit']

export interface TableShape {
  readonly table: string
  readonly columns: readonly string[]
}

export interface Snapshot {
  readonly migrations: readonly string[]
  /** Months ("2026-09") that have a partition. */
  readonly months: readonly string[]
  /** Referred-to tables come before those that refer to them. */
  readonly tables: readonly TableShape[]
  /** Ids of the imports whose files belong to the books. */
  readonly imports: readonly string[]
  rowsOf(table: TableShape): AsyncIterable<Buffer>
  readonly sequences: readonly Sequence[]
}

export interface Sequence {
  readonly table: string
  readonly column: string
  readonly last: string
  readonly isCalled: boolean
}

/** Runs `work` on one state of the whole database. */
export async function withSnapshot<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  return await readConsistently(
    async (connection) => {
      const tables = await tableShapes(connection)
      const imports = await connection.query<{ id: string }>(
        `SELECT id FROM import WHERE status IN ('committed', 'undone') ORDER BY id`,
      )
      return await work({
        migrations: await appliedMigrations(connection),
        months: await partitionMonths(connection),
        tables,
        imports: imports.rows.map((row) => row.id),
        rowsOf: (shape) =>
          connection.query(copyTo(`COPY (SELECT ${columnList(shape)} FROM ${quoted(shape.table)}) TO STDOUT`)),
        sequences: await sequencesOf(connection, tables),
      })
    },
    { unlimited: true },
  )
}

/** What restoring writes with; everything lands in one transaction or nothing does. */
export interface Restore {
  /** `rows` is COPY text without its end mark. Throws for a table or column this version does not have. */
  fill(shape: TableShape, rows: AsyncIterable<Buffer>): Promise<void>
  setSequence(sequence: Sequence): Promise<void>
}

/** True when nobody has an account and nothing was imported. */
export async function isEmptyInstance(connection: Queryable = pool()): Promise<boolean> {
  const { rows } = await connection.query<{ any: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM app_user) OR EXISTS (SELECT 1 FROM import) AS any',
  )
  return rows[0]?.any === false
}

export async function migrationsHere(): Promise<readonly string[]> {
  return await appliedMigrations(pool())
}

/**
 * Empties every table and fills them again. An import that was under way when the backup was made has no file any more
 * and ends as failed with `interrupted`.
 */
export async function restoreInto(
  months: readonly string[],
  interrupted: Problem,
  work: (restore: Restore) => Promise<void>,
): Promise<void> {
  await makeMonths(months)
  await inLongTransaction(async (connection) => {
    const here = await tableShapes(connection)
    const all = [...here.map(({ table }) => table), 'user_session', 'rate_limit']
    await connection.query(`TRUNCATE ${all.map(quoted).join(', ')}`)
    const known = new Map(here.map((shape) => [shape.table, new Set(shape.columns)]))
    await work({
      fill: async (shape, rows) => {
        const columns = known.get(shape.table)
        if (columns === undefined || shape.columns.some((column) => !columns.has(column)))
          throw new Error(`the backup has columns of ${shape.table} that this version does not know`)
        await fillTable(connection, shape, rows)
      },
      setSequence: async ({ table, column, last, isCalled }) => {
        await connection.query('SELECT setval(pg_get_serial_sequence($1, $2)::regclass, $3::bigint, $4)', [
          quoted(table),
          column,
          last,
          isCalled,
        ])
      },
    })
    await connection.query(
      `UPDATE import SET status = 'failed', problem = $1, finished_at = now(), lease_owner = NULL, lease_until = NULL
       WHERE status IN ('receiving', 'stored', 'importing')`,
      [JSON.stringify(interrupted)],
    )
  })
}

async function fillTable(connection: Connection, shape: TableShape, rows: AsyncIterable<Buffer>): Promise<void> {
  const stream = connection.query(copyFrom(`COPY ${quoted(shape.table)} (${columnList(shape)}) FROM STDIN`))
  const settled = new Promise<void>((resolve, reject) => {
    stream.once('finish', resolve)
    stream.once('error', reject)
  })
  // The wait below may leave by the same error first.
  settled.catch(() => undefined)
  for await (const chunk of rows) {
    if (stream.write(chunk)) continue
    await Promise.race([new Promise((drained) => stream.once('drain', drained)), settled])
  }
  stream.end()
  await settled
}

async function appliedMigrations(connection: Queryable): Promise<string[]> {
  const { rows } = await connection.query<{ migration_name: string }>(
    'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY migration_name',
  )
  return rows.map((row) => row.migration_name)
}

async function partitionMonths(connection: Queryable): Promise<string[]> {
  const { rows } = await connection.query<{ name: string }>(
    `SELECT child.relname AS name FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
     WHERE inhparent = 'usage_record'::regclass ORDER BY 1`,
  )
  return rows.flatMap(({ name }) => {
    const month = /_(\d{4})_(\d{2})$/.exec(name)
    return month === null ? [] : [`${month[1]}-${month[2]}`]
  })
}

/** Ordinary and partitioned tables of the schema, those that others refer to first. */
async function tableShapes(connection: Queryable): Promise<TableShape[]> {
  const { rows } = await connection.query<{ table: string; columns: string[]; needs: string[] }>(
    `SELECT c.relname AS table,
       (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
         WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
       (SELECT coalesce(array_agg(DISTINCT confrelid::regclass::text), '{}') FROM pg_constraint
         WHERE conrelid = c.oid AND contype = 'f' AND confrelid <> c.oid) AS needs
     FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relpersistence = 'p' AND c.relname <> ALL ($1::text[])
     ORDER BY 1`,
    [LEFT_OUT],
  )
  const ordered: TableShape[] = []
  let waiting = rows
  while (waiting.length > 0) {
    const done = new Set(ordered.map(({ table }) => table))
    const ready = waiting.filter(({ needs }) => needs.every((need) => done.has(need) || LEFT_OUT.includes(need)))
    if (ready.length === 0) throw new Error('tables refer to each other in a circle')
    ordered.push(...ready.map(({ table, columns }) => ({ table, columns })))
    waiting = waiting.filter((row) => !ready.includes(row))
  }
  return ordered
}

async function sequencesOf(connection: Queryable, tables: readonly TableShape[]): Promise<Sequence[]> {
  const { rows } = await connection.query<{ table: string; column: string; sequence: string }>(
    `SELECT c.relname AS table, a.attname AS column, pg_get_serial_sequence(quote_ident(c.relname), a.attname) AS sequence
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE a.attidentity <> '' AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY ($1::text[])
       AND NOT a.attisdropped`,
    [tables.map(({ table }) => table)],
  )
  const sequences: Sequence[] = []
  for (const { table, column, sequence } of rows) {
    const state = await connection.query<{ last_value: string; is_called: boolean }>(
      `SELECT last_value, is_called FROM ${sequence}`,
    )
    const row = state.rows[0]
    if (row !== undefined) sequences.push({ table, column, last: row.last_value, isCalled: row.is_called })
  }
  return sequences
}

function columnList(shape: TableShape): string {
  return shape.columns.map(quoted).join(', ')
}

/** Names come from the catalogue or are checked against it; quoting keeps odd ones whole. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
