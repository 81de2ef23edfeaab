import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { POST } from '../../app/api/v1/usage/route'
import type { Principal } from '../../lib/server/auth/principal'
import { type FrontDoor, openFrontDoor } from '../../lib/server/http/front-door'
import { readSpend } from '../../lib/server/read/spend'
import { createToken } from '../../lib/server/use-case/create-token'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, insertTestPrices, requireBalancedBooks } from '../support/imports'

let removeData: () => void
let principal: Principal
let token: string
let door: FrontDoor

/** The product's own listener, and behind it the route that takes records. */
beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
  door = await openFrontDoor({ host: '127.0.0.1', port: 0, probe: async () => null })
  door.setProblem(null)
  door.serveWith(async (incoming, response) => {
    const request = new Request(`${door.origin}${incoming.url}`, {
      method: 'POST',
      headers: { authorization: incoming.headers.authorization ?? '' },
      body: Readable.toWeb(incoming) as ReadableStream,
      duplex: 'half',
    } as RequestInit)
    const reply = await POST(request, { params: Promise.resolve({}) })
    response.writeHead(reply.status, { 'content-type': 'application/json' })
    response.end(Buffer.from(await reply.arrayBuffer()))
  })
})
afterAll(async () => {
  await door.close(0)
  await closeTestDatabase()
  removeData()
})
beforeEach(async () => {
  await resetDatabase()
  await insertTestPrices()
  principal = await commandLineOf('acme')
  token = (await createToken(principal, { name: 'test', scopes: ['ingest'] })).token
})

const call = (id: string, input: unknown = '1000') => ({
  id,
  timestamp: '2026-10-01T12:00:00Z',
  provider: 'openai',
  model: 'gpt-5',
  usage: { input, output: '10' },
})
const records = async () => (await readSpend(principal, {})).total.records

function socketTo(headers: readonly string[], body: Uint8Array | string): Socket {
  const { port } = new URL(door.origin)
  const socket = connect(Number.parseInt(port, 10), '127.0.0.1')
  // A server that closes in the midst of a request resets it; what it said before counts.
  socket.on('error', () => undefined)
  socket.write(
    ['POST /api/v1/usage HTTP/1.1', 'Host: x', `Authorization: Bearer ${token}`, ...headers, '', ''].join('\r\n'),
  )
  socket.write(body)
  return socket
}

/** Everything that comes back until the server closes. */
async function answerTo(headers: readonly string[], body: Uint8Array | string): Promise<string> {
  const socket = socketTo([...headers, 'Connection: close'], body)
  let text = ''
  socket.on('data', (bytes) => {
    text += bytes.toString()
  })
  await new Promise((done) => socket.once('close', done))
  return text
}
const sized = (body: Uint8Array | string) => `Content-Length: ${Buffer.byteLength(body)}`

it('A-62: of a batch of 100 with 3 bad records 97 are kept, and the 3 are told by place and reason', async () => {
  const body = JSON.stringify(
    Array.from({ length: 100 }, (_item, at) => call(`a${at}`, [5, 50, 99].includes(at) ? -1 : '7')),
  )
  const answer = await answerTo([sized(body)], body)
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  const told = JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1))
  expect(told).toMatchObject({ accepted: 97, duplicate: 0, rejected: 3 })
  expect(told.errors.map(({ index, code }: { index: number; code: string }) => [index, code])).toEqual([
    [5, 'NEGATIVE_TOKENS'],
    [50, 'NEGATIVE_TOKENS'],
    [99, 'NEGATIVE_TOKENS'],
  ])
  expect(await records()).toBe('97')
  await requireBalancedBooks(principal)
})

