/** What the tests of a file share: hooks that make it before them and tidy up after them. Call at the top of the file. */
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { commandLinePrincipal } from '../../lib/server/auth/command-line'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { syncPriceBook } from '../../lib/server/db/price-book'
import { env, setDatabaseUrl } from '../../lib/server/env'
import { workOnce } from '../../lib/server/job/worker'
import { createSample } from '../../lib/server/use-case/create-sample'
import { useOwnDataDirectory } from './account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from './database'
import { FakeProvider } from './fake-provider'
import { commandLineOf, insertTestPrices } from './imports'

/** A data directory and a database of the file's own; `prepare` runs once they are there. */
function onTestDatabase(prepare: (url: string) => Promise<void>): void {
  let removeData = () => {}
  beforeAll(async () => {
    removeData = useOwnDataDirectory()
    await prepare(await openTestDatabase())
  })
  afterAll(async () => {
    await closeTestDatabase()
    removeData()
  })
}

/** Before each test the database holds the prices of the tests and one workspace, and nothing else. */
export function inEmptyWorkspace(begin: (principal: Principal, url: string) => void): void {
  let databaseUrl = ''
  onTestDatabase(async (url) => {
    databaseUrl = url
  })
  beforeEach(async () => {
    await resetDatabase()
    await insertTestPrices()
    begin(await commandLineOf('acme'), databaseUrl)
  })
}

/** The sample company with the price book as it is shipped, once for the file. */
export function inSampleCompany(nowMs: number, begin: (principal: Principal) => void): void {
  onTestDatabase(async () => {
    await syncPriceBook()
    const sample = await createSample(nowMs)
    await workOnce(sample?.importId ?? null)
    begin(await commandLinePrincipal('northwind'))
  })
}

/**
 * Before each test a provider on the loopback, which connections may reach, and a workspace of its own; connections of the
 * tests before are removed.
 */
export function besideFakeProvider(
  begin: (made: {
    readonly provider: FakeProvider
    readonly base: string
    readonly principal: Principal
  }) => Promise<void> | void,
): void {
  let provider: FakeProvider | null = null
  let count = 0
  onTestDatabase(async (url) => {
    process.env.TOKENTAB_OUTBOUND_ALLOW = '127.0.0.1'
    setDatabaseUrl(url)
    expect(env().TOKENTAB_OUTBOUND_ALLOW).toBe('127.0.0.1')
    await insertTestPrices()
  })
  beforeEach(async () => {
    await pool().query('UPDATE connection SET removed_at = now(), import_id = NULL, waiting = NULL')
    provider?.stop()
    provider = new FakeProvider()
    count += 1
    await begin({ provider, base: await provider.start(), principal: await commandLineOf(`pulled-${count}`) })
  })
  afterAll(() => {
    delete process.env.TOKENTAB_OUTBOUND_ALLOW
    provider?.stop()
  })
}
