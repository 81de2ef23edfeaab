import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { POST as postPull } from '../../app/api/v1/connections/[id]/pull/route'
import {
  DELETE as deleteConnection,
  GET as getConnection,
  PATCH as patchConnection,
} from '../../app/api/v1/connections/[id]/route'
import { GET as getConnections, POST as postConnection } from '../../app/api/v1/connections/route'
import { dayOf } from '../../lib/core/source/pull/pull-source'
import { DAY_MS, floorToDay, HOUR_MS } from '../../lib/core/time/instant'
import type { Role } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { env, setDatabaseUrl } from '../../lib/server/env'
import { pullOnce } from '../../lib/server/use-case/pull-usage'
import { makeMember, makeWorkspace, signedInCookie, useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase } from '../support/database'
import { FakeProvider } from '../support/fake-provider'
import { drain, insertTestPrices } from '../support/imports'

const CANARY = 'sk-admin-planted-canary-8f3a-0001'
const today = floorToDay(Date.now())
const never = new AbortController().signal
let removeData: () => void
let provider: FakeProvider
let base: string
let workspaceId: number
let cookies: Readonly<Record<Role, string>>
let count = 0

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  process.env.TOKENTAB_OUTBOUND_ALLOW = '127.0.0.1'
  setDatabaseUrl(await openTestDatabase())
  expect(env().TOKENTAB_OUTBOUND_ALLOW).toBe('127.0.0.1')
  await insertTestPrices()
  provider = new FakeProvider()
  base = await provider.start()
  provider.usage.set((today - DAY_MS + 3 * HOUR_MS) / 1_000, 1_000_000n)
})
afterAll(async () => {
  delete process.env.TOKENTAB_OUTBOUND_ALLOW
  provider.stop()
  await closeTestDatabase()
  removeData()
})
beforeEach(async () => {
  await pool().query('DELETE FROM connection')
  await pool().query('DELETE FROM rate_limit')
  provider.asked.length = 0
  provider.key = CANARY
  count += 1
  workspaceId = await makeWorkspace(`http-${count}`)
  const made = await Promise.all(
    (['admin', 'finance', 'engineer', 'viewer'] as const).map(
      async (role) => [role, await signedInCookie(await makeMember(workspaceId, role))] as const,
    ),
  )
  cookies = Object.fromEntries(made) as Record<Role, string>
})

