import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import NextAuth from 'next-auth'
import { OAuth2Server } from 'oauth2-mock-server'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authOptions } from '../../../lib/server/auth/options'
import { sessionCookieName } from '../../../lib/server/auth/session-cookie'
import { admitIdentity } from '../../../lib/server/auth/sign-in'
import { pool } from '../../../lib/server/db/pool'
import { changeMember } from '../../../lib/server/use-case/change-member'
import { makeMember, makeWorkspace, principalOf, principalWith, useOwnDataDirectory } from '../../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../../support/database'

/** The parts of a reply that next-auth's Node handler writes to. */
interface Reply {
  setHeader: (name: string, value: string | string[]) => void
  getHeader: (name: string) => unknown
  status: (code: number) => Reply
  json: (body: unknown) => void
  send: (body: unknown) => void
  end: (body?: string) => void
}

const issuer = new OAuth2Server()
let claims: Record<string, unknown>
let product: Server
let origin: string
let removeDirectory: () => void

/** next-auth with the product's options behind plain HTTP: what the route handler does, without the framework around it. */
function serveSignIn(): Server {
  return createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://product')
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const cookies = Object.fromEntries(
        (request.headers.cookie ?? '')
          .split('; ')
          .filter((pair) => pair.includes('='))
          .map((pair) => [pair.slice(0, pair.indexOf('=')), decodeURIComponent(pair.slice(pair.indexOf('=') + 1))]),
      )
      const reply: Reply = {
        setHeader: (name, value) => response.setHeader(name, value),
        getHeader: (name) => response.getHeader(name),
        status: (code) => {
          response.statusCode = code
          return reply
        },
        json: (body) => response.end(JSON.stringify(body)),
        send: (body) => response.end(typeof body === 'string' ? body : JSON.stringify(body)),
        end: (body) => response.end(body),
      }
      const asked = {
        method: request.method,
        headers: { ...request.headers, 'x-forwarded-host': request.headers.host, 'x-forwarded-proto': 'http' },
        cookies,
        query: { ...Object.fromEntries(url.searchParams), nextauth: url.pathname.split('/').slice(3) },
        body: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())),
      }
      await NextAuth(asked as never, reply as never, await authOptions({ address: '192.0.2.5', userAgent: 'browser' }))
    })()
  })
}

/** Follows redirects between the product and the issuer as a browser would, and answers where it ends. */
async function signIn(): Promise<{ path: string; cookie: string | null; authorization: URL }> {
  const jar = new Map<string, string>()
  const go = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } })
    if (url.startsWith(origin)) {
      for (const line of response.headers.getSetCookie()) {
        const [pair = ''] = line.split(';')
        const value = pair.slice(pair.indexOf('=') + 1)
        if (value === '') jar.delete(pair.slice(0, pair.indexOf('=')))
        else jar.set(pair.slice(0, pair.indexOf('=')), value)
      }
    }
    return response
  }
  const { csrfToken } = (await (await go(`${origin}/api/auth/csrf`)).json()) as { csrfToken: string }
  const started = await go(`${origin}/api/auth/signin/oidc`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrfToken, callbackUrl: `${origin}/imports` }),
  })
  const authorization = new URL(started.headers.get('location') ?? '')
  const atIssuer = await go(authorization.href)
  const back = await go(atIssuer.headers.get('location') ?? '')
  const location = new URL(back.headers.get('location') ?? '', origin)
  const session = jar.get(sessionCookieName())
  return {
    path: location.pathname + location.search,
    cookie: session === undefined ? null : `${sessionCookieName()}=${session}`,
    authorization,
  }
}

