import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { closeDatabase } from '../../lib/server/db/pool'
import { setDatabaseUrl } from '../../lib/server/env'
import { readSpend } from '../../lib/server/read/spend'
import { ingestUsage } from '../../lib/server/use-case/ingest-usage'
import { useOwnDataDirectory } from '../support/account'
import { cutAfterCommit } from '../support/cutting-proxy'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, insertTestPrices, requireBalancedBooks } from '../support/imports'

let removeData: () => void
let principal: Principal
let url: string

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  url = await openTestDatabase()
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

const call = (id: string, input: unknown = '1000') => ({
  id,
  timestamp: '2026-10-01T12:00:00Z',
  provider: 'openai',
  model: 'gpt-5',
  usage: { input, output: '10' },
})
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))
const send = (value: unknown, idempotencyKey: string | null = null) =>
  ingestUsage(principal, { body: bytes(value), idempotencyKey })

describe('POST /api/v1/usage', () => {
  it('A-62: commits what is good and says by place what is not', async () => {
    const reply = await send([call('a'), call('b', -1), call('c')])
    expect(reply).toMatchObject({ accepted: 2, duplicate: 0, rejected: 1, errors: [{ index: 1 }] })
    expect((await readSpend(principal, {})).total).toMatchObject({ cost: '0.0027', requests: '2' })
    await requireBalancedBooks(principal)
  })

  it('counts a record sent twice once, and refuses another under its id', async () => {
    await send([call('a')])
    expect(await send([call('a'), call('b')])).toMatchObject({ accepted: 1, duplicate: 1, rejected: 0 })
    const reply = await send([call('a', '7')])
    expect(reply).toMatchObject({ accepted: 0, rejected: 1, errors: [{ index: 0, code: 'CONFLICTING_DUPLICATE' }] })
    await requireBalancedBooks(principal)
  })

  it('A-61, P-24: answers a retry with the same key as the first, and refuses the key for another body', async () => {
    const first = await send([call('a')], 'key-1')
    expect(await send([call('a')], 'key-1')).toEqual(first)
    await expect(send([call('b')], 'key-1')).rejects.toMatchObject({ status: 409, reason: 'IDEMPOTENCY_KEY_REUSED' })
    await requireBalancedBooks(principal)
  })

  it('A-61: has one effect for fifty requests at once with one key', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => send([call('a')], 'key-1')))
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1)
    expect((await readSpend(principal, {})).total).toMatchObject({ records: '1' })
    await requireBalancedBooks(principal)
  })

  it('A-61, A-76: after the reply to COMMIT was lost a retry is answered as the first would have been', async () => {
    for (const key of ['key-1', null]) {
      const proxy = await cutAfterCommit(url, 'rows_read = rows_read +')
      try {
        await closeDatabase()
        setDatabaseUrl(proxy.url)
        await expect(send([call(`sent-${key}`)], key)).rejects.toThrow()
        expect(proxy.cuts()).toBe(1)
      } finally {
        await closeDatabase()
        await proxy.close()
        setDatabaseUrl(url)
      }
      const told = key === null ? { accepted: 0, duplicate: 1 } : { accepted: 1, duplicate: 0 }
      expect(await send([call(`sent-${key}`)], key)).toEqual({ ...told, rejected: 0, errors: [] })
      await requireBalancedBooks(principal)
    }
    expect((await readSpend(principal, {})).total).toMatchObject({ records: '2' })
  })

  it('lets twenty senders write the same hour at once', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_item, sender) =>
        send(Array.from({ length: 20 }, (_call, index) => call(`${sender}-${index}`))),
      ),
    )
    expect((await readSpend(principal, {})).total).toMatchObject({ records: '400' })
    await requireBalancedBooks(principal)
  })

  it('A-62: says of a body that is no list of records what to send instead', async () => {
    const one = JSON.stringify(call('a'))
    const cases: [string | Uint8Array, string, RegExp][] = [
      ['', 'NO_ROWS', /at least one record/],
      ['[]', 'NO_ROWS', /at least one record/],
      [`[${one},{"id":`, 'BROKEN_JSON', /one record on each line/],
      ['id,timestamp,model\na,2026-10-01,m\n', 'UNKNOWN_FORMAT', /\/api\/v1\/imports/],
      [JSON.stringify({ ...call('a'), usage: undefined }), 'UNKNOWN_FORMAT', /timestamp, model and usage/],
      [gzipSync(one), 'UNSUPPORTED_TYPE', /not packed/],
    ]
    for (const [body, reason, remedy] of cases) {
      const sent = ingestUsage(principal, { body: Buffer.from(body), idempotencyKey: null })
      await expect(sent).rejects.toMatchObject({ status: 400, reason, remedy: expect.stringMatching(remedy) })
      await expect(sent).rejects.not.toThrow(/\bfile\b/)
    }
    expect((await readSpend(principal, {})).rows).toEqual([])
  })

  it('A-62: refuses a request over the limits whole', async () => {
    const many = Array.from({ length: 1_001 }, (_item, index) => call(String(index)))
    await expect(send(many)).rejects.toMatchObject({ status: 413 })
    expect((await readSpend(principal, {})).rows).toEqual([])
  })
})