const request = (cookie: string, method: string, body?: object) =>
  new Request('http://localhost/api', {
    method,
    headers: {
      cookie,
      host: 'localhost',
      origin: 'http://localhost',
      'content-type': 'application/json',
      'x-tokentab': '1',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const none = { params: Promise.resolve({}) }
const at = (id: string) => ({ params: Promise.resolve({ id }) })
const input = () => ({
  name: 'Ours',
  kind: 'openai-usage',
  key: CANARY,
  base_url: base,
  from: dayOf(today - DAY_MS),
})
async function make(body: object = input()): Promise<string> {
  const reply = await postConnection(request(cookies.admin, 'POST', body), none)
  expect(reply.status).toBe(201)
  return ((await reply.json()) as { id: string }).id
}
const codeOf = async (reply: Response) => [reply.status, ((await reply.json()) as { code: string }).code]

describe('connections', () => {
  it('are written by administrators and engineers, and read by everybody of the workspace', async () => {
    const id = await make()
    const status = async (role: Role, work: (cookie: string) => Promise<Response>) => (await work(cookies[role])).status
    for (const [role, may] of [
      ['admin', true],
      ['engineer', true],
      ['finance', false],
      ['viewer', false],
    ] as const) {
      expect([role, await status(role, (cookie) => getConnections(request(cookie, 'GET'), none))]).toEqual([role, 200])
      expect([role, await status(role, (cookie) => getConnection(request(cookie, 'GET'), at(id)))]).toEqual([role, 200])
      const writes = [
        await status(role, (cookie) => postConnection(request(cookie, 'POST', input()), none)),
        await status(role, (cookie) => patchConnection(request(cookie, 'PATCH', { name: role }), at(id))),
        await status(role, (cookie) => postPull(request(cookie, 'POST'), at(id))),
      ]
      expect([role, writes]).toEqual([role, may ? [201, 200, 202] : [403, 403, 403]])
    }
    expect(await status('viewer', (cookie) => deleteConnection(request(cookie, 'DELETE'), at(id)))).toBe(403)
    expect(await status('engineer', (cookie) => deleteConnection(request(cookie, 'DELETE'), at(id)))).toBe(200)
    expect(await status('admin', (cookie) => getConnection(request(cookie, 'GET'), at(id)))).toBe(404)
  })

  it('of another workspace are not there', async () => {
    const id = await make()
    const other = await signedInCookie(await makeMember(await makeWorkspace(`other-${count}`), 'admin'))
    const replies = [
      await getConnection(request(other, 'GET'), at(id)),
      await patchConnection(request(other, 'PATCH', { name: 'mine' }), at(id)),
      await postPull(request(other, 'POST'), at(id)),
      await deleteConnection(request(other, 'DELETE'), at(id)),
      await getConnection(request(other, 'GET'), at('not-an-id')),
    ]
    expect(replies.map((reply) => reply.status)).toEqual([404, 404, 404, 404, 404])
    expect(await (await getConnections(request(other, 'GET'), none)).json()).toEqual({ items: [] })
  })

  it('never tell their key: not in a reply, a table, a file or the audit log (B-60, B-61)', async () => {
    const id = await make()
    await pullOnce(never)
    await drain()
    provider.key = 'sk-admin-another-key-000000'
    await postPull(request(cookies.admin, 'POST'), at(id))
    await pullOnce(never)
    expect(provider.asked.every((one) => one.key === CANARY)).toBe(true)
    const shown = (await (await getConnection(request(cookies.viewer, 'GET'), at(id))).json()) as { key: object }
    expect(shown.key).toEqual({ set: true, last4: '0001' })
    const tables = await pool().query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
    )
    const hits: string[] = []
    const search = (place: string, text: string) => {
      if (text.includes('planted-canary') || text.includes(Buffer.from(CANARY).toString('hex'))) hits.push(place)
    }
    for (const { name } of tables.rows) {
      const { rows } = await pool().query<{ row: string }>(`SELECT one::text AS row FROM "${name}" one`)
      for (const { row } of rows) search(name, row)
    }
    const uploads = join(env().dataDir, 'uploads')
    for (const file of readdirSync(uploads)) {
      if (file !== 'arriving') search(file, readFileSync(join(uploads, file), 'latin1'))
    }
    search('reply', JSON.stringify(shown))
    expect(hits).toEqual([])
    const { rows } = await pool().query<{ action: string }>(
      `SELECT action FROM audit_log WHERE workspace_id = $1 AND action <> 'session.open' ORDER BY id`,
      [workspaceId],
    )
    expect(rows.map((row) => row.action)).toEqual(['connection.add', 'import.commit', 'connection.pull'])
  })

  it('need the key again for another address, so that the stored one goes nowhere else (B-33)', async () => {
    const id = await make()
    const elsewhere = new FakeProvider()
    const other = await elsewhere.start()
    const moved = await patchConnection(request(cookies.engineer, 'PATCH', { base_url: other }), at(id))
    expect(await codeOf(moved)).toEqual([422, 'KEY_REQUIRED'])
    // The same address in another spelling is the same address.
    const same = await patchConnection(request(cookies.engineer, 'PATCH', { base_url: `${base}/` }), at(id))
    expect(same.status).toBe(200)
    await pullOnce(never)
    expect(elsewhere.asked).toEqual([])
    const withKey = { base_url: other, key: 'sk-admin-for-the-other-place' }
    expect((await patchConnection(request(cookies.engineer, 'PATCH', withKey), at(id))).status).toBe(200)
    await drain()
    await pullOnce(never)
    expect(elsewhere.asked.map((one) => one.key)).toEqual([withKey.key])
    elsewhere.stop()
  })

  it('do not open with the sealed key of another row (B-60)', async () => {
    const [first, second] = [await make(), await make()]
    await pool().query('UPDATE connection SET sealed = (SELECT sealed FROM connection WHERE id = $1) WHERE id = $2', [
      first,
      second,
    ])
    await pool().query(`UPDATE connection SET next_at = now() + interval '1 hour' WHERE id = $1`, [first])
    expect(await pullOnce(never)).toBe('failed')
    expect(provider.asked).toEqual([])
    const shown = (await (await getConnection(request(cookies.admin, 'GET'), at(second))).json()) as {
      problem: { code: string; message: string }
    }
    expect(shown.problem.code).toBe('KEY_REFUSED')
  })

  it.each([
    'http://api.openai.com/v1',
    'https://169.254.169.254/latest',
    'https://10.0.0.1/v1',
    'https://[::1]/v1',
    'https://localhost/v1',
    'https://api.openai.com:22/v1',
    'https://user:pw@api.openai.com/v1',
    'https://api.openai.com/v1?x=1',
    'https://api.openai.com/v1#x',
    'file:///etc/passwd',
    'nonsense',
  ])('refuse the address %s, also in a change (B-30, B-34)', async (address) => {
    const added = await postConnection(request(cookies.admin, 'POST', { ...input(), base_url: address }), none)
    expect(await codeOf(added)).toEqual([422, 'ADDRESS_REFUSED'])
    const id = await make()
    const change = { base_url: address, key: CANARY }
    expect(await codeOf(await patchConnection(request(cookies.admin, 'PATCH', change), at(id)))).toEqual([
      422,
      'ADDRESS_REFUSED',
    ])
  })

  it('refuse an address at the time of use that was opened when it was entered (B-31)', async () => {
    await make()
    process.env.TOKENTAB_OUTBOUND_ALLOW = '127.0.0.2'
    setDatabaseUrl(env().DATABASE_URL ?? '')
    expect(await pullOnce(never)).toBe('failed')
    expect(provider.asked).toEqual([])
    process.env.TOKENTAB_OUTBOUND_ALLOW = '127.0.0.1'
    setDatabaseUrl(env().DATABASE_URL ?? '')
  })

  it('refuse what no field of theirs is, and days that cannot be', async () => {
    for (const body of [
      { ...input(), workspaceId: 1 },
      { ...input(), cursor: '2026-01-01' },
      { ...input(), kind: 'ftp' },
      { ...input(), key: 'short' },
      { ...input(), key: `${CANARY}\r\nx: y` },
      { ...input(), name: '  ' },
      { ...input(), every_hours: 0 },
    ]) {
      expect((await postConnection(request(cookies.admin, 'POST', body), none)).status).toBe(400)
    }
    for (const from of ['2026-02-30', '2001-01-01', dayOf(today + 2 * DAY_MS)]) {
      const reply = await postConnection(request(cookies.admin, 'POST', { ...input(), from }), none)
      expect(await codeOf(reply)).toEqual([422, 'DAY_REFUSED'])
    }
    const early = { ...input(), kind: 'openrouter-activity', from: dayOf(today - 31 * DAY_MS) }
    expect(await codeOf(await postConnection(request(cookies.admin, 'POST', early), none))).toEqual([
      422,
      'DAY_REFUSED',
    ])
  })

  it('are pulled at once six times an hour, no more', async () => {
    const id = await make()
    const statuses: number[] = []
    for (let again = 0; again < 7; again += 1) {
      statuses.push((await postPull(request(cookies.engineer, 'POST'), at(id))).status)
    }
    expect(statuses).toEqual([202, 202, 202, 202, 202, 202, 429])
  })

  it('forget their key when they are removed; what they brought stays', async () => {
    const id = await make()
    await pullOnce(never)
    await drain()
    expect((await deleteConnection(request(cookies.admin, 'DELETE'), at(id))).status).toBe(200)
    const { rows } = await pool().query<{ bytes: number; records: string }>(
      `SELECT length(c.sealed) AS bytes, (SELECT sum(records)::text FROM usage_hour WHERE workspace_id = $1) AS records
       FROM connection c WHERE c.id = $2`,
      [workspaceId, id],
    )
    expect(rows[0]).toEqual({ bytes: 0, records: '1' })
    expect(await pullOnce(never)).toBeNull()
  })
})
