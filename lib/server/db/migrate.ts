/**
 * Applies prisma/migrations without Prisma's schema engine, which would have to be downloaded. The rows written to
 * _prisma_migrations are the ones `prisma migrate deploy` writes, so either can carry on after the other.
 */
import 'server-only'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { StartError } from '../process-identity'

/** The lock that `prisma migrate` takes, so that it and we never run at once. */
const MIGRATION_LOCK = 72707369
const OLDEST_SERVER = 150_000

const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  varchar(36) PRIMARY KEY NOT NULL,
  checksum            varchar(64) NOT NULL,
  finished_at         timestamptz,
  migration_name      varchar(255) NOT NULL,
  logs                text,
  rolled_back_at      timestamptz,
  started_at          timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`

interface Migration {
  readonly name: string
  readonly sql: string
  /** SHA-256 of the file, in hex. */
  readonly checksum: string
}

/** The migrations of this build, in the order of their names. */
export function readMigrations(directory: string): readonly Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(directory, entry.name, 'migration.sql')))
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(directory, name, 'migration.sql'))
      return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') }
    })
}

/**
 * Brings the database at `url` to this build's schema and returns the names it applied.
 * Throws a StartError when the server is too old, a past migration was edited, one failed halfway, or the database
 * was migrated by a newer Tokentab.
 */
export async function migrateDatabase(url: string, directory: string): Promise<readonly string[]> {
  const migrations = readMigrations(directory)
  const client = new pg.Client({
    connectionString: url,
    application_name: 'tokentab migrate',
    connectionTimeoutMillis: 15_000,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    throw new StartError(`The database cannot be reached: ${(error as Error).message}`)
  }
  try {
    await refuseOldServer(client)
    await client.query('SET statement_timeout = 0')
    await client.query('SET lock_timeout = 0')
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    return await apply(client, migrations)
  } finally {
    // Ending the session also gives the lock back.
    await client.end()
  }
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: string; text: string }>(
    "SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS text",
  )
  const found = Number.parseInt(rows[0]?.number ?? '', 10)
  if (!(found >= OLDEST_SERVER)) {
    throw new StartError(`PostgreSQL ${rows[0]?.text} is too old: Tokentab needs 15 or newer. Change DATABASE_URL.`)
  }
}

async function apply(client: pg.Client, migrations: readonly Migration[]): Promise<readonly string[]> {
  await client.query(TABLE)
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished: boolean }>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
       FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  )
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const row of rows) {
    const migration = known.get(row.migration_name)
    if (migration === undefined) {
      throw new StartError(
        `The database was migrated by a newer Tokentab (it has ${row.migration_name}). Start that version; nothing was changed.`,
      )
    }
    if (!row.finished) {
      throw new StartError(
        `Migration ${row.migration_name} was left unfinished by another tool. Settle it with "prisma migrate resolve"; nothing was changed.`,
      )
    }
    if (row.checksum !== migration.checksum) {
      throw new StartError(
        `Migration ${row.migration_name} was applied with other contents than this build's. Restore the file; nothing was changed.`,
      )
    }
  }
  const applied = new Set(rows.map((row) => row.migration_name))
  const done: string[] = []
  for (const migration of migrations) {
    if (applied.has(migration.name)) continue
    await applyOne(client, migration)
    done.push(migration.name)
  }
  return done
}

async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(migration.sql)
    await client.query(
      `INSERT INTO _prisma_migrations
         (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count)
       VALUES ($1, $2, clock_timestamp(), $3, NULL, NULL, now(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    )
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw new StartError(`Migration ${migration.name} failed and was undone: ${(error as Error).message}`)
  }
}

/** Null when the database at the other end of `url` answers; else why not. Used to tell readiness. */
export async function whyDatabaseDown(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000, query_timeout: 2000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT 1')
    return null
  } catch (error) {
    return (error as Error).message
  } finally {
    await client.end().catch(() => undefined)
  }
}
