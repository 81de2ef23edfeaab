import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DELETE as end, PATCH as part, HEAD as where } from '../../../app/api/v1/uploads/[id]/route'
import { POST as begin, OPTIONS as spoken } from '../../../app/api/v1/uploads/route'
import type { Principal } from '../../../lib/server/auth/principal'
import { pool } from '../../../lib/server/db/pool'
import { setDatabaseUrl } from '../../../lib/server/env'
import { getImportView } from '../../../lib/server/read/imports'
import { createToken } from '../../../lib/server/use-case/create-token'
import { useOwnDataDirectory } from '../../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../../support/database'
import { commandLineOf, drain, insertTestPrices, requireBalancedBooks, usageCsv } from '../../support/imports'

let removeData: () => void
let principal: Principal
let token: string
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
  token = await tokenOf(principal)
})

const tokenOf = async (owner: Principal) =>
  (await createToken(owner, { name: 'test', scopes: ['import', 'read', 'admin'] })).token
const uploads = (...names: string[]) => join(process.env.TOKENTAB_DATA_DIR ?? '', 'uploads', ...names)

const CSV = Buffer.from(
  usageCsv(
    Array.from({ length: 400 }, (_row, index) => ({
      id: `call-${index}`,
      timestamp: '2026-10-01T00:00:00Z',
      input: 1_000,
      output: 1,
    })),
  ),
)

interface Asked {
  readonly as?: string
  readonly body?: BodyInit | null
  readonly headers?: Record<string, string>
}

function ask(method: string, path: string, { as = token, body = null, headers = {} }: Asked = {}): Request {
  return new Request(`http://localhost/api/v1/uploads${path}`, {
    method,
    body,
    duplex: 'half',
    headers: { authorization: `Bearer ${as}`, 'tus-resumable': '1.0.0', ...headers },
  } as RequestInit)
}

const PROBLEM = 'application/problem+json; charset=utf-8'
const params = (id: string) => ({ params: Promise.resolve({ id }) })
const said = (fields: Record<string, string>) =>
  Object.entries(fields)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',')

async function start(bytes: Buffer, fields: Record<string, string> = {}): Promise<string> {
  const reply = await begin(
    ask('POST', '', {
      headers: { 'upload-length': String(bytes.length), 'upload-metadata': said({ filename: 'usage.csv', ...fields }) },
    }),
    params(''),
  )
  expect([reply.status, await reply.text()]).toEqual([201, ''])
  expect(reply.headers.get('upload-expires')).toMatch(/GMT$/)
  const id = /^\/api\/v1\/uploads\/([0-9a-f-]{36})$/.exec(reply.headers.get('location') ?? '')?.[1]
  return id as string
}

const send = async (id: string, bytes: Buffer, from: number, to: number, options: Asked = {}) =>
  await part(
    ask('PATCH', `/${id}`, {
      body: new Uint8Array(bytes.subarray(from, to)),
      headers: { 'upload-offset': String(from), 'content-type': 'application/offset+octet-stream' },
      ...options,
    }),
    params(id),
  )
const offsetOf = async (id: string, as = token) => await where(ask('HEAD', `/${id}`, { as }), params(id))
const view = (id: string) => getImportView(principal, { id })

/** A body whose connection breaks after some bytes. */
function broken(bytes: Buffer): BodyInit {
  let sent = false
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      if (!sent) controller.enqueue(new Uint8Array(bytes))
      else {
        await sleep(200)
        controller.error(new DOMException('The connection was lost.', 'AbortError'))
      }
      sent = true
    },
  })
}

