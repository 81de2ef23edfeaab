import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, importFile, insertTestPrices, requireBalancedBooks, usageCsv } from '../support/imports'

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
  await insertTestPrices()
  principal = await commandLineOf('acme')
})

const CALLS = usageCsv([
  { id: 'a', timestamp: '2026-09-30T23:59:59.999Z', input: 1000, output: 10, project: 'search', user: 'ann' },
  { id: 'b', timestamp: '2026-10-01T00:00:00Z', input: 2000, output: 20, project: 'search' },
  { id: 'c', timestamp: '2026-10-01T00:30:00Z', model: 'no-such-model', input: 7, output: 9 },
])

describe('an import', () => {
  it('stores every row, prices it exactly and keeps the rollups equal to the records', async () => {
    const done = await importFile(principal, CALLS)
    expect(done).toMatchObject({
      status: 'committed',
      format: 'tokentab-csv',
      rows_read: '3',
      accepted: '3',
      duplicate: '0',
      rejected: '0',
      unpriced: '1',
      // 3000 × 1.25 + 30 × 10, per million
      cost: '0.00405',
      first_at: '2026-09-30T23:59:59.999Z',
      last_at: '2026-10-01T00:30:00Z',
      problem: null,
    })
    const { rows } = await pool().query('SELECT count(*) AS records, sum(cost)::text AS cost FROM usage_record')
    expect(rows[0]).toEqual({ records: '3', cost: '0.004050000000000000' })
    await requireBalancedBooks(principal)
  })

  it('adds nothing the second time', async () => {
    await importFile(principal, CALLS)
    const again = await importFile(principal, CALLS)
    expect(again).toMatchObject({
      status: 'committed',
      rows_read: '3',
      accepted: '0',
      duplicate: '3',
      same_bytes_as: 1,
    })
    await requireBalancedBooks(principal)
  })
})
