import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { setDatabaseUrl } from '../../../lib/server/env'
import { postOutbound } from '../../../lib/server/outbound'

/** What the names of the test resolve to, one answer after the other, as a name server that changes its mind gives them. */
const answers = vi.hoisted(() => ({ next: [] as string[][], asked: 0 }))
vi.mock('node:dns', () => ({
  lookup: (_name: string, _options: object, callback: (error: null, addresses: object[]) => void) => {
    answers.asked += 1
    callback(
      null,
      (answers.next.shift() ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  },
}))

let inner: Server
let reached = 0

beforeAll(async () => {
  inner = createServer((_request, response) => {
    reached += 1
    response.end()
  })
  await new Promise<void>((done) => inner.listen(0, '127.0.0.1', done))
})
afterAll(() => {
  inner.close()
  delete process.env.TOKENTAB_OUTBOUND_ALLOW
})

describe('a name that resolves to what is not public', () => {
  it.each([[['127.0.0.1']], [['8.8.8.8', '10.0.0.1']], [['::ffff:127.0.0.1']], [['fd00::1']], [[]]])(
    'is refused where the connection resolves it: %j',
    async (addresses) => {
      answers.next = [addresses]
      const sent = await postOutbound('https://hooks.example.org/x', '{}', {})
      expect(sent).toEqual({ ok: false, problem: 'hooks.example.org is not a public address' })
    },
  )

  it('is asked for once a request: there is no second answer to be fooled by', async () => {
    answers.next = [['127.0.0.1'], ['127.0.0.1']]
    answers.asked = 0
    await postOutbound('https://hooks.example.org/x', '{}', {})
    expect(answers.asked).toBe(1)
    expect(reached).toBe(0)
  })

  it('is reached when the operator opened it', async () => {
    process.env.TOKENTAB_OUTBOUND_ALLOW = 'hooks.corp'
    setDatabaseUrl('postgres://elsewhere')
    answers.next = [['127.0.0.1']]
    const address = `http://hooks.corp:${(inner.address() as AddressInfo).port}/x`
    expect(await postOutbound(address, '{}', {})).toEqual({ ok: true })
    expect(reached).toBe(1)
  })
})
