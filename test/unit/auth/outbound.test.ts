import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createNetServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { setDatabaseUrl } from '../../../lib/server/env'
import {
  type Answered,
  type GetLimits,
  getOutbound,
  isPublicAddress,
  postOutbound,
  whyRefused,
} from '../../../lib/server/outbound'

/** Changing the address of the database makes the configuration be read anew. */
function open(text: string | undefined): void {
  if (text === undefined) delete process.env.TOKENTAB_OUTBOUND_ALLOW
  else process.env.TOKENTAB_OUTBOUND_ALLOW = text
  setDatabaseUrl('postgres://nowhere')
}
afterEach(() => open(undefined))

describe('an address that people enter', () => {
  it.each([
    'http://hooks.example.com/x',
    'https://127.0.0.1/',
    'https://localhost/',
    'https://localhost./',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:db8::1]/',
    'https://100.64.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://①②⑦.⓪.⓪.①/',
    'https://user@hooks.slack.com/',
    'https://hooks.slack.com:pw@127.0.0.1/',
    'https://hooks.slack.com#@127.0.0.1/',
    'https://hooks.slack.com\\@127.0.0.1/',
    'https://hooks.slack.com:5432/',
    'https://hooks.slack.com./',
    'https://db.internal/',
    'https://printer.local/',
    'https://intranet/',
    'file:///etc/passwd',
    'gopher://hooks.slack.com/',
    'https://[fe80::1%25eth0]/',
    ' https://hooks.slack.com/',
    'hooks.slack.com',
    '',
  ])('%j is refused when it is saved', (address) => {
    expect(whyRefused(address)).not.toBeNull()
  })

  it('is accepted when it is public and begins with https', () => {
    for (const address of [
      'https://hooks.slack.com/services/T/B/x',
      'https://8.8.8.8/',
      'https://a.example.com:8443/x?y=1',
    ]) {
      expect([address, whyRefused(address)]).toEqual([address, null])
    }
  })

  it('is refused at the connection when its name resolves to what is not public', async () => {
    open(undefined)
    // The text is checked again, so the guard of the look-up is reached through a name that the text allows.
    const sent = await postOutbound('https://localhost/', '{}', {})
    expect(sent.ok).toBe(false)
    expect(
      isPublicAddress('127.0.0.1') || isPublicAddress('::ffff:10.0.0.1') || isPublicAddress('not an address'),
    ).toBe(false)
    expect(isPublicAddress('1.1.1.1') && isPublicAddress('2606:4700::1111')).toBe(true)
  })

  it('may be opened by the operator, by host, address and network', () => {
    open('hooks.corp, 10.0.0.0/8')
    expect(whyRefused('http://hooks.corp:9000/x')).toBeNull()
    expect(whyRefused('http://10.9.8.7:9000/x')).toBeNull()
    expect(whyRefused('http://11.9.8.7/x')).not.toBeNull()
    expect(whyRefused('https://192.168.0.1/')).not.toBeNull()
  })
})

describe('an answer that is asked for', () => {
  const LIMITS = { timeoutMs: 20_000, maxBytes: 1_000 }
  const SHORTLY = { ...LIMITS, timeoutMs: 400 }
  async function answerOf(listener: RequestListener, limits: GetLimits = LIMITS): Promise<Answered> {
    open('127.0.0.1')
    const server = createServer(listener).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`
    const answer = await getOutbound(address, { authorization: 'Bearer secret' }, limits)
    server.closeAllConnections()
    server.close()
    return answer
  }

  it('is its body for a 200, and its status and Retry-After for anything else', async () => {
    const good = await answerOf((request, response) => response.end(request.headers.authorization))
    expect(good.kind === 'answer' && [good.status, good.body.toString()]).toEqual([200, 'Bearer secret'])
    const busy = await answerOf((_request, response) => {
      response.writeHead(429, { 'retry-after': '7' })
      response.end('the body of a refusal is not kept')
    })
    expect(busy.kind === 'answer' && [busy.status, busy.retryAfter, busy.body.length]).toEqual([429, '7', 0])
  })

  it('is none when it is too large, cut off, too slow, or no longer wanted', async () => {
    expect((await answerOf((_request, response) => response.end('x'.repeat(1_001)))).kind).toBe('too_large')
    expect((await answerOf((_request, response) => response.end('x'.repeat(1_000)))).kind).toBe('answer')
    const cut = await answerOf((_request, response) => {
      response.writeHead(200, { 'content-length': '900' })
      response.write('x')
      setTimeout(() => response.destroy(), 20)
    })
    expect(cut.kind).toBe('unreachable')
    expect((await answerOf(() => undefined, SHORTLY)).kind).toBe('unreachable')
    const dripping = await answerOf((_request, response) => {
      const drip = setInterval(() => response.write('x'), 50)
      response.on('close', () => clearInterval(drip))
    }, SHORTLY)
    expect(dripping.kind).toBe('unreachable')
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 30)
    expect((await answerOf(() => undefined, { ...LIMITS, signal: stop.signal })).kind).toBe('unreachable')
  })

  it('is none when the other side wants to speak another protocol, for a message and for a question', async () => {
    open('127.0.0.1')
    const server = createNetServer((socket) => {
      socket.on('error', () => undefined)
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`
    expect((await getOutbound(address, {}, LIMITS)).kind).toBe('unreachable')
    expect(await postOutbound(address, '{}', {})).toEqual({ ok: false, problem: 'it answered with another protocol' })
    server.close()
  })

  it('is never that of the place a redirect names', async () => {
    let asked = 0
    const answer = await answerOf((_request, response) => {
      asked += 1
      response.writeHead(302, { location: '/elsewhere' })
      response.end()
    })
    expect([asked, answer.kind === 'answer' && answer.status]).toEqual([1, 302])
  })

  it('is not asked for where an address is refused', async () => {
    expect((await getOutbound('http://127.0.0.1:1/x', {}, LIMITS)).kind).toBe('refused')
    expect((await getOutbound('https://169.254.169.254/', {}, LIMITS)).kind).toBe('refused')
  })
})
