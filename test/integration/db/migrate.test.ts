import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { migrateDatabase } from '../../../lib/server/db/migrate'
import { MIGRATIONS, temporaryDirectory } from '../../support/postgres'

const empty = `migrate_${process.pid}`
const serverUrl = () => inject('templateUrl').replace(/\/template_tokentab$/, '/postgres')
const emptyUrl = () => inject('templateUrl').replace(/\/template_tokentab$/, `/${empty}`)

async function query<R extends pg.QueryResultRow>(url: string, sql: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<R>(sql)).rows
  } finally {
    await client.end()
  }
}

describe('A-85: migrations without the schema engine', () => {
  let copy: string
  beforeAll(async () => {
    copy = temporaryDirectory()
    cpSync(MIGRATIONS, copy, { recursive: true })
    await query(serverUrl(), `CREATE DATABASE ${empty}`)
  })
  afterAll(async () => {
    await query(serverUrl(), `DROP DATABASE ${empty} WITH (FORCE)`)
    rmSync(copy, { recursive: true, force: true })
  })

  it('two starts at once apply every migration exactly once', async () => {
    const [first, second] = await Promise.all([migrateDatabase(emptyUrl(), copy), migrateDatabase(emptyUrl(), copy)])
    const names = readdirSync(MIGRATIONS, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect([...first, ...second]).toEqual(names.map((entry) => entry.name).sort())
    expect(await migrateDatabase(emptyUrl(), copy)).toEqual([])
  })

  it('leaves the rows that prisma migrate deploy would have written', async () => {
    const rows = await query<Record<string, unknown>>(
      emptyUrl(),
      'SELECT * FROM _prisma_migrations ORDER BY migration_name',
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      const file = readFileSync(join(MIGRATIONS, String(row.migration_name), 'migration.sql'))
      expect(row.checksum).toBe(createHash('sha256').update(file).digest('hex'))
      expect(row.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(row).toMatchObject({ logs: null, rolled_back_at: null, applied_steps_count: 1 })
      expect(row.finished_at).toBeInstanceOf(Date)
    }
  })

  it('a failing migration is undone as a whole and the next start tries it again', async () => {
    const folder = join(copy, '29990101000000_broken')
    mkdirSync(folder)
    writeFileSync(join(folder, 'migration.sql'), 'CREATE TABLE half_done (id int);\nSELECT nonsense;\n')
    await expect(migrateDatabase(emptyUrl(), copy)).rejects.toThrow(/29990101000000_broken failed and was undone/)
    expect(await query(emptyUrl(), "SELECT 1 FROM pg_tables WHERE tablename = 'half_done'")).toEqual([])
    writeFileSync(join(folder, 'migration.sql'), 'CREATE TABLE half_done (id int);\n')
    expect(await migrateDatabase(emptyUrl(), copy)).toEqual(['29990101000000_broken'])
  })

  it('refuses a database that a newer build has migrated', async () => {
    await expect(migrateDatabase(emptyUrl(), MIGRATIONS)).rejects.toThrow(/newer Tokentab.*29990101000000_broken/)
  })

  it('refuses when an applied migration was edited afterwards', async () => {
    writeFileSync(join(copy, '29990101000000_broken', 'migration.sql'), 'CREATE TABLE half_done (id bigint);\n')
    await expect(migrateDatabase(emptyUrl(), copy)).rejects.toThrow(/other contents/)
  })
})
