import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { POST as postLogs } from '../../app/api/v1/otlp/v1/logs/route'
import { POST as postTraces } from '../../app/api/v1/otlp/v1/traces/route'
import type { Principal } from '../../lib/server/auth/principal'
import { setDatabaseUrl } from '../../lib/server/env'
import { listImportPage } from '../../lib/server/read/imports'
import { readSpend } from '../../lib/server/read/spend'
import { createToken } from '../../lib/server/use-case/create-token'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, importFile, insertTestPrices, requireBalancedBooks } from '../support/imports'
import { encodeRequest, jsonRequest, type TestSpan } from '../support/otlp'

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
  token = (await createToken(principal, { name: 'collector', scopes: ['ingest'] })).token
})

const PROTOBUF = 'application/x-protobuf'
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const hex = (index: number) => (index + 1).toString(16).padStart(16, '0')
const tokens = (input: bigint, output: bigint, more: TestSpan['attributes'] = {}) => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.response.model': 'gpt-5',
  'gen_ai.usage.input_tokens': input,
  'gen_ai.usage.output_tokens': output,
  ...more,
})
const span = (index: number, attributes = tokens(1_000n, 10n), parent?: number): TestSpan => ({
  traceId: TRACE,
  spanId: hex(index),
  ...(parent === undefined ? {} : { parentSpanId: hex(parent) }),
  startMs: Date.UTC(2026, 9, 1, 12) + index * 1_000,
  attributes,
})

