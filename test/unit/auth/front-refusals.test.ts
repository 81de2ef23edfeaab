/** What the front door does with requests that no route of the product ever sees, or has answered before they were whole. */
import { createConnection } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type FrontDoor, type Handler, openFrontDoor } from '../../../lib/server/http/front-door'

let door: FrontDoor | null = null
afterEach(async () => {
  await door?.close(0)
  door = null
})

async function doorWith(handler: Handler): Promise<FrontDoor> {
  door = await openFrontDoor({ host: '127.0.0.1', port: 0, probe: async () => null })
  door.setProblem(null)
  door.serveWith(handler)
  return door
}

/** Sends bytes as they are, looks for the answer only when all are sent, and gives up after some seconds. */
function sendAll({ origin }: FrontDoor, bytes: Buffer): Promise<string> {
  const socket = createConnection(Number.parseInt(new URL(origin).port, 10), '127.0.0.1')
  return new Promise((done, fail) => {
    let text = ''
    const stop = setTimeout(() => {
      socket.destroy()
      fail(new Error('the sender still waits for somebody to read its body'))
    }, 4_000)
    socket.on('error', fail)
    socket.on('close', () => {
      clearTimeout(stop)
      done(text)
    })
    socket.pause()
    socket.write(bytes, () => {
      socket.on('data', (data) => {
        text += data.toString('utf8')
        // The end of a problem; whoever keeps its connection does not wait for the other side to close it.
        if (text.includes('}')) socket.end()
      })
      socket.resume()
    })
  })
}

const head = (line: string, ...headers: string[]) =>
  Buffer.from([line, 'host: tokentab.test', ...headers, '', ''].join('\r\n'))

/** As a route that refuses a body over its limit: it takes the beginning and answers. */
const refusesLongBodies: Handler = async (request, response) => {
  const pieces = request[Symbol.asyncIterator]()
  await pieces.next()
  await pieces.return?.()
  response.writeHead(413, { 'content-type': 'application/problem+json' })
  response.end('{"code":"TOO_LARGE"}')
}

test('a sender that reads no answer before its body is sent learns that the body was too large', async () => {
  const length = 24 * 1024 ** 2
  const request = Buffer.concat([
    head('POST /api/v1/usage HTTP/1.1', `content-length: ${length}`),
    Buffer.alloc(length, ' '),
  ])
  expect(await sendAll(await doorWith(refusesLongBodies), request)).toContain('TOO_LARGE')
})

test.each([
  ['a page', 404, 'text/html; charset=utf-8', '<!DOCTYPE html>', 'NOT_FOUND'],
  ['nothing', 405, null, '', 'METHOD_NOT_ALLOWED'],
  ['a line of text', 400, 'text/plain', 'Bad Request', 'INVALID_REQUEST'],
  ['a fault', 500, 'text/plain', 'Internal Server Error', 'INTERNAL'],
])('where the framework refuses with %s, the API refuses with a problem', async (_what, status, type, text, code) => {
  const { origin } = await doorWith(async (_request, response) => {
    response.statusCode = status
    if (type !== null) response.setHeader('content-type', type)
    if (text !== '') response.write(text)
    response.end()
  })
  const reply = await fetch(`${origin}/api/v1/nothing`, { method: 'PUT' })
  expect([reply.status, reply.headers.get('content-type'), reply.headers.get('cache-control')]).toEqual([
    status,
    'application/problem+json; charset=utf-8',
    'private, no-store',
  ])
  expect(await reply.json()).toMatchObject({ status, code })
  // A page is for people, and stays one.
  const page = await fetch(`${origin}/nothing`)
  expect([page.status, await page.text()]).toEqual([status, text])
})

test('what a route of the API answers goes out as it is', async () => {
  const { origin } = await doorWith(async (_request, response) => {
    response.writeHead(404, { 'content-type': 'application/problem+json' })
    response.write('{"code":')
    response.end('"NO_SUCH_MONTH"}')
  })
  expect(await (await fetch(`${origin}/api/v1/bills/2026-09`)).json()).toEqual({ code: 'NO_SUCH_MONTH' })
})

test.each([
  ['GET /api/v1/imports/%E0%A4%A HTTP/1.1', 400],
  ['GET /calls/% HTTP/1.1', 400],
  ['OPTIONS * HTTP/1.1', 400],
  ['TRACE /api/v1/spend HTTP/1.1', 405],
  ['PROPFIND / HTTP/1.1', 405],
])('%s is refused before the framework could fail on it', async (line, status) => {
  const opened = await doorWith(async () => {
    throw new Error('the framework was asked')
  })
  const answer = await sendAll(opened, head(line))
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(answer).toContain('application/problem+json')
})

test('an address in absolute form is the same address, with its own host', async () => {
  const opened = await doorWith(async (request, response) => {
    response.end(`${request.headers.host} ${request.url} ${request.headers['x-tokentab-path']}`)
  })
  const answer = await sendAll(
    opened,
    head('GET http://tokentab.test:81/api/v1/spend?from=2026-09 HTTP/1.1', 'connection: close'),
  )
  expect(answer).toContain('tokentab.test:81 /api/v1/spend?from=2026-09 /api/v1/spend?from=2026-09')
})
