import { afterAll, beforeAll, expect, it } from 'vitest'
import { PATCH } from '../../../app/api/v1/prices/[id]/route'
import type { Principal } from '../../../lib/server/auth/principal'
import { pool } from '../../../lib/server/db/pool'
import { syncPriceBook } from '../../../lib/server/db/price-book'
import { listPrices } from '../../../lib/server/read/list-prices'
import { listNames, readRateEntries } from '../../../lib/server/read/rates'
import { addPrice, addPriceInput } from '../../../lib/server/use-case/add-price'
import { createToken } from '../../../lib/server/use-case/create-token'
import { endPrice, withdrawName } from '../../../lib/server/use-case/end-price'
import { nameModel } from '../../../lib/server/use-case/name-model'
import { priceCalls, priceCallsInput } from '../../../lib/server/use-case/price-calls'
import { makeMember, makeWorkspace, principalOf, useOwnDataDirectory } from '../../support/account'
import { closeTestDatabase, openTestDatabase } from '../../support/database'
import { block, fileOf, model } from '../../unit/price/sample-book'

let finance: Principal
let other: Principal
let viewer: Principal
let tidy: () => void

beforeAll(async () => {
  tidy = useOwnDataDirectory()
  await openTestDatabase()
  const workspace = await makeWorkspace('ends')
  finance = await principalOf(await makeMember(workspace, 'finance'))
  viewer = await principalOf(await makeMember(workspace, 'viewer'))
  other = await principalOf(await makeMember(await makeWorkspace('other'), 'admin'))
  await syncPriceBook([fileOf('openai', [model('gpt-x', [block({ input: '2', output: '4' })])])])
})
afterAll(async () => {
  await closeTestDatabase()
  tidy()
})

async function costOf(name: string, timestamp: string): Promise<string | null> {
  const usage = { input: '1000000' }
  const input = { calls: [{ provider: 'openai', model: name, api: 'canonical', timestamp, usage }] }
  const { charges } = await priceCalls(finance, priceCallsInput.parse(input))
  return (charges[0] as { cost: string | null }).cost
}

const contract = (amount: string) =>
  addPriceInput.parse({
    host: 'openai',
    model: 'gpt-x',
    meter: 'input',
    amount,
    effective_from: '2026-01-01T00:00:00Z',
    source: 'order form',
  })

it('a contract price holds until its end, and the list price from then on', async () => {
  const { id } = await addPrice(finance, contract('1'))
  expect(await costOf('gpt-x', '2026-06-30T23:59:59.999Z')).toBe('1')
  await endPrice(finance, { id, effective_to: '2026-07-01T00:00:00Z' })
  expect(await costOf('gpt-x', '2026-06-30T23:59:59.999Z')).toBe('1')
  expect(await costOf('gpt-x', '2026-07-01T00:00:00Z')).toBe('2')
  await expect(endPrice(finance, { id, effective_to: '2026-08-01T00:00:00Z' })).rejects.toThrow(/ends .* already/)
  await expect(endPrice(finance, { id, effective_to: '2025-12-31T00:00:00Z' })).rejects.toThrow(/begins/)
  const audit = await pool().query(`SELECT detail FROM audit_log WHERE action = 'price.end'`)
  expect(audit.rows).toHaveLength(1)

  // Ended at its begin it never held, is in no list, and another amount can take its place.
  await endPrice(finance, { id, effective_to: '2026-01-01T00:00:00Z' })
  expect(await costOf('gpt-x', '2026-06-01T00:00:00Z')).toBe('2')
  await addPrice(finance, contract('1.5'))
  expect(await costOf('gpt-x', '2026-06-01T00:00:00Z')).toBe('1.5')
  const ledger = await readRateEntries(finance, { host: 'openai', model: 'gpt-x', nowMs: Date.parse('2026-11-01') })
  expect(ledger.filter((entry) => entry.book === 'contract').map((entry) => [entry.amount, entry.enteredBy])).toEqual([
    ['1.5', finance.actor],
  ])
  expect((await listPrices(finance, { book: 'contract' })).prices.map((one) => one.amount)).toContain('1.5')
  expect((await listPrices(finance, { book: 'contract' })).prices.every((one) => one.book === 'contract')).toBe(true)
})

it('nobody ends a published price, or one of another workspace', async () => {
  const { rows } = await pool().query<{ id: string }>('SELECT id FROM price_entry WHERE workspace_id = 0 LIMIT 1')
  const published = rows[0]?.id ?? ''
  const until = '2027-01-01T00:00:00Z'
  await expect(endPrice(finance, { id: published, effective_to: until })).rejects.toThrow(/no such price/)
  const { id } = await addPrice(finance, { ...contract('3'), meter: 'output' })
  await expect(endPrice(other, { id, effective_to: until })).rejects.toThrow(/no such price/)
  await expect(endPrice(viewer, { id, effective_to: until })).rejects.toThrow()
  const { token } = await createToken(other, { name: 'reader', scopes: ['read'] })
  const response = await PATCH(
    new Request(`http://127.0.0.1:3000/api/v1/prices/${id}`, {
      method: 'PATCH',
      body: JSON.stringify({ effective_to: until }),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    }),
    { params: Promise.resolve({ id }) },
  )
  expect(response.status).toBe(403)
})

it('a confirmed name prices its records until it is withdrawn, and can be confirmed anew', async () => {
  const name = 'our-gpt'
  expect(await costOf(name, '2026-06-01T00:00:00Z')).toBe(null)
  await nameModel(finance, { host: 'openai', name, model: 'gpt-x' })
  expect(await costOf(name, '2026-06-01T00:00:00Z')).toBe('1.5')
  expect(await listNames(finance)).toMatchObject([{ name, model: 'gpt-x', from: null, confirmed_by: finance.actor }])
  await withdrawName(finance, { host: 'openai', name })
  expect(await costOf(name, '2026-06-01T00:00:00Z')).toBe(null)
  expect(await listNames(finance)).toEqual([])
  await expect(withdrawName(finance, { host: 'openai', name })).rejects.toThrow(/confirmed/)
  await nameModel(finance, { host: 'openai', name, model: 'gpt-x' })
  expect(await costOf(name, '2026-06-01T00:00:00Z')).toBe('1.5')
  expect(await listNames(other)).toEqual([])
  // However often it is taken back.
  await withdrawName(finance, { host: 'openai', name })
  await nameModel(finance, { host: 'openai', name, model: 'gpt-x' })
  expect(await costOf(name, '2026-06-01T00:00:00Z')).toBe('1.5')
})

it('prices entered at the same moment take turns: one that would hold beside another is refused', async () => {
  const here = await principalOf(await makeMember(await makeWorkspace('at-once'), 'finance'))
  for (const amounts of [
    ['7', '7'],
    ['8', '9'],
  ]) {
    const outcomes = await Promise.allSettled(
      amounts.map((amount) => addPrice(here, { ...contract(amount), priority: amounts.indexOf('8') })),
    )
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(refused).toMatchObject([{ code: 'CONFLICT' }])
  }
})
