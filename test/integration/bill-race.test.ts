import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sumUsd, usdFromText, usdToText } from '../../lib/core/money/usd'
import { shiftMonth } from '../../lib/core/report/period-choice'
import type { Principal } from '../../lib/server/auth/principal'
import { makeMonths } from '../../lib/server/db/partition'
import { pool } from '../../lib/server/db/pool'
import { insertEntries } from '../../lib/server/db/price-book'
import { listBills, readBill } from '../../lib/server/read/bill'
import { readSpend } from '../../lib/server/read/spend'
import { closeMonth } from '../../lib/server/use-case/close-month'
import { ingestUsage } from '../../lib/server/use-case/ingest-usage'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { makeMember, principalOf, useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase } from '../support/database'
import { commandLineOf, importFile, requireBalancedBooks, usageCsv } from '../support/imports'

const ROUNDS = 200
const FIRST_MONTH = '2018-01'
const MONTHS = 100

let removeData: () => void

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
  await insertEntries(pool(), 0, [
    {
      id: 'race-input',
      host: 'openai',
      model: 'gpt-5',
      meter: 'input',
      kind: 'rate',
      per: 1_000_000n,
      amount: '1.25',
      currency: 'USD',
      fromMs: Date.UTC(2015, 0, 1),
      toMs: null,
      conditions: {},
      book: 'list',
      priority: 0,
      sourceUrl: 'https://example.com/prices',
      checkedOn: '2026-11-01',
      confidence: 'provider',
    },
  ])
  const months = Array.from({ length: MONTHS + 1 }, (_month, index) => shiftMonth(FIRST_MONTH, index))
  await makeMonths(months)
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

function send(principal: Principal, month: string, id: string): Promise<unknown> {
  const usage = { input: '1000', output: '0' }
  const record = { id, timestamp: `${month}-15T12:00:00Z`, provider: 'openai', model: 'gpt-5', usage }
  return ingestUsage(principal, { body: Buffer.from(JSON.stringify([record])), idempotencyKey: null })
}

/** Held by a test: whoever writes to the day's import waits for it, between looking which months are closed and committing. */
async function holdImports(workspaceId: number) {
  const holder = await pool().connect()
  await holder.query('BEGIN')
  await holder.query('SELECT 1 FROM import WHERE workspace_id = $1 FOR UPDATE', [workspaceId])
  return {
    met: () => untilWaiting('transactionid', 1, () => false),
    letGo: async () => {
      await holder.query('COMMIT')
      holder.release()
    },
  }
}

async function untilWaiting(event: 'transactionid' | 'advisory', count: number, orElse: () => boolean): Promise<void> {
  const waiting = 'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = $1'
  while (!orElse() && (await pool().query(waiting, [event])).rows.length < count) await pause(1)
}

describe(`closing a month while usage of it is committed, ${ROUNDS} times (A-66)`, () => {
  it('leaves every record in the bill or in a correction of it: never in neither, never in both; one close wins', async () => {
    let inBill = 0
    let after = 0
    for (const slug of ['first', 'second']) {
      const principal = await commandLineOf(slug)
      const people = [
        await principalOf(await makeMember(principal.workspaceId, 'finance', `anna@${slug}.example`)),
        await principalOf(await makeMember(principal.workspaceId, 'finance', `ben@${slug}.example`)),
      ]
      for (let round = 0; round < ROUNDS / 2; round += 1) {
        const month = shiftMonth(FIRST_MONTH, round)
        await send(principal, month, `before-${month}`)
        const isHeld = round % 2 === 0
        const held = isHeld ? await holdImports(principal.workspaceId) : null
        // Otherwise every offset between the two, so that either may be first to any of its steps.
        const sending = pause(isHeld ? 0 : (round * 7) % 23).then(() => send(principal, month, `during-${month}`))
        await held?.met()
        const closing = people.map((person) =>
          pause(isHeld ? 0 : (round * 5) % 19).then(() => closeMonth(person, { month })),
        )
        if (held !== null) {
          // Closing waits for the writer; if it did not, it would be over before the writer commits.
          let isOver = false
          void Promise.allSettled(closing).then(() => {
            isOver = true
          })
          await untilWaiting('advisory', people.length, () => isOver)
          await held.letGo()
        }
        const [writing, ...closes] = await Promise.allSettled([sending, ...closing])
        expect(writing?.status).toBe('fulfilled')
        expect(closes.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
        const lost = closes.find((one) => one.status === 'rejected')
        expect(lost).toMatchObject({ reason: { code: 'CONFLICT', reason: 'MONTH_CLOSED' } })
        const bill = await readBill(principal, { month })
        const since = bill.since_close.reduce((sum, one) => sum + BigInt(one.records), 0n)
        expect([bill.records, since.toString()]).toEqual(since === 0n ? ['2', '0'] : ['1', '1'])
        if (isHeld) expect(since).toBe(0n)
        if (since === 0n) inBill += 1
        else after += 1
      }
      const bills = await listBills(principal)
      const all = usdToText(sumUsd(bills.map((one) => usdFromText(one.exact_total ?? '0'))))
      expect(all).toBe((await readSpend(principal, { group_by: 'month' })).total.cost)
    }
    await requireBalancedBooks(await commandLineOf('onlooker'))
    // Otherwise the two never met.
    expect(inBill).toBeGreaterThan(5)
    expect(after).toBeGreaterThan(5)
  })

  it('holds for a file and for its undo as well', async () => {
    const principal = await commandLineOf('third')
    const anna = await principalOf(await makeMember(principal.workspaceId, 'finance', 'anna@third.example'))
    for (let round = 0; round < 8; round += 1) {
      const month = shiftMonth(FIRST_MONTH, round)
      const rows = (id: string) => usageCsv([{ id, timestamp: `${month}-03T00:00:00Z`, input: 1_000, output: 0 }])
      const first = await importFile(principal, rows(`a-${round}`))
      await Promise.all([
        round % 2 === 0 ? importFile(principal, rows(`b-${round}`)) : undoImport(principal, { id: first.id }),
        pause(round * 6).then(() => closeMonth(anna, { month })),
      ])
      const { records, since_close } = await readBill(principal, { month })
      const since = since_close.reduce((sum, one) => sum + BigInt(one.records), 0n)
      expect(BigInt(records) + since).toBe(round % 2 === 0 ? 2n : 0n)
    }
    await requireBalancedBooks(principal)
  })
})
