import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { GET as getCalls } from '../../app/api/v1/calls/route'
import { GET as getEvents } from '../../app/api/v1/imports/[id]/events/route'
import { GET as getRejects } from '../../app/api/v1/imports/[id]/rejects.csv/route'
import { DELETE as deleteImport, GET as getImport } from '../../app/api/v1/imports/[id]/route'
import { GET as listImports, POST as postImport } from '../../app/api/v1/imports/route'
import { GET as getSpend } from '../../app/api/v1/spend/route'
import { POST as postUsage } from '../../app/api/v1/usage/route'
import type { ImportPage, ImportView } from '../../lib/core/report/import-view'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { setDatabaseUrl } from '../../lib/server/env'
import { followImport } from '../../lib/server/read/follow-import'
import { createToken } from '../../lib/server/use-case/create-token'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, drain, insertTestPrices, requireBalancedBooks, upload, usageCsv } from '../support/imports'

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

async function tokenOf(owner: Principal): Promise<string> {
  const scopes = ['import', 'ingest', 'read', 'admin'] as const
  return (await createToken(owner, { name: 'test', scopes: [...scopes] })).token
}

const BASE = 'http://localhost/api/v1'
const paramsOf = (id: string) => ({ params: Promise.resolve({ id }) })
const none = { params: Promise.resolve({}) }

function ask(path: string, init: RequestInit & { as?: string } = {}): Request {
  const { as = token, headers, ...rest } = init
  return new Request(`${BASE}${path}`, { ...rest, headers: { authorization: `Bearer ${as}`, ...headers } })
}

function body(chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[]): RequestInit {
  const pieces = (async function* () {
    yield* chunks
  })()
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await pieces.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
  })
  return { method: 'POST', body: stream, duplex: 'half' } as RequestInit
}

async function post(bytes: Uint8Array, query = '', headers: Record<string, string> = {}): Promise<Response> {
  return await postImport(
    ask(`/imports?filename=usage.csv${query}`, {
      ...body([bytes]),
      headers: { 'content-length': String(bytes.length), ...headers },
    }),
    none,
  )
}

async function uploaded(bytes: Uint8Array): Promise<ImportView> {
  const reply = await post(bytes)
  expect(reply.status).toBe(202)
  const { id } = (await reply.json()) as { id: string }
  await drain()
  return (await (await getImport(ask(`/imports/${id}`), paramsOf(id))).json()) as ImportView
}

async function onlyImport(): Promise<ImportView> {
  const page = (await (await listImports(ask('/imports'), none)).json()) as ImportPage
  expect(page.items).toHaveLength(1)
  return page.items[0] as ImportView
}

const CSV = Buffer.from(
  usageCsv(
    Array.from({ length: 50 }, (_row, index) => ({
      id: `call-${index}`,
      timestamp: `2026-10-01T00:${String(index).padStart(2, '0')}:00Z`,
      input: 1_000,
      output: 1,
    })),
  ),
)

