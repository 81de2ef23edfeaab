import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POST } from '../../../app/api/v1/prices/book/route'
import type { Principal } from '../../../lib/server/auth/principal'
import { inTransaction, pool } from '../../../lib/server/db/pool'
import { syncPriceBook, writeBookFiles } from '../../../lib/server/db/price-book'
import { createToken } from '../../../lib/server/use-case/create-token'
import { loadPriceUpdate, priceUpdateInput } from '../../../lib/server/use-case/load-price-update'
import { makeMember, makeWorkspace, principalOf, useOwnDataDirectory } from '../../support/account'
import { closeTestDatabase, openTestDatabase } from '../../support/database'
import { block, fileOf, model } from '../../unit/price/sample-book'

let token: string
let finance: Principal
let tidy: () => void
const ended = { to: '2026-12-01T00:00:00Z' }
const next = { from: '2026-12-01T00:00:00Z' }
const update = [block({ input: '2' }, ended), block({ input: '1' }, next)]

beforeAll(async () => {
  tidy = useOwnDataDirectory()
  await openTestDatabase()
  const workspace = await makeWorkspace('updated')
  const admin = await principalOf(await makeMember(workspace, 'admin'))
  token = (await createToken(admin, { name: 'prices', scopes: ['admin'] })).token
  finance = await principalOf(await makeMember(workspace, 'finance'))
  await syncPriceBook([fileOf('openai', [model('gpt-x', [block({ input: '2' })])])])
})
afterAll(async () => {
  await closeTestDatabase()
  tidy()
})

async function load(mode: string, prices: unknown[], more: { host?: string } = {}) {
  const host = more.host ?? 'openai'
  const file = { host, title: host, names: [], currency: 'USD', models: [model('gpt-x', prices)] }
  const sign_off = { name: 'A. Reviewer', date: '2026-11-23', reason: 'price cut' }
  const response = await POST(
    new Request(`http://127.0.0.1:3000/api/v1/prices/book?mode=${mode}`, {
      method: 'POST',
      body: JSON.stringify({ ...file, sign_off }),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    }),
    { params: Promise.resolve({}) },
  )
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

async function ledger() {
  const { rows } = await pool().query(
    `SELECT amount::float8::text AS amount, effective_to FROM price_entry WHERE host = 'openai' ORDER BY effective_from`,
  )
  const audit = await pool().query(`SELECT 1 FROM audit_log WHERE action = 'price.update'`)
  return { prices: rows, audited: audit.rows.length }
}

describe('POST /api/v1/prices/book', () => {
  it('is for administrators of an own workspace: the sample’s may not change what everybody is billed by', async () => {
    const sample = await principalOf(
      await makeMember(await makeWorkspace('northwind', true), 'admin', 'guide@x.example'),
    )
    const sign_off = { name: 'Guide', date: '2026-11-23', reason: 'looking around' }
    const file = { host: 'openai', title: 'openai', names: [], currency: 'USD', models: [model('gpt-x', update)] }
    const asked = { mode: 'apply' as const, ...priceUpdateInput.parse({ ...file, sign_off }) }
    await expect(loadPriceUpdate(sample, asked)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      reason: 'SAMPLE_WORKSPACE',
    })
    await expect(loadPriceUpdate(finance, asked)).rejects.toMatchObject({ code: 'FORBIDDEN', reason: 'MISSING_ROLE' })
  })

  const before = { prices: [{ amount: '2', effective_to: null }], audited: 0 }

  it('previews without writing', async () => {
    const { status, body } = await load('preview', update)
    expect(status).toBe(200)
    expect(body).toMatchObject({ applied: false, entries_added: 1, entries_closed: 1, contradictions: [], ties: [] })
    expect(await ledger()).toEqual(before)
  })

  it('takes nothing of a file that changes an amount, ties, or names an unknown host', async () => {
    const changed = [block({ input: '3', output: '9' }), block({ input: '1' }, next)]
    expect((await load('preview', changed)).body).toMatchObject({ contradictions: [expect.stringContaining('append')] })
    expect((await load('apply', changed)).body).toMatchObject({ status: 409, code: 'LEDGER_CONTRADICTION' })
    const tied = [block({ input: '2' }), block({ input: '1' }, next)]
    expect((await load('preview', tied)).body).toMatchObject({ ties: [expect.stringContaining('at once')] })
    expect((await load('apply', tied)).status).toBe(409)
    expect((await load('apply', update, { host: 'nowhere' })).status).toBe(422)
    const signOff = { name: 'A. Reviewer', date: '2026-11-23', reason: 'price cut' }
    await expect(loadPriceUpdate(finance, { mode: 'apply', signOff, file: {} })).rejects.toMatchObject({ status: 403 })
    expect(await ledger()).toEqual(before)
  })

  it('adds dated prices and closes the old one, once', async () => {
    const after = {
      prices: [
        { amount: '2', effective_to: new Date('2026-12-01T00:00:00Z') },
        { amount: '1', effective_to: null },
      ],
      audited: 1,
    }
    expect((await load('apply', update)).body).toMatchObject({ applied: true, entries_added: 1, entries_closed: 1 })
    expect(await ledger()).toEqual(after)
    expect((await load('apply', update)).body).toMatchObject({ entries_added: 0, entries_closed: 0 })
    expect((await ledger()).prices).toEqual(after.prices)
    // A later version whose files still leave the old price open starts, and does not open it again.
    const older = fileOf('openai', [model('gpt-x', [block({ input: '2' })])])
    await inTransaction((connection) => writeBookFiles(connection, [older], { keepsEnds: true }))
    expect((await ledger()).prices).toEqual(after.prices)
  })
})