beforeAll(async () => {
  removeDirectory = useOwnDataDirectory()
  await issuer.issuer.keys.generate('RS256')
  await issuer.start(0, '127.0.0.1')
  const { port } = issuer.address()
  issuer.issuer.url = `http://127.0.0.1:${port}`
  issuer.service.on('beforeTokenSigning', (token: { payload: Record<string, unknown> }) => {
    Object.assign(token.payload, claims)
  })
  process.env.TOKENTAB_OIDC_ISSUER = issuer.issuer.url
  process.env.TOKENTAB_OIDC_CLIENT_ID = 'tokentab'
  process.env.TOKENTAB_OIDC_CLIENT_SECRET = 'not-a-secret'
  await openTestDatabase()
  product = serveSignIn()
  await new Promise<void>((resolve) => product.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(product.address() as AddressInfo).port}`
})
beforeEach(resetDatabase)
afterAll(async () => {
  for (const name of ['ISSUER', 'CLIENT_ID', 'CLIENT_SECRET']) delete process.env[`TOKENTAB_OIDC_${name}`]
  product.closeAllConnections()
  await new Promise((resolve) => product.close(resolve))
  await issuer.stop()
  await closeTestDatabase()
  removeDirectory()
})

describe('single sign-on', () => {
  test('lets an existing member in by a verified address, and asks with PKCE, state and nonce', async () => {
    const user = await makeMember(await makeWorkspace('main'), 'finance', 'fin@example.com')
    claims = { sub: 'subject-1', email: 'Fin@Example.com', email_verified: true }
    const { path, cookie, authorization } = await signIn()
    expect(path).toBe('/imports')
    expect(await principalWith({ cookie: cookie ?? '' })).toMatchObject({ userId: user, role: 'finance' })
    const asked = authorization.searchParams
    expect(asked.get('code_challenge_method')).toBe('S256')
    for (const name of ['code_challenge', 'state', 'nonce']) expect(asked.get(name)).toBeTruthy()
  })

  test('makes a new session at each sign-in', async () => {
    await makeMember(await makeWorkspace('main'), 'finance', 'fin@example.com')
    claims = { sub: 'subject-1', email: 'fin@example.com', email_verified: true }
    const [one, two] = [await signIn(), await signIn()]
    const sessions = await Promise.all([one, two].map(({ cookie }) => principalWith({ cookie: cookie ?? '' })))
    expect(sessions[0]?.sessionId).not.toBe(sessions[1]?.sessionId)
  })

  test.each([
    ['unverified', false],
    ['said to be verified in words', 'true'],
    ['without a word about it', undefined],
  ])('refuses an address that is %s', async (_name, verified) => {
    await makeMember(await makeWorkspace('main'), 'admin', 'boss@example.com')
    claims = { sub: 'attacker', email: 'boss@example.com', email_verified: verified }
    const { path, cookie } = await signIn()
    expect(path).toBe('/sign-in?error=OIDC_EMAIL_UNVERIFIED')
    expect(cookie).toBeNull()
    expect((await pool().query('SELECT FROM oidc_identity')).rows).toHaveLength(0)
  })

  test('refuses an address nobody here has, also a look-alike', async () => {
    await makeMember(await makeWorkspace('main'), 'admin', 'boss@example.com')
    for (const email of ['new@example.com', 'boss＠example.com', 'bоss@example.com', null]) {
      claims = { sub: 'somebody', email, email_verified: true }
      const { path, cookie } = await signIn()
      expect([path, cookie]).toEqual(['/sign-in?error=OIDC_UNKNOWN_EMAIL', null])
    }
    expect((await pool().query('SELECT FROM app_user')).rows).toHaveLength(1)
  })

  test('knows a linked person by issuer and subject, whatever the address says later', async () => {
    const workspace = await makeWorkspace('main')
    const ann = await makeMember(workspace, 'finance', 'ann@example.com')
    await makeMember(workspace, 'admin', 'boss@example.com')
    claims = { sub: 'ann', email: 'ann@example.com', email_verified: true }
    await signIn()
    claims = { sub: 'ann', email: 'boss@example.com', email_verified: true }
    const { cookie } = await signIn()
    expect(await principalWith({ cookie: cookie ?? '' })).toMatchObject({ userId: ann })
  })

  test('gives a recycled address no way into the account that had it', async () => {
    await makeMember(await makeWorkspace('main'), 'finance', 'ann@example.com')
    claims = { sub: 'ann', email: 'ann@example.com', email_verified: true }
    await signIn()
    claims = { sub: 'another ann', email: 'ann@example.com', email_verified: true }
    expect(await signIn()).toMatchObject({ path: '/sign-in?error=OIDC_OTHER_IDENTITY', cookie: null })
  })

  test('keeps a disabled account out', async () => {
    const workspace = await makeWorkspace('main')
    const admin = await principalOf(await makeMember(workspace, 'admin'))
    const ann = await makeMember(workspace, 'finance', 'ann@example.com')
    claims = { sub: 'ann', email: 'ann@example.com', email_verified: true }
    await signIn()
    await changeMember(admin, ann, { disabled: true })
    expect(await signIn()).toMatchObject({ path: '/sign-in?error=OIDC_DISABLED', cookie: null })
  })
})

describe('signing in by password over HTTP', () => {
  test('needs the CSRF token, and never follows a callback to another host', async () => {
    const { hashPassword } = await import('../../../lib/server/auth/password')
    const hash = await hashPassword('correct horse battery staple')
    await makeMember(await makeWorkspace('main'), 'admin', 'boss@example.com', hash)
    const csrf = await fetch(`${origin}/api/auth/csrf`)
    const { csrfToken } = (await csrf.json()) as { csrfToken: string }
    const [cookie = ''] = (csrf.headers.getSetCookie()[0] ?? '').split(';')
    const send = (fields: Record<string, string>) =>
      fetch(`${origin}/api/auth/callback/password`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ email: 'boss@example.com', password: 'correct horse battery staple', ...fields }),
      })
    const session = (response: Response) =>
      response.headers.getSetCookie().find((line) => line.startsWith(`${sessionCookieName()}=`))
    expect(session(await send({}))).toBeUndefined()
    expect(session(await send({ csrfToken, password: 'wrong password' }))).toBeUndefined()
    const made = session(await send({ csrfToken }))
    expect(made).toMatch(/; HttpOnly/)
    expect(made).toMatch(/; SameSite=Lax/)
    for (const callbackUrl of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
      const response = await send({ csrfToken, callbackUrl })
      expect(new URL(response.headers.get('location') ?? '', origin).origin).toBe(origin)
    }
  })

  test('and signing out ends the session’s row, not only the cookie', async () => {
    const user = await makeMember(await makeWorkspace('main'), 'admin', 'boss@example.com')
    claims = { sub: 'boss', email: 'boss@example.com', email_verified: true }
    const { cookie } = await signIn()
    expect(await principalWith({ cookie: cookie ?? '' })).toMatchObject({ userId: user })
    const csrf = await fetch(`${origin}/api/auth/csrf`)
    const { csrfToken } = (await csrf.json()) as { csrfToken: string }
    const [csrfCookie = ''] = (csrf.headers.getSetCookie()[0] ?? '').split(';')
    await fetch(`${origin}/api/auth/signout`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: `${csrfCookie}; ${cookie}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ csrfToken }),
    })
    await expect(principalWith({ cookie: cookie ?? '' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  test('of two subjects that come at once with one address lets one in, and one subject twice', async () => {
    for (let round = 0; round < 5; round += 1) {
      await makeMember(await makeWorkspace(`at-once-${round}`), 'viewer', `both-${round}@example.com`)
      const come = (subject: string) =>
        admitIdentity({
          issuer: issuer.issuer.url ?? '',
          subject,
          email: `both-${round}@example.com`,
          emailVerified: true,
        })
      const two = await Promise.allSettled([come(`one-${round}`), come(`two-${round}`)])
      expect(two.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      await makeMember(await makeWorkspace(`twice-${round}`), 'viewer', `twice-${round}@example.com`)
      const again = () =>
        admitIdentity({
          issuer: 'https://i.example',
          subject: `s-${round}`,
          email: `twice-${round}@example.com`,
          emailVerified: true,
        })
      const same = await Promise.all([again(), again()])
      expect(same[0]).toBe(same[1])
    }
  })
})
