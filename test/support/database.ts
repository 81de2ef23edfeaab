/** One database a test worker, cloned from the migrated template; `resetDatabase` empties it between tests. */
import pg from 'pg'
import { inject } from 'vitest'
import { closeDatabase } from '../../lib/server/db/pool'
import { setDatabaseUrl } from '../../lib/server/env'

const name = () => `worker_${process.pid}_${process.env.VITEST_WORKER_ID ?? '0'}`

async function onServer<T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const url = inject('templateUrl').replace(/\/template_tokentab$/, `/${database}`)
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Makes a fresh database, points the product at it and returns its URL. Call in `beforeAll`. */
export async function openTestDatabase(): Promise<string> {
  const database = name()
  await closeDatabase()
  await onServer('postgres', async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
    await client.query('SELECT pg_advisory_lock(1)')
    await client.query(`CREATE DATABASE ${database} TEMPLATE template_tokentab`)
  })
  const url = inject('templateUrl').replace(/\/template_tokentab$/, `/${database}`)
  setDatabaseUrl(url)
  return url
}

/** Empties every table of the product. Call in `beforeEach`. */
export async function resetDatabase(): Promise<void> {
  await onServer(name(), async (client) => {
    const { rows } = await client.query<{ tables: string | null }>(
      `SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') AS tables FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'
          AND tablename NOT IN (SELECT relname FROM pg_class WHERE relispartition)`,
    )
    const tables = rows[0]?.tables
    if (tables) await client.query(`TRUNCATE ${tables} RESTART IDENTITY CASCADE`)
  })
}

/** Closes the product's connections and drops the database. Call in `afterAll`. */
export async function closeTestDatabase(): Promise<void> {
  await closeDatabase()
  await onServer('postgres', async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${name()} WITH (FORCE)`)
  })
}
