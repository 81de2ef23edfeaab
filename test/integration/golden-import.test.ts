import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { commandLinePrincipal } from '../../lib/server/auth/command-line'
import type { Principal } from '../../lib/server/auth/principal'
import { syncPriceBook } from '../../lib/server/db/price-book'
import { readSpend } from '../../lib/server/read/spend'
import { createSample } from '../../lib/server/use-case/create-sample'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, drain, importFile, requireBalancedBooks } from '../support/imports'

const GOLDEN = join(dirname(fileURLToPath(import.meta.url)), '../golden')

/** Files of usage in the golden cases. */
function sampleFiles(): string[] {
  return readdirSync(GOLDEN)
    .map((name) => join(GOLDEN, name))
    .filter((folder) => statSync(folder).isDirectory())
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /\.input\./.test(name))
        .map((name) => join(folder, name)),
    )
}

let removeData: () => void
let principal: Principal

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})
beforeEach(async () => {
  await resetDatabase()
  await syncPriceBook()
  principal = await commandLineOf('acme')
})

describe('every golden file', () => {
  it('is imported, adds nothing the second time, and undoing all empties the books', async () => {
    const files = sampleFiles()
    expect(files.length).toBeGreaterThan(3)
    const options = { host: 'openai', timeZone: 'UTC' }
    const ids: string[] = []
    for (const file of files) {
      const first = await importFile(principal, readFileSync(file), options)
      if (first.status !== 'committed') continue
      const again = await importFile(principal, readFileSync(file), options)
      expect([file, again.accepted, again.rejected]).toEqual([file, '0', first.rejected])
      expect([file, again.rows_read]).toEqual([file, first.rows_read])
      ids.push(again.id, first.id)
    }
    expect(ids.length).toBeGreaterThan(6)
    await requireBalancedBooks(principal)
    for (const id of ids.reverse()) await undoImport(principal, { id })
    expect((await readSpend(principal, {})).total).toMatchObject({ records: '0', cost: '0' })
    await requireBalancedBooks(principal)
    // Some 150 files twice, and back: minutes on a busy machine.
  }, 400_000)
})

describe('the sample workspace', () => {
  it('is fourteen priced months with one unpriced model, and its books balance', async () => {
    await createSample(Date.UTC(2026, 10, 23, 12))
    await drain()
    const sample = await commandLinePrincipal('northwind')
    const spend = await readSpend(sample, { group_by: 'month' })
    expect(spend.rows).toHaveLength(14)
    for (const row of spend.rows) expect(row.cost).not.toBeNull()
    expect(spend.total.unpriced_tokens).not.toBe('0')
    await requireBalancedBooks(sample)
  })
})
