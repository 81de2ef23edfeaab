import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { getImportView } from '../../lib/server/read/imports'
import { backUp, restoreBackup } from '../../lib/server/use-case/back-up'
import { makeMember, principalOf, useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase } from '../support/database'
import { commandLineOf, importFile, insertTestPrices, requireBalancedBooks, upload, usageCsv } from '../support/imports'

let principal: Principal
let tidy: () => void
const folder = mkdtempSync(join(tmpdir(), 'tokentab-backup-'))
const file = join(folder, 'all.backup')

beforeAll(async () => {
  tidy = useOwnDataDirectory()
  await openTestDatabase()
  principal = await commandLineOf('kept')
  await insertTestPrices()
})
afterAll(async () => {
  await closeTestDatabase()
  tidy()
  rmSync(folder, { recursive: true, force: true })
})

/** Every row of every table as text; what belongs to a machine apart. */
async function everything(): Promise<Record<string, string[]>> {
  const tables = await pool().query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
       AND NOT relispartition AND relname NOT IN ('_prisma_migrations', 'user_session', 'rate_limit', 'import') ORDER BY 1`,
  )
  const rows: Record<string, string[]> = {}
  for (const { name } of tables.rows) {
    const found = await pool().query<{ row: string }>(`SELECT one::text AS row FROM "${name}" one ORDER BY 1`)
    rows[name] = found.rows.map(({ row }) => row)
  }
  return rows
}

it('A-86: a backup made while an import is under way restores to the same books, and that import has failed', async () => {
  const rows = usageCsv([
    { id: 'a', model: 'gpt-5', timestamp: '2026-06-30T23:59:59Z', input: 1000, output: 10 },
    { id: 'b\\.\\N\tx', model: 'gpt-5-mini', timestamp: '2026-07-01T00:00:00Z', input: 1000, output: 10 },
    { id: 'c', model: 'unknown', timestamp: '2026-07-02T00:00:00Z', input: 1000, output: 10 },
  ])
  const done = await importFile(principal, rows)
  expect(done.accepted).toBe('3')
  const waiting = await upload(
    principal,
    usageCsv([{ id: 'd', model: 'gpt-5', timestamp: '2026-07-03T00:00:00Z', input: 1000, output: 10 }]),
  )
  await makeMember(principal.workspaceId, 'admin', 'a@example.test')
  const before = await everything()
  const made = await backUp(principal, { path: file })
  expect(made.files).toBe(1)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  await expect(backUp(principal, { path: file })).rejects.toThrow(/already/)
  expect(readdirSync(folder)).toEqual(['all.backup'])
  const other = join(folder, 'other.backup')
  const two = await Promise.allSettled([backUp(principal, { path: other }), backUp(principal, { path: other })])
  expect(two.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(readdirSync(folder).sort()).toEqual(['all.backup', 'other.backup'])

  await expect(restoreBackup(principal, { path: file })).rejects.toThrow(/has accounts or imports/)
  tidy()
  tidy = useOwnDataDirectory()
  await openTestDatabase()
  expect(await restoreBackup(principal, { path: file })).toMatchObject({ tables: made.tables, files: 1 })
  expect(await everything()).toEqual(before)
  await requireBalancedBooks(principal)
  expect((await getImportView(principal, { id: waiting })).status).toBe('failed')
  // What is added afterwards has an id of its own, and what is known stays known.
  const again = await importFile(principal, rows)
  expect([again.accepted, again.duplicate]).toEqual(['0', '3'])
  await requireBalancedBooks(principal)
})

it('a backup that was cut off or changed restores nothing', async () => {
  tidy()
  tidy = useOwnDataDirectory()
  await openTestDatabase()
  const whole = readFileSync(file)
  const broken = join(folder, 'broken.backup')
  const spoiled = Buffer.from(whole)
  spoiled.fill(0, whole.length >> 1, (whole.length >> 1) + 20)
  for (const bytes of [whole.subarray(0, whole.length - 40), whole.subarray(0, 30), spoiled, Buffer.from('hello')]) {
    writeFileSync(broken, bytes)
    await expect(restoreBackup(principal, { path: broken })).rejects.toThrow(/cannot be restored/)
    const { rows } = await pool().query('SELECT 1 FROM import')
    expect(rows).toEqual([])
  }
  const uploads = join(process.env.TOKENTAB_DATA_DIR ?? '', 'uploads')
  expect(existsSync(uploads) ? readdirSync(uploads) : []).toEqual([])
})

it('nobody makes a backup from afar', async () => {
  const member = await principalOf(await makeMember(await commandLineOf('far').then((p) => p.workspaceId), 'admin'))
  await expect(backUp(member, { path: join(folder, 'far.backup') })).rejects.toThrow(/on the server/)
  await expect(restoreBackup(member, { path: file })).rejects.toThrow(/on the server/)
})