describe('an upload', () => {
  it('is answered 202 once its bytes are stored, and becomes a priced month', async () => {
    const view = await uploaded(CSV)
    expect(view).toMatchObject({
      status: 'committed',
      accepted: '50',
      bytes_received: String(CSV.length),
      cost: '0.063',
    })
    const spend = await (await getSpend(ask(`/spend?group_by=month&filter.import=${view.id}`), none)).json()
    expect(spend).toMatchObject({ rows: [{ month: '2026-10', cost: '0.063', requests: '50' }] })
    const calls = await (await getCalls(ask('/calls?limit=20&from=2026-10-01&to=2026-11-01'), none)).json()
    expect(calls).toMatchObject({ total: { records: '50' } })
    await requireBalancedBooks(principal)
  })

  it('A-01: that is shorter than declared, or has another SHA-256, keeps nothing', async () => {
    const short = await post(CSV, '', { 'content-length': String(CSV.length + 1) })
    expect([short.status, await short.json()]).toMatchObject([400, { code: 'UPLOAD_TRUNCATED' }])
    expect(await onlyImport()).toMatchObject({ status: 'failed', problem: { code: 'UPLOAD_TRUNCATED' } })
    const other = await post(CSV, `&sha256=${createHash('sha256').update('other').digest('hex')}`)
    expect(await other.json()).toMatchObject({ code: 'UPLOAD_TRUNCATED' })
    const right = await post(CSV, `&sha256=${createHash('sha256').update(CSV).digest('hex')}`)
    expect(right.status).toBe(202)
    await drain()
    await requireBalancedBooks(principal)
  })

  it('that comes as a form is refused with what to do, and one that curl sends as a body is taken', async () => {
    const form = await post(CSV, '', { 'content-type': 'multipart/form-data; boundary=x' })
    expect([form.status, await form.json()]).toMatchObject([
      415,
      { code: 'UNSUPPORTED_TYPE', remedy: expect.stringContaining('--data-binary') },
    ])
    expect((await pool().query('SELECT 1 FROM import')).rows).toEqual([])
    expect((await post(CSV, '', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(202)
    await drain()
    expect(await onlyImport()).toMatchObject({ status: 'committed', accepted: '50' })
    await requireBalancedBooks(principal)
  })

  it('A-03: that is cut off is marked so and leaves no file', async () => {
    const files = () => readdirSync(join(process.env.TOKENTAB_DATA_DIR ?? '', 'uploads'))
    mkdirSync(join(process.env.TOKENTAB_DATA_DIR ?? '', 'uploads'), { recursive: true })
    const before = files()
    async function* cut() {
      yield CSV.subarray(0, 100)
      throw new DOMException('The connection was lost.', 'AbortError')
    }
    const reply = await postImport(ask('/imports?filename=usage.csv', body(cut())), none)
    expect(await reply.json()).toMatchObject({ code: 'UPLOAD_INTERRUPTED' })
    expect(await onlyImport()).toMatchObject({
      status: 'failed',
      accepted: '0',
      problem: { code: 'UPLOAD_INTERRUPTED' },
    })
    expect(files()).toEqual(before)
  })

  it('A-16: of 256 MB (for 11 GB) does not gather in memory', async () => {
    const piece = randomBytes(1_048_576)
    let peak = 0
    async function* large() {
      for (let megabyte = 0; megabyte < 256; megabyte += 1) {
        peak = Math.max(peak, process.memoryUsage().rss)
        yield piece
      }
    }
    const before = process.memoryUsage().rss
    const reply = await postImport(ask('/imports?filename=large.bin', body(large())), none)
    expect(reply.status).toBe(202)
    expect(peak - before).toBeLessThan(64 * 1_048_576)
  })

  it('belongs to its workspace alone', async () => {
    const view = await uploaded(CSV)
    const stranger = await tokenOf(await commandLineOf('other'))
    for (const handler of [getImport, getEvents, getRejects, deleteImport]) {
      expect((await handler(ask(`/imports/${view.id}`, { as: stranger }), paramsOf(view.id))).status).toBe(404)
    }
    const spend = await (await getSpend(ask('/spend', { as: stranger }), none)).json()
    expect(spend).toMatchObject({ rows: [], total: { records: '0' } })
  })
})

describe('A-12, A-13: a compressed upload', () => {
  it('gives the totals of the plain file, also in several members', async () => {
    const half = CSV.indexOf(10, CSV.length / 2) + 1
    expect(await uploaded(gzipSync(CSV))).toMatchObject({ status: 'committed', accepted: '50', cost: '0.063' })
    const members = Buffer.concat([gzipSync(CSV.subarray(0, half)), gzipSync(CSV.subarray(half))])
    expect(await uploaded(members)).toMatchObject({ status: 'committed', accepted: '0', duplicate: '50' })
    await requireBalancedBooks(principal)
  })

  it('that is cut or packed twice keeps nothing', async () => {
    const packed = gzipSync(CSV)
    expect(await uploaded(packed.subarray(0, packed.length - 9))).toMatchObject({
      status: 'failed',
      accepted: '0',
      problem: { code: 'BROKEN_ARCHIVE' },
    })
    expect(await uploaded(gzipSync(packed))).toMatchObject({ status: 'failed', problem: { code: 'UNSUPPORTED_TYPE' } })
    await requireBalancedBooks(principal)
  })

  it('that would unpack without end is stopped by counting', async () => {
    process.env.TOKENTAB_MAX_UPLOAD_BYTES = String(8 * 1_048_576)
    setDatabaseUrl(url)
    const bomb = gzipSync(Buffer.concat([CSV, Buffer.alloc(100 * 1_048_576, 'x')]))
    try {
      expect(await uploaded(bomb)).toMatchObject({
        status: 'failed',
        accepted: '0',
        problem: { code: 'DECOMPRESSED_TOO_LARGE' },
      })
      expect((await post(Buffer.alloc(9 * 1_048_576))).status).toBe(413)
    } finally {
      delete process.env.TOKENTAB_MAX_UPLOAD_BYTES
      setDatabaseUrl(url)
    }
    await requireBalancedBooks(principal)
  })
})

describe('following an import', () => {
  it('streams changes and ends with the final status, also when opened afterwards', async () => {
    const view = await uploaded(CSV)
    const reply = await getEvents(ask(`/imports/${view.id}/events`), paramsOf(view.id))
    expect(reply.headers.get('cache-control')).toBe('no-cache, no-transform')
    const text = await reply.text()
    expect(JSON.parse(text.split('data: ')[1]?.split('\n')[0] ?? '')).toMatchObject({ status: 'committed' })
  })

  it('ends a stream after a while, so that whoever comes back is asked for a session that still counts', async () => {
    const id = await upload(principal, CSV)
    const events = await followImport(principal, { id, signal: new AbortController().signal, lastsMs: 300 })
    const told: string[] = []
    for await (const text of events) told.push(text)
    expect(told[0]).toBe('retry: 1000\n\n')
    expect(told[1]).toContain('"status":"stored"')
  })

  it('gives the rejected rows as text that no spreadsheet runs', async () => {
    const bad = usageCsv([
      { id: 'a', timestamp: '2026-10-01T00:00:00Z', input: 1, output: 1 },
      { id: '=1+1', timestamp: '2026-10-01T00:00:00Z', input: -5, output: 1 },
    ])
    const view = await uploaded(Buffer.from(bad))
    expect(view).toMatchObject({ rows_read: '2', accepted: '1', rejected: '1' })
    const lines = (await (await getRejects(ask(`/imports/${view.id}/rejects.csv`), paramsOf(view.id))).text()).split(
      '\r\n',
    )
    expect(lines[1]).toMatch(/^3,/)
    expect(lines[1]).toContain(`"'=1+1,`)
    await requireBalancedBooks(principal)
  })

  it('DELETE undoes it and says so', async () => {
    const view = await uploaded(CSV)
    const reply = await deleteImport(ask(`/imports/${view.id}`, { method: 'DELETE' }), paramsOf(view.id))
    expect(await reply.json()).toMatchObject({ status: 'undone', undone_by: expect.any(String) })
    expect((await pool().query('SELECT count(*) AS n FROM usage_record')).rows).toEqual([{ n: '0' }])
    expect(await uploaded(CSV)).toMatchObject({ accepted: '50', duplicate: '0' })
    await requireBalancedBooks(principal)
  })
})

describe('POST /api/v1/usage', () => {
  it('takes JSON Lines and keeps counts beyond 2^53', async () => {
    const line = (id: string) =>
      `{"id":"${id}","timestamp":"2026-10-01T00:00:00Z","provider":"openai","model":"gpt-5","usage":{"input":9007199254740993,"output":"0"}}`
    const reply = await postUsage(
      ask('/usage', {
        method: 'POST',
        body: `${line('a')}\n${line('b')}\n`,
        headers: { 'content-type': 'application/x-ndjson' },
      }),
      none,
    )
    expect(await reply.json()).toEqual({ accepted: 2, duplicate: 0, rejected: 0, errors: [] })
    const spend = await (await getSpend(ask('/spend'), none)).json()
    expect(spend).toMatchObject({ total: { tokens: { input: '18014398509481986' }, cost: '22517998136.8524825' } })
    await requireBalancedBooks(principal)
  })
})