describe('A-02, A-03, A-70: an upload in parts', () => {
  it('names the extensions of the protocol it takes, and asks for its version', async () => {
    const reply = await spoken(ask('OPTIONS', ''), params(''))
    // The length has to be said when an upload begins.
    expect(reply.headers.get('tus-extension')).toBe('creation,creation-with-upload,termination,expiration')
    const versionless = ask('POST', '')
    versionless.headers.delete('tus-resumable')
    const old = await begin(versionless, params(''))
    expect([old.status, old.headers.get('tus-version'), await old.json()]).toMatchObject([
      412,
      '1.0.0',
      { status: 412, code: 'TUS_VERSION' },
    ])
  })

  it('arrives over any number of requests and becomes an import with its last byte', async () => {
    const id = await start(CSV, { project: 'search' })
    expect(await view(id)).toMatchObject({ status: 'receiving', bytes_total: String(CSV.length) })
    for (let at = 0; at < CSV.length; at += 5_000) {
      const reply = await send(id, CSV, at, Math.min(CSV.length, at + 5_000))
      expect(reply.status).toBe(204)
      expect(reply.headers.get('access-control-allow-origin')).toBeNull()
      // Until when the next part may come; a whole upload waits for none.
      const expires = reply.headers.get('upload-expires')
      if (at + 5_000 >= CSV.length) expect(expires).toBeNull()
      else expect(Math.abs(Date.parse(expires ?? '') - Date.now() - 3 * 86_400_000)).toBeLessThan(60_000)
      if (at === 0) expect(await view(id)).toMatchObject({ status: 'receiving', bytes_received: '5000' })
    }
    await drain()
    expect(await view(id)).toMatchObject({ status: 'committed', accepted: '400', bytes_received: String(CSV.length) })
    expect(readFileSync(uploads(id)).equals(CSV)).toBe(true)
    expect(readdirSync(uploads('arriving'))).toEqual([])
    await requireBalancedBooks(principal)
  })

  it('whose connection breaks keeps what arrived, and goes on from there', async () => {
    const id = await start(CSV)
    const cut = await send(id, CSV, 0, CSV.length, {
      body: broken(CSV.subarray(0, 7_000)),
      headers: { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    })
    expect(cut.status).toBeGreaterThanOrEqual(400)
    const reply = await offsetOf(id)
    expect(reply.headers.get('upload-length')).toBe(String(CSV.length))
    const offset = Number.parseInt(reply.headers.get('upload-offset') ?? '', 10)
    expect(offset).toBe(7_000)
    // A part that does not begin where the last one ended changes nothing.
    const wrong = await send(id, CSV, 0, 100)
    expect([wrong.status, wrong.headers.get('content-type')]).toEqual([409, PROBLEM])
    expect(await wrong.json()).toMatchObject({ status: 409, code: 'UPLOAD_OFFSET' })
    expect((await send(id, CSV, offset, CSV.length)).status).toBe(204)
    await drain()
    expect(await view(id)).toMatchObject({ status: 'committed', accepted: '400' })
    await requireBalancedBooks(principal)
  })

  it('whose part is longer than the file was said to be is refused, however its length is told', async () => {
    const id = await start(CSV)
    const longer = Buffer.concat([CSV, CSV])
    const headers = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
    for (const told of [{}, { 'content-length': String(longer.length) }]) {
      const reply = await send(id, longer, 0, longer.length, { headers: { ...headers, ...told } })
      expect([reply.status, await reply.json()]).toMatchObject([413, { code: 'UPLOAD_TOO_LONG' }])
    }
    const offset = Number.parseInt((await offsetOf(id)).headers.get('upload-offset') ?? '', 10)
    if (offset < CSV.length) expect((await send(id, CSV, offset, CSV.length)).status).toBe(204)
    await drain()
    expect(await view(id)).toMatchObject({ status: 'committed', accepted: '400', bytes_received: String(CSV.length) })
    await requireBalancedBooks(principal)
  })

  it('that was stored, but whose last reply was lost, is told to be whole', async () => {
    const id = await start(CSV)
    await send(id, CSV, 0, CSV.length)
    expect((await offsetOf(id)).headers.get('upload-offset')).toBe(String(CSV.length))
    await drain()
    expect((await offsetOf(id)).headers.get('upload-offset')).toBe(String(CSV.length))
    expect(await view(id)).toMatchObject({ status: 'committed', accepted: '400' })
  })

  it('whose process died after the last byte is completed by the worker, or by the client that asks', async () => {
    const left = await start(CSV)
    writeFileSync(uploads('arriving', left), CSV)
    await pool().query(
      `UPDATE import SET lease_owner = 'elsewhere:1:', lease_until = now() - interval '1 second' WHERE id = $1`,
      [left],
    )
    const unanswered = await start(CSV)
    writeFileSync(uploads('arriving', unanswered), CSV)
    expect((await offsetOf(unanswered)).headers.get('upload-offset')).toBe(String(CSV.length))
    await drain()
    const views = await Promise.all([left, unanswered].map(view))
    expect(views.map((one) => [one.status, one.accepted]).sort()).toEqual([
      ['committed', '0'],
      ['committed', '400'],
    ])
    await requireBalancedBooks(principal)
  })

  it('that nobody continues is dropped after three days, with its bytes', async () => {
    const id = await start(CSV)
    await send(id, CSV, 0, 5_000)
    await drain()
    expect(await view(id)).toMatchObject({ status: 'receiving' })
    await pool().query(`UPDATE import SET lease_until = lease_until - interval '3 days' WHERE id = $1`, [id])
    await drain()
    expect(await view(id)).toMatchObject({ status: 'failed', problem: { code: 'UPLOAD_INTERRUPTED' } })
    expect(existsSync(uploads('arriving', id))).toBe(false)
    expect((await offsetOf(id)).status).toBe(410)
  })

  it('can be cancelled between two parts', async () => {
    const id = await start(CSV)
    await send(id, CSV, 0, 5_000)
    expect((await end(ask('DELETE', `/${id}`), params(id))).status).toBe(204)
    expect(await view(id)).toMatchObject({ status: 'cancelled' })
    expect(existsSync(uploads('arriving', id))).toBe(false)
    expect((await send(id, CSV, 5_000, 6_000)).status).toBe(410)
  })
})

describe('A-04: a file that changed while it was uploaded', () => {
  it('is refused as a whole, because its digest was said at the beginning', async () => {
    const sha256 = createHash('sha256').update(CSV).digest('hex')
    const id = await start(CSV, { sha256 })
    await send(id, CSV, 0, 5_000)
    const other = Buffer.from(CSV)
    other[CSV.length - 2] = 57
    const reply = await send(id, other, 5_000, other.length)
    expect([reply.status, await reply.json()]).toMatchObject([400, { code: 'FILE_CHANGED' }])
    expect(await view(id)).toMatchObject({ status: 'failed', problem: { code: 'FILE_CHANGED' } })
    expect(existsSync(uploads(id)) || existsSync(uploads('arriving', id))).toBe(false)
    const whole = await start(CSV, { sha256 })
    expect((await send(whole, CSV, 0, CSV.length)).status).toBe(204)
  })
})

describe('who and how much', () => {
  it('belongs to the one who began it, in one workspace, on every request', async () => {
    const id = await start(CSV)
    const stranger = await tokenOf(await commandLineOf('other'))
    const colleague = (await createToken(principal, { name: 'colleague', scopes: ['import'] })).token
    for (const as of [stranger, colleague]) {
      expect((await offsetOf(id, as)).status).toBe(404)
      const headers = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
      expect((await send(id, CSV, 0, 10, { as, headers, body: 'x' })).status).toBe(404)
      expect((await end(ask('DELETE', `/${id}`, { as }), params(id))).status).toBe(404)
    }
    expect((await offsetOf(id, 'no-token')).status).toBe(401)
    expect((await offsetOf('..%2f..%2fetc%2fpasswd')).status).toBe(404)
  })

  it('of somebody else is not reached by a query that names it beside one of one’s own', async () => {
    const stranger = await tokenOf(await commandLineOf('other'))
    const theirs = await start(CSV)
    const mine = await (async () => {
      const kept = token
      token = stranger
      const id = await start(CSV)
      token = kept
      return id
    })()
    const headers = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
    const body = new Uint8Array(CSV.subarray(0, 100))
    const reply = await part(ask('PATCH', `/${theirs}?x=/${mine}`, { as: stranger, headers, body }), params(theirs))
    expect(reply.status).toBe(404)
    expect(await view(theirs)).toMatchObject({ status: 'receiving', bytes_received: '0' })
    expect((await offsetOf(mine, stranger)).headers.get('upload-offset')).toBe('0')
  })

  it('with a format or a zone that does not exist is told so before the first byte', async () => {
    for (const [told, code] of [
      [{ format: 'no-such' }, 'UNKNOWN_FORMAT'],
      [{ timezone: 'Mars/Olympus' }, 'UNKNOWN_TIME_ZONE'],
    ] as [Record<string, string>, string][]) {
      const headers = { 'upload-length': '5', 'upload-metadata': said({ filename: 'a.csv', ...told }) }
      const reply = await begin(ask('POST', '', { headers }), params(''))
      expect([reply.status, await reply.json()]).toMatchObject([400, { code, remedy: expect.any(String) }])
    }
    expect((await pool().query('SELECT 1 FROM import')).rows).toEqual([])
  })

  it('is limited in size and told so before the first byte', async () => {
    process.env.TOKENTAB_MAX_UPLOAD_BYTES = '1000'
    setDatabaseUrl(url)
    try {
      const reply = await begin(
        ask('POST', '', { headers: { 'upload-length': '1001', 'upload-metadata': said({ filename: 'a.csv' }) } }),
        params(''),
      )
      expect([reply.status, await reply.json()]).toMatchObject([413, { code: 'TOO_LARGE' }])
    } finally {
      delete process.env.TOKENTAB_MAX_UPLOAD_BYTES
      setDatabaseUrl(url)
    }
    for (const headers of [
      { 'upload-defer-length': '1' },
      { 'upload-length': '5' },
      { 'upload-length': '-5' },
      {},
    ] as Record<string, string>[]) {
      const reply = await begin(ask('POST', '', { headers }), params(''))
      expect([reply.status, reply.headers.get('content-type')]).toEqual([400, PROBLEM])
      expect(await reply.json()).toMatchObject({ status: 400, code: 'INVALID_REQUEST', detail: expect.any(String) })
    }
    expect((await pool().query('SELECT 1 FROM import')).rows).toEqual([])
  })
})

describe('A-82: a disk without room', () => {
  it('is told before the first byte, with what is needed', async () => {
    const bytes = 2 ** 50
    process.env.TOKENTAB_MAX_UPLOAD_BYTES = String(bytes)
    setDatabaseUrl(url)
    try {
      const reply = await begin(
        ask('POST', '', {
          headers: { 'upload-length': String(bytes), 'upload-metadata': said({ filename: 'a.csv' }) },
        }),
        params(''),
      )
      expect([reply.status, await reply.json()]).toMatchObject([
        503,
        { code: 'DISK_FULL', detail: expect.stringMatching(/needs 3145729\.0 GB, [\d.]+ GB are free/) },
      ])
      expect((await pool().query('SELECT 1 FROM import')).rows).toEqual([])
    } finally {
      delete process.env.TOKENTAB_MAX_UPLOAD_BYTES
      setDatabaseUrl(url)
    }
  })
})
