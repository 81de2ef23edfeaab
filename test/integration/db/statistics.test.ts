import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pool } from '../../../lib/server/db/pool'
import { renewStatistics } from '../../../lib/server/db/statistics'
import { useOwnDataDirectory } from '../../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../../support/database'
import { commandLineOf, importFile, usageCsv } from '../../support/imports'

let removeData: () => void

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
  await resetDatabase()
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})

async function believedRows(table: string): Promise<number> {
  const { rows } = await pool().query<{ rows: number }>('SELECT reltuples AS rows FROM pg_class WHERE relname = $1', [
    table,
  ])
  return rows[0]?.rows ?? Number.NaN
}

describe('statistics of the tables', () => {
  it('are renewed when a month grew by much, and left alone when nothing changed', async () => {
    const principal = await commandLineOf('acme')
    const lines = Array.from({ length: 12_000 }, (_line, at) => ({
      id: `s${at}`,
      timestamp: new Date(Date.UTC(2026, 3, 1) + at * 60_000).toISOString(),
      input: at,
      output: 1,
    }))
    await importFile(principal, usageCsv(lines))
    const renewed: string[] = []
    // The server counts changes a moment after the commit.
    await expect
      .poll(
        async () => {
          renewed.push(...(await renewStatistics(pool())))
          return renewed
        },
        { timeout: 30_000, interval: 500 },
      )
      .toContain('usage_record_2026_04')
    expect(await believedRows('usage_record_2026_04')).toBe(12_000)
    await expect.poll(() => renewStatistics(pool()), { timeout: 30_000, interval: 500 }).toEqual([])
  })
})
