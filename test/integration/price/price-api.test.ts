import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POST } from '../../../app/api/v1/price/route'
import { GET } from '../../../app/api/v1/prices/route'
import { syncPriceBook } from '../../../lib/server/db/price-book'
import { createToken } from '../../../lib/server/use-case/create-token'
import { makeMember, makeWorkspace, principalOf, useOwnDataDirectory } from '../../support/account'
import { closeTestDatabase, openTestDatabase } from '../../support/database'

const origin = 'http://127.0.0.1:3000'
const none = { params: Promise.resolve({}) }
let token: string
let tidy: () => void

beforeAll(async () => {
  tidy = useOwnDataDirectory()
  await openTestDatabase()
  const workspace = await makeWorkspace('priced')
  const member = await makeMember(workspace, 'engineer')
  token = (await createToken(await principalOf(member), { name: 'prices', scopes: ['price'] })).token
  // The book as it is shipped: what a server does when it starts.
  await syncPriceBook()
})
afterAll(async () => {
  await closeTestDatabase()
  tidy()
})

function post(body: string, authorization = `Bearer ${token}`): Promise<Response> {
  const headers = { 'content-type': 'application/json', authorization }
  return POST(new Request(`${origin}/api/v1/price`, { method: 'POST', body, headers }), none)
}

const call =
  '{"provider":"openai","model":"gpt-5","api":"openai.chat","timestamp":"2026-07-15T12:00:00Z","service_tier":"standard","region":null,"usage":{"prompt_tokens":7083,"completion_tokens":2408,"prompt_tokens_details":{"cached_tokens":1000}}}'

describe('POST /api/v1/price', () => {
  it('answers the documented example to the digit', async () => {
    const response = await post(`{"calls":[${call}]}`)
    expect(response.status).toBe(200)
    const body = (await response.json()) as { charges: Record<string, unknown>[]; total: string }
    expect(body.total).toBe('0.03180875')
    expect(body.charges[0]).toMatchObject({
      status: 'priced',
      cost: '0.03180875',
      currency: 'USD',
      coverage: 'full',
      host: 'openai',
      model: 'gpt-5',
      reason: null,
    })
    const lines = body.charges.flatMap((charge) => charge.lines as Record<string, unknown>[])
    expect(lines[0]).toEqual({
      meter: 'input',
      quantity: '6083',
      unit_price: '1.25',
      per: '1000000',
      multiplier: '1',
      amount: '0.00760375',
      price_id: expect.stringMatching(/^pr_[0-9a-f]{24}$/),
      source_url: expect.stringMatching(/^https:/),
      effective_from: '2025-08-07T00:00:00Z',
    })
  })

  it('reads counts beyond 2^53 written as numbers, and rates sent along, without a float', async () => {
    const big = call.replace('"prompt_tokens":7083', '"prompt_tokens":9007199254741993')
    const own = call.replace(
      '"usage"',
      '"rates":[{"meter":"input","amount":1.1,"per":1},{"meter":"cache_read","amount":"0"},{"meter":"output","unit_price":"0.3","per":"1000"}],"usage"',
    )
    const { charges } = (await (await post(`{"calls":[${big},${own}]}`)).json()) as {
      charges: Record<string, unknown>[]
    }
    expect(charges.map((charge) => charge.cost)).toEqual(['11258999068.45044625', '6692.0224'])
  })

  it('prices 10,000 calls a request and refuses one more', async () => {
    const many = (count: number) => `{"calls":[${Array.from({ length: count }, () => call).join()}]}`
    const { charges, total } = (await (await post(many(10_000))).json()) as { charges: unknown[]; total: string }
    expect([charges.length, total]).toEqual([10_000, '318.0875'])
    expect((await post(many(10_001))).status).toBe(400)
  })

  it('refuses a body that is not the documented one, and a caller without the scope', async () => {
    expect((await post('{"calls":[],"x":1}')).status).toBe(400)
    expect((await post('{')).status).toBe(400)
    expect((await post(`{"calls":[${call}]}`, 'Bearer nobody')).status).toBe(401)
  })
})

describe('GET /api/v1/prices', () => {
  it('finds a model’s entries with their evidence', async () => {
    const headers = { authorization: `Bearer ${token}` }
    const url = `${origin}/api/v1/prices?host=openai&model=gpt-5&meter=output&at=2026-07-15T12:00:00Z`
    const response = await GET(new Request(url, { headers }), none)
    const { prices } = (await response.json()) as { prices: Record<string, unknown>[] }
    expect(prices.find((price) => JSON.stringify(price.when) === '{}')).toMatchObject({ amount: '10', book: 'list' })
  })
})
