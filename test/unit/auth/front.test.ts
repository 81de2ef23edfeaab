import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ownPath } from '../../../lib/server/auth/page'
import { isHttps, sessionCookieName } from '../../../lib/server/auth/session-cookie'
import { isTokenText, makeTokenText } from '../../../lib/server/auth/token-text'
import { setDatabaseUrl } from '../../../lib/server/env'
import { openFrontDoor } from '../../../lib/server/http/front-door'
import { requireOwnOrigin } from '../../../lib/server/http/origin'
import { clientAddress, stampRequest } from '../../../lib/server/http/peer'
import { setSecurityHeaders } from '../../../lib/server/http/security-headers'

/** Sets variables and makes the product read its configuration anew. */
function configure(variables: Record<string, string>): void {
  Object.assign(process.env, variables)
  setDatabaseUrl('postgresql://nowhere/none')
}

const NAMES = ['TOKENTAB_PUBLIC_URL', 'TOKENTAB_TRUST_PROXY']
const clear = () => {
  for (const name of NAMES) delete process.env[name]
  setDatabaseUrl('postgresql://nowhere/none')
}
beforeEach(clear)
afterEach(clear)

function answered(headers: Record<string, string> = {}) {
  const request = { url: '/calls?a=1', headers: { ...headers }, socket: { remoteAddress: '192.0.2.7' } }
  const set = new Map<string, string>()
  const response = { setHeader: (name: string, value: string) => set.set(name, value) }
  stampRequest(request as unknown as IncomingMessage)
  setSecurityHeaders(request as unknown as IncomingMessage, response as unknown as ServerResponse)
  return { request, set }
}

const openSockets = (server: Server) =>
  new Promise<number>((done, fail) =>
    server.getConnections((error, count) => (error === null ? done(count) : fail(error))),
  )

describe('the front door', () => {
  test('tells the browser the same on every response', () => {
    const { set } = answered()
    const nonce = /'nonce-([^']+)'/.exec(set.get('content-security-policy') ?? '')?.[1] ?? ''
    expect(Buffer.from(nonce, 'base64')).toHaveLength(16)
    expect(Object.fromEntries([...set].map(([name, value]) => [name, value.replace(nonce, 'N')]))).toEqual({
      'content-security-policy':
        "default-src 'self'; script-src 'nonce-N' 'strict-dynamic'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'x-robots-tag': 'noindex, nofollow',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    })
  })

  test('makes a new nonce for each request and takes none from the client', () => {
    const planted = { 'content-security-policy': "script-src 'nonce-evil'", 'x-nonce': 'evil' }
    const [one, two] = [answered(planted), answered(planted)]
    expect(one.request.headers['x-nonce']).not.toBe(two.request.headers['x-nonce'])
    expect(JSON.stringify(one.request.headers)).not.toContain('evil')
  })

  test('believes what a proxy writes only when told to', () => {
    const planted = {
      'x-forwarded-for': '203.0.113.1, 198.51.100.2',
      'x-forwarded-host': 'evil.example',
      'x-tokentab-peer': 'me',
    }
    const plain = answered(planted).request.headers
    expect(plain).not.toHaveProperty('x-forwarded-host')
    expect(clientAddress(new Headers(plain))).toBe('192.0.2.7')
    configure({ TOKENTAB_TRUST_PROXY: '1' })
    expect(clientAddress(new Headers(answered(planted).request.headers))).toBe('198.51.100.2')
  })

  test('asks the database once however many ask whether it is ready, and tells nobody where it is', async () => {
    let asked = 0
    let answer: (why: string | null) => void = () => undefined
    const door = await openFrontDoor({
      host: '127.0.0.1',
      port: 0,
      probe: async () => {
        asked += 1
        return await new Promise<string | null>((done) => {
          answer = done
        })
      },
    })
    door.setProblem(null)
    const many = Array.from({ length: 30 }, () => fetch(`${door.origin}/readyz`))
    await vi.waitFor(() => expect(asked).toBe(1))
    // Whoever comes while it is asked waits for the same answer.
    await expect.poll(() => openSockets(door.server)).toBe(30)
    answer(null)
    expect(new Set((await Promise.all(many)).map((reply) => reply.status))).toEqual(new Set([200]))
    expect(asked).toBe(1)
    const later = fetch(`${door.origin}/readyz`)
    await vi.waitFor(() => expect(asked).toBe(2))
    answer('gone')
    expect(await (await later).json()).toEqual({ status: 'not_ready', reason: 'gone' })
    await door.close(0)
  })

  test('with an https address asks for https for a year and names the cookie so that only this host can set it', () => {
    expect([isHttps(), sessionCookieName(), answered().set.has('strict-transport-security')]).toEqual([
      false,
      'tokentab.session',
      false,
    ])
    configure({ TOKENTAB_PUBLIC_URL: 'https://bills.example.com/' })
    expect([isHttps(), sessionCookieName(), answered().set.get('strict-transport-security')]).toEqual([
      true,
      '__Host-tokentab.session',
      'max-age=31536000',
    ])
  })
})

describe('a write by cookie', () => {
  const write = (origin: string, host: string) => () =>
    requireOwnOrigin(
      new Request('http://x/', { method: 'POST', headers: { origin, host, 'content-type': 'application/json' } }),
    )

  test('must come from the configured address, whatever Host says', () => {
    configure({ TOKENTAB_PUBLIC_URL: 'https://bills.example.com' })
    expect(write('https://bills.example.com', '10.0.0.5:3000')).not.toThrow()
    expect(write('http://10.0.0.5:3000', '10.0.0.5:3000')).toThrow('did not come from a page')
    expect(write('https://evil.example.com', 'evil.example.com')).toThrow('did not come from a page')
  })
})

test.each([
  ['/calls?by=model', '/calls?by=model'],
  ['/', '/'],
  [undefined, '/'],
  ['', '/'],
  ['https://evil.example/', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/a\\..\\b', '/'],
  ['javascript:alert(1)', '/'],
  ['/\t/evil.example', '/'],
  ['/\n/evil.example', '/'],
])('after signing in one goes on to a path of this server only: %j', (asked, path) => {
  expect(ownPath(asked)).toBe(path)
})

test('a token text carries 256 random bits and a checksum that one wrong sign breaks', () => {
  const texts = Array.from({ length: 200 }, () => makeTokenText().text)
  expect(new Set(texts).size).toBe(200)
  for (const text of texts) {
    expect(text).toMatch(/^tt_[0-9A-Za-z]{49}$/)
    expect(isTokenText(text)).toBe(true)
    const at = 3 + (text.charCodeAt(10) % 49)
    const wrong = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
    expect(isTokenText(wrong)).toBe(false)
  }
})