it('A-62: more than 1,000 records, 11 MB, told or in chunks, and what is packed, keep nothing', async () => {
  const many = JSON.stringify(Array.from({ length: 1_001 }, (_item, at) => call(`b${at}`)))
  expect(await answerTo([sized(many)], many)).toMatch(/^HTTP\/1\.1 413 .*"TOO_LARGE"/s)

  const large = `[${JSON.stringify(call('b'))}${' '.repeat(11_000_000)}]`
  expect(await answerTo([sized(large)], large)).toMatch(/^HTTP\/1\.1 413 /)
  const chunk = `${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`
  expect(await answerTo(['Transfer-Encoding: chunked'], chunk)).toMatch(/^HTTP\/1\.1 413 /)

  const member = gzipSync(Buffer.alloc(1024 ** 2, ' '))
  const before = process.memoryUsage().rss
  // 2 GB in members of a megabyte.
  const bomb = Buffer.concat(Array.from({ length: 2_000 }, () => member))
  const answer = await answerTo([sized(bomb), 'Content-Encoding: gzip'], bomb)
  expect(answer).toMatch(/^HTTP\/1\.1 400 .*"UNSUPPORTED_TYPE"/s)
  expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1024 ** 2)
  expect(await records()).toBe('0')
})

it('A-62: a length that is not that of the body, or stands there in two ways, keeps nothing', async () => {
  const body = JSON.stringify([call('c')])
  const smuggled = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
  const cases: [string[], string][] = [
    [[sized(body), 'Content-Length: 5'], body],
    [[sized(body), 'Transfer-Encoding: chunked'], smuggled],
    [['Content-Length: -1'], body],
    [['Content-Length: 1e2'], body],
    [['Content-Length: 99999999999999999999'], body],
    [['Transfer-Encoding: chunked'], `zz\r\n${body}`],
    [[`Content-Length: ${body.length - 5}`], body],
  ]
  for (const [headers, sent] of cases) expect(await answerTo(headers, sent)).toMatch(/^HTTP\/1\.1 400 /)
  // Longer than what comes: the sender gives up, and the half is not taken for the whole.
  const socket = socketTo([`Content-Length: ${body.length + 50}`], body)
  await new Promise((done) => setTimeout(done, 200))
  socket.destroy()
  await new Promise((done) => setTimeout(done, 200))
  expect(await records()).toBe('0')
  await requireBalancedBooks(principal)
})

it('A-62: who asks whether to go on is told so before the body, and other expectations fail', async () => {
  const body = JSON.stringify([call('d')])
  const socket = socketTo([sized(body), 'Expect: 100-continue', 'Connection: close'], '')
  const first = await new Promise<string>((done) => socket.once('data', (bytes) => done(bytes.toString())))
  expect(first).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  socket.write(body)
  const reply = await new Promise<string>((done) => socket.once('data', (bytes) => done(bytes.toString())))
  expect(reply).toMatch(/^HTTP\/1\.1 200 /)
  expect(await answerTo([sized(body), 'Expect: a-miracle'], body)).toMatch(/^HTTP\/1\.1 417 /)
  expect(await records()).toBe('1')
})

it('A-62: headers that never end are cut soon after their time, which is a minute; a slow body is not', async () => {
  const { server } = door
  expect([server.headersTimeout, server.requestTimeout]).toEqual([60_000, 0])
  server.headersTimeout = 500
  try {
    const began = Date.now()
    const socket = connect(Number.parseInt(new URL(door.origin).port, 10), '127.0.0.1')
    socket.write('POST /api/v1/usage HTTP/1.1\r\n')
    const drip = setInterval(() => socket.write('X-a: b\r\n'), 200)
    const answer = await new Promise<string>((done) => socket.once('data', (bytes) => done(bytes.toString())))
    clearInterval(drip)
    socket.destroy()
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(Date.now() - began).toBeLessThan(15_000)

    const body = JSON.stringify([call('e')])
    const slow = socketTo([sized(body), 'Connection: close'], body.slice(0, 20))
    for (let at = 20; at < body.length; at += 20) {
      await new Promise((done) => setTimeout(done, 400))
      slow.write(body.slice(at, at + 20))
    }
    const reply = await new Promise<string>((done) => slow.once('data', (bytes) => done(bytes.toString())))
    expect(reply).toMatch(/^HTTP\/1\.1 200 /)
    expect(await records()).toBe('1')
  } finally {
    server.headersTimeout = 60_000
  }
})
