import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type EmbeddedDatabase, startEmbedded } from '../../lib/server/db/embedded/supervisor'
import { migrateDatabase } from '../../lib/server/db/migrate'
import { closeDatabase, pool } from '../../lib/server/db/pool'
import { setDatabaseUrl } from '../../lib/server/env'
import { workOnce } from '../../lib/server/job/worker'
import { getImportView } from '../../lib/server/read/imports'
import { commandLineOf, insertTestPrices, requireBalancedBooks, upload, usageCsv } from '../support/imports'
import { MIGRATIONS, removeDataDirectory, temporaryDirectory } from '../support/postgres'

const ROWS = 60_000
/** A server of its own: killing the one of the other tests would fail them. */
const directory = temporaryDirectory()
let server: EmbeddedDatabase

beforeAll(async () => {
  process.env.TOKENTAB_DATA_DIR = directory
  process.env.TOKENTAB_LOG_LEVEL = 'silent'
  server = await startEmbedded({ dataDir: directory, sharedBuffers: '64MB' })
  await migrateDatabase(server.url(), MIGRATIONS)
  setDatabaseUrl(server.url())
})
afterAll(async () => {
  await closeDatabase()
  await server.stop()
  delete process.env.TOKENTAB_DATA_DIR
  removeDataDirectory(directory)
})

it('A-80: an import during which the postmaster is killed completes by itself, whole and once', async () => {
  await insertTestPrices()
  const principal = await commandLineOf('acme')
  const id = await upload(
    principal,
    usageCsv(
      Array.from({ length: ROWS }, (_row, index) => ({
        id: `call-${index}`,
        timestamp: new Date(Date.UTC(2026, 8, 1) + index * 20_000).toISOString(),
        input: 1_000 + (index % 700),
        output: index % 90,
      })),
    ),
  )
  const working = workOnce(id)
  for (;;) {
    const view = await getImportView(principal, { id })
    if (view.status === 'importing' && view.rows_read !== '0') break
    await sleep(20)
  }
  process.kill(server.pid(), 'SIGKILL')
  // Neither rolled back nor committed is assumed: the worker finds out and takes it up again where that is needed.
  await working
  for (let round = 0; (await getImportView(principal, { id })).status !== 'committed'; round += 1) {
    expect(round).toBeLessThan(60)
    await workOnce(id)
    await sleep(500)
  }
  expect(await getImportView(principal, { id })).toMatchObject({
    rows_read: String(ROWS),
    accepted: String(ROWS),
    duplicate: '0',
  })
  expect((await pool().query('SELECT count(*) AS n FROM usage_record')).rows).toEqual([{ n: String(ROWS) }])
  await requireBalancedBooks(principal)
})