async function send(
  body: Uint8Array | string,
  type: string,
  options: { headers?: Record<string, string>; signal?: 'traces' | 'logs'; as?: string } = {},
): Promise<Response> {
  const { headers = {}, signal = 'traces', as = token } = options
  const request = new Request(`http://localhost/api/v1/otlp/v1/${signal}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : Buffer.from(body),
    headers: { authorization: `Bearer ${as}`, 'content-type': type, ...headers },
  })
  return await (signal === 'traces' ? postTraces : postLogs)(request, { params: Promise.resolve({}) })
}
const protobuf = (spans: readonly TestSpan[], headers = {}) =>
  send(encodeRequest('traces', spans, {}), PROTOBUF, { headers })
const total = async () => (await readSpend(principal, {})).total

describe('a span that is sent after those below it', () => {
  const chain = { 'openinference.span.kind': 'CHAIN' }

  it('is known to be around them, over requests and over spans between them without counts', async () => {
    await protobuf([span(2, tokens(600n, 6n), 1), span(3, tokens(400n, 4n), 1)])
    await protobuf([span(1, chain as never, 0)])
    await protobuf([span(0)])
    expect(await total()).toMatchObject({ records: '2', tokens: { input: '1000', output: '10' } })
    // Sent once more, and beside a call of its own trace that is around nothing.
    await protobuf([span(0), span(5, tokens(7n, 1n))])
    expect(await total()).toMatchObject({ records: '3', tokens: { input: '1007', output: '11' } })
    await requireBalancedBooks(principal)
  })

  it('counts in a workspace that took in none of them', async () => {
    await protobuf([span(1, tokens(600n, 6n), 0)])
    const other = await commandLineOf('other')
    const { token: theirs } = await createToken(other, { name: 'collector', scopes: ['ingest'] })
    await send(encodeRequest('traces', [span(0)], {}), PROTOBUF, { as: theirs })
    expect((await readSpend(other, {})).total).toMatchObject({ records: '1' })
    await protobuf([span(0)])
    expect(await total()).toMatchObject({ records: '1' })
  })
})

describe('A-63: OTLP/HTTP', () => {
  it('takes JSON, protobuf and gzip, answers in the same encoding, and counts a retry once', async () => {
    const spans = [span(0), span(1)]
    const json = await send(jsonRequest(spans), 'application/json')
    expect([json.status, json.headers.get('content-type'), await json.json()]).toEqual([
      200,
      'application/json; charset=utf-8',
      {},
    ])
    expect(await total()).toMatchObject({ records: '2', cost: '0.0027' })
    for (const reply of [
      await protobuf(spans),
      await send(gzipSync(encodeRequest('traces', spans, {})), PROTOBUF, { headers: { 'content-encoding': 'gzip' } }),
      await send(gzipSync(jsonRequest(spans)), 'application/json', { headers: { 'content-encoding': 'gzip' } }),
    ]) {
      expect(reply.status).toBe(200)
    }
    const reply = await protobuf([span(2)])
    expect([reply.headers.get('content-type'), (await reply.arrayBuffer()).byteLength]).toEqual([PROTOBUF, 0])
    expect(await total()).toMatchObject({ records: '3', cost: '0.00405' })
    // The same spans in a file are the same calls.
    expect(await importFile(principal, jsonRequest(spans))).toMatchObject({ accepted: '0', duplicate: '2' })
    await requireBalancedBooks(principal)
  })

  it('stores 99 of 100 when one is bad, and says so', async () => {
    const spans = Array.from({ length: 100 }, (_span, index) => span(index, tokens(index === 41 ? -5n : 1_000n, 10n)))
    const json = await send(jsonRequest(spans), 'application/json')
    expect([json.status, await json.json()]).toMatchObject([
      200,
      { partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringMatching(/^model call 42: .*negative/) } },
    ])
    const again = Buffer.from(await (await protobuf(spans)).arrayBuffer())
    expect([again[0], again[2], again[3]]).toEqual([0x0a, 0x08, 1])
    expect(again.toString()).toContain('negative')
    expect(await total()).toMatchObject({ records: '99' })
    await requireBalancedBooks(principal)
  })

  it('counts the innermost model calls, not the agent or the chain around them', async () => {
    const agent = span(0, tokens(3_000n, 30n, { 'gen_ai.operation.name': 'invoke_agent' }))
    const around = span(1, tokens(2_000n, 20n), 0)
    await protobuf([agent, around, span(2, undefined, 1), span(3, undefined, 1)])
    expect(await total()).toMatchObject({ records: '2', cost: '0.0027' })
  })

  it('restates a span that comes again with more tokens, and lets an older version add nothing', async () => {
    for (const id of [{}, { 'gen_ai.response.id': 'chatcmpl-9f8e7d' }]) {
      await resetDatabase()
      await insertTestPrices()
      principal = await commandLineOf('acme')
      token = (await createToken(principal, { name: 'collector', scopes: ['ingest'] })).token
      const versions = [1n, 10n, 4n].map((output) => span(0, tokens(1_000n, output, id)))
      for (const version of versions) {
        const reply = await protobuf([version])
        expect([reply.status, (await reply.arrayBuffer()).byteLength]).toEqual([200, 0])
      }
      expect(await total()).toMatchObject({ records: '1', cost: '0.00135' })
      await requireBalancedBooks(principal)
    }
  })

  it('gives the stored version back when the import that restated it is undone', async () => {
    await importFile(principal, jsonRequest([span(0, tokens(1_000n, 1n))]))
    await protobuf([span(0)])
    expect(await total()).toMatchObject({ records: '1', cost: '0.00135' })
    const [newest] = (await listImportPage(principal, { cursor: null, limit: 10 })).items
    await undoImport(principal, { id: newest?.id ?? '' })
    expect(await total()).toMatchObject({ records: '1', cost: '0.00126' })
    await requireBalancedBooks(principal)
  })

  it('takes log records, and an empty request', async () => {
    const logs = encodeRequest('logs', [span(0), span(0)], {})
    expect((await send(logs, PROTOBUF, { signal: 'logs' })).status).toBe(200)
    expect((await send(logs, PROTOBUF, { signal: 'logs' })).status).toBe(200)
    expect(await total()).toMatchObject({ records: '2' })
    expect((await send('{}', 'application/json')).status).toBe(200)
    expect((await send(new Uint8Array(), PROTOBUF)).status).toBe(200)
  })

  it('refuses what is no such request by 4xx, never 500', async () => {
    const good = encodeRequest('traces', [span(0)], {})
    const refused: [Response, number, string][] = [
      [await send(good.slice(0, -3), PROTOBUF), 400, 'BAD_PROTOBUF'],
      [await send('{"resourceSpans":', 'application/json'), 400, 'BAD_JSON'],
      [await send('[]', 'application/json'), 400, 'BAD_JSON'],
      [await send(good, PROTOBUF, { headers: { 'content-encoding': 'gzip' } }), 400, 'BROKEN_ARCHIVE'],
      [await send(good, PROTOBUF, { headers: { 'content-encoding': 'br' } }), 415, 'UNSUPPORTED_TYPE'],
      [await send('x', 'text/plain'), 415, 'UNSUPPORTED_TYPE'],
      [
        await send(gzipSync(Buffer.alloc(40 * 1024 ** 2)), PROTOBUF, { headers: { 'content-encoding': 'gzip' } }),
        413,
        'DECOMPRESSED_TOO_LARGE',
      ],
      [await send(good, PROTOBUF, { as: 'ttk_unknown' }), 401, 'TOKEN_REFUSED'],
    ]
    for (const [reply, status, code] of refused) {
      expect([reply.status, await reply.json()]).toMatchObject([status, { code }])
    }
    const reader = (await createToken(principal, { name: 'reader', scopes: ['read'] })).token
    expect((await send(good, PROTOBUF, { as: reader })).status).toBe(403)
    expect((await readSpend(principal, {})).rows).toEqual([])
  })

  it('asks to come again while the database is away, and stores nothing', async () => {
    setDatabaseUrl('postgresql://nobody@127.0.0.1:1/none')
    try {
      const reply = await protobuf([span(0)])
      expect([reply.status, reply.headers.has('retry-after')]).toEqual([503, true])
    } finally {
      setDatabaseUrl(url)
    }
    expect((await protobuf([span(0)])).status).toBe(200)
    expect(await total()).toMatchObject({ records: '1' })
  })

  it('A-60: attribute keys named like prototypes are data', async () => {
    const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))
    const evil = tokens(
      1_000n,
      10n,
      JSON.parse('{"__proto__":"polluted","constructor.prototype":"x","a.__proto__.b":"y"}'),
    )
    expect((await send(jsonRequest([span(0, evil)]), 'application/json')).status).toBe(200)
    expect((await protobuf([span(1, evil)])).status).toBe(200)
    const raw = `{"__proto__":{"polluted":true},"resourceSpans":[]}`
    expect((await send(raw, 'application/json')).status).toBe(200)
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(before)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(await total()).toMatchObject({ records: '2' })
    await requireBalancedBooks(principal)
  })
})

describe('log events of coding agents', () => {
  const FILE = readFileSync(new URL('../golden/otlp-json/agents.input.jsonl', import.meta.url), 'utf8')
  // By hand: uncached 127 + 564 + 4564, cached 9000 + 2336 + 8000, written 300, output 108 + 480 + 790.
  const ALL = {
    records: '7',
    tokens: { input: '5255', cache_read: '19336', cache_write_5m: '300', output: '1378' },
  }

  it('count each call once, whatever else its program sends, and in a file of the collector again add nothing', async () => {
    for (const line of FILE.trim().split('\n')) {
      if (line.startsWith('{"resourceMetrics"')) continue
      const signal = line.startsWith('{"resourceLogs"') ? 'logs' : 'traces'
      for (const _retry of [1, 2]) {
        const reply = await send(line, 'application/json', { signal })
        expect([reply.status, await reply.json()]).toEqual([200, {}])
      }
    }
    expect(await total()).toMatchObject(ALL)
    expect(await importFile(principal, FILE)).toMatchObject({ accepted: '0', duplicate: '8', rejected: '0' })
    await requireBalancedBooks(principal)
  })

  it('are the same calls in protobuf, and by the name of the record instead of an attribute', async () => {
    const event = {
      ...span(0),
      attributes: {
        'event.name': 'api_request',
        'event.timestamp': '2026-10-08T08:00:02.000Z',
        'session.id': 's-1',
        model: 'claude-opus-4-6',
        input_tokens: 2n,
        output_tokens: '40',
        cache_read_tokens: 9_000n,
        cache_creation_tokens: 300n,
        cost_usd: 0.007385,
        duration_ms: 1_500n,
        request_id: 'req_example000000000000001',
      },
    }
    const { 'event.name': name, ...rest } = event.attributes
    for (const one of [event, { ...event, eventName: `claude_code.${name}`, attributes: rest }]) {
      const reply = await send(encodeRequest('logs', [one], {}), PROTOBUF, { signal: 'logs' })
      expect([reply.status, (await reply.arrayBuffer()).byteLength]).toEqual([200, 0])
    }
    expect(await importFile(principal, FILE)).toMatchObject({ accepted: '6', duplicate: '2', rejected: '0' })
    expect(await total()).toMatchObject(ALL)
    await requireBalancedBooks(principal)
  })

  it('refuse a count that is none, and keep the others', async () => {
    const bad = FILE.split('\n')[0]?.replace(
      '"input_tokens","value":{"intValue":5}',
      '"input_tokens","value":{"intValue":-5}',
    )
    const reply = await send(bad ?? '', 'application/json', { signal: 'logs' })
    expect([reply.status, await reply.json()]).toMatchObject([200, { partialSuccess: { rejectedLogRecords: '1' } }])
    expect(await total()).toMatchObject({ records: '2' })
    await requireBalancedBooks(principal)
  })
})

it.each([
  ['the span first', ['traces', 'logs']],
  ['the event first', ['logs', 'traces']],
] as const)(
  'counts a call once that a span and an event of the conventions tell by its response id, %s',
  async (_order, signals) => {
    const id = { 'gen_ai.response.id': 'chatcmpl-9f8e7d6c5b' }
    const event = span(3, tokens(1_000n, 10n, { ...id, 'event.name': 'gen_ai.client.inference.operation.details' }))
    for (const signal of signals) {
      const item = signal === 'logs' ? event : span(0, tokens(1_000n, 10n, id))
      const reply = await send(encodeRequest(signal, [item], {}), PROTOBUF, { signal })
      expect([reply.status, (await reply.arrayBuffer()).byteLength]).toEqual([200, 0])
    }
    expect(await total()).toMatchObject({ records: '1', tokens: { input: '1000', output: '10' } })
    await requireBalancedBooks(principal)
  },
)

it('counts such a call once also when the span and the event come in one file', async () => {
  const id = { 'gen_ai.response.id': 'chatcmpl-9f8e7d6c5b' }
  const spans = JSON.parse(jsonRequest([span(0, tokens(1_000n, 10n, id))]))
  const { attributes } = spans.resourceSpans[0].scopeSpans[0].spans[0]
  const logRecords = [{ timeUnixNano: '1790856003000000000', attributes }]
  const file = [{ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }, spans]
    .map((line) => JSON.stringify(line))
    .join('\n')
  expect(await importFile(principal, file)).toMatchObject({ accepted: '1', duplicate: '1', rejected: '0' })
  expect(await total()).toMatchObject({ records: '1', tokens: { input: '1000', output: '10' } })
  await requireBalancedBooks(principal)
})
