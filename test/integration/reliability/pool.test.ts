import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Principal } from '../../../lib/server/auth/principal'
import { pool } from '../../../lib/server/db/pool'
import { readConsistently } from '../../../lib/server/db/transaction'
import { problem } from '../../../lib/server/http/problem'
import { readSpend } from '../../../lib/server/read/spend'
import { ingestUsage } from '../../../lib/server/use-case/ingest-usage'
import { useOwnDataDirectory } from '../../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../../support/database'
import { commandLineOf, importFile, insertTestPrices, requireBalancedBooks, usageCsv } from '../../support/imports'

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

/** A hundred reports that stay open until they are let go. */
function slowDashboards() {
  let letGo: () => void = () => undefined
  const open = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let begun = 0
  const done = Promise.allSettled(
    Array.from({ length: 100 }, () =>
      readConsistently(async (connection) => {
        begun += 1
        await connection.query('SELECT 1')
        await open
      }),
    ),
  )
  return { letGo, done, begun: () => begun }
}

describe('A-84: a hundred slow dashboards', () => {
  it('leave connections to imports, the ingest and single reads, and all end', async () => {
    const dashboards = slowDashboards()
    await vi.waitFor(() => expect(dashboards.begun()).toBe(6))
    const view = await importFile(
      principal,
      usageCsv([{ id: 'a', timestamp: '2026-09-01T10:00:00Z', input: 5, output: 1 }]),
    )
    expect(view).toMatchObject({ status: 'committed', accepted: '1' })
    const body = JSON.stringify([
      {
        id: 'b',
        timestamp: '2026-09-01T11:00:00Z',
        provider: 'openai',
        model: 'gpt-5',
        usage: { input: '1', output: '1' },
      },
    ])
    expect(await ingestUsage(principal, { body: Buffer.from(body), idempotencyKey: null })).toMatchObject({
      accepted: 1,
    })
    expect((await pool().query('SELECT 1 AS one')).rowCount).toBe(1)
    expect(dashboards.begun()).toBe(6)
    dashboards.letGo()
    expect((await dashboards.done).filter(({ status }) => status === 'fulfilled')).toHaveLength(100)
    expect((await readSpend(principal, {})).total.records).toBe('2')
    await requireBalancedBooks(principal)
  })

  it('are told after ten seconds that there is no place, with a time to come back', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const dashboards = slowDashboards()
      while (dashboards.begun() < 6) await new Promise((resolve) => setImmediate(resolve))
      await vi.advanceTimersByTimeAsync(9_000)
      const late = readConsistently(async () => 'late').catch((error: unknown) => problem(error))
      await vi.advanceTimersByTimeAsync(1_500)
      dashboards.letGo()
      const outcomes = await dashboards.done
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(6)
      const refused = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult
      const reply = problem(refused.reason)
      expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5'])
      expect(await reply.json()).toMatchObject({ code: 'OVERLOADED', detail: expect.stringContaining('ten seconds') })
      // One that came later waits its own ten seconds, and has found its place by then.
      expect(await late).toBe('late')
    } finally {
      vi.useRealTimers()
    }
  })

  it('do not lock themselves out when a report reads twice', async () => {
    const both = Array.from({ length: 12 }, () =>
      readConsistently(async () => await readConsistently(async () => 'inner')),
    )
    expect(await Promise.all(both)).toEqual(both.map(() => 'inner'))
  })
})
