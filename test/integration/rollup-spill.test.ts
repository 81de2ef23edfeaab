import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { undoImport } from '../../lib/server/use-case/undo-import'
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

const HOURS = 200
const PROJECTS = 150
const FIRST = Date.UTC(2026, 8, 20)

/** A call of each project in each hour, so that each has a row of usage_hour of its own: more than an import holds. */
function calls(prefix: string, order: (rows: number[]) => number[]): string {
  const places = order(Array.from({ length: HOURS * PROJECTS }, (_row, place) => place))
  return usageCsv(
    places.map((place) => ({
      id: `${prefix}-${place}`,
      timestamp: new Date(FIRST + Math.floor(place / PROJECTS) * 3_600_000 + (place % PROJECTS) * 1_000).toISOString(),
      project: `project-${place % PROJECTS}`,
      input: 1_000 + place,
      output: 10,
    })),
  )
}

/** Neighbours in the file are far apart in time. */
const shuffled = (places: number[]) => places.map((_place, at) => (at * 7_919) % places.length)

async function rollupRows(): Promise<number> {
  const { rows } = await pool().query<{ count: string }>('SELECT count(*) FROM usage_hour')
  return Number(rows[0]?.count)
}

describe('a file with more rollup rows than an import holds', () => {
  it.each([
    ['in the order of time', (places: number[]) => places],
    ['newest first', (places: number[]) => places.reverse()],
    ['in no order', shuffled],
  ])('has exact sums, %s, and leaves none when it is undone', async (_name, order) => {
    const done = await importFile(principal, calls('a', order))
    expect(done).toMatchObject({ status: 'committed', accepted: String(HOURS * PROJECTS), rejected: '0' })
    expect(await rollupRows()).toBe(HOURS * PROJECTS)
    await requireBalancedBooks(principal)
    // The server knows then that no row has no records, and must not take long to find that all of them have none.
    await pool().query('ANALYZE usage_hour, usage_day')
    await undoImport(principal, { id: done.id })
    expect(await rollupRows()).toBe(0)
    await requireBalancedBooks(principal)
  })

  it('adds to hours that are there', async () => {
    const half = calls('a', (places) => places.slice(HOURS * PROJECTS * 0.5))
    await importFile(principal, half)
    await importFile(
      principal,
      calls('b', (places) => places),
    )
    expect(await rollupRows()).toBe(HOURS * PROJECTS)
    await requireBalancedBooks(principal)
  })

  it('counts calls once that it has twice, far apart', async () => {
    const done = await importFile(
      principal,
      calls('a', (places) => [...places, ...places.slice(0, 500)]),
    )
    expect(done).toMatchObject({ accepted: String(HOURS * PROJECTS), duplicate: '500' })
    expect(await rollupRows()).toBe(HOURS * PROJECTS)
    await requireBalancedBooks(principal)
  })
})
