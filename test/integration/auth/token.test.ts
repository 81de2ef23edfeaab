import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { POST as create, GET as list } from '../../../app/api/v1/tokens/route'
import { commandLinePrincipal } from '../../../lib/server/auth/command-line'
import { grantOf, type Scope } from '../../../lib/server/auth/principal'
import { isTokenText } from '../../../lib/server/auth/token-text'
import { pool } from '../../../lib/server/db/pool'
import { listTokens } from '../../../lib/server/read/list-tokens'
import { changeMember, removeMember } from '../../../lib/server/use-case/change-member'
import { createToken } from '../../../lib/server/use-case/create-token'
import { revokeToken } from '../../../lib/server/use-case/revoke-token'
import {
  makeMember,
  makeWorkspace,
  principalOf,
  principalWith,
  signedInCookie,
  useOwnDataDirectory,
} from '../../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../../support/database'

let removeDirectory: () => void
beforeAll(async () => {
  removeDirectory = useOwnDataDirectory()
  await openTestDatabase()
})
beforeEach(resetDatabase)
afterAll(async () => {
  await closeTestDatabase()
  removeDirectory()
})

const make = async (userId: number, scopes: Scope[]) => createToken(await principalOf(userId), { name: 'ci', scopes })
const bearer = (token: string) => principalWith({ authorization: `Bearer ${token}` })
const context = { params: Promise.resolve({}) }

describe('an API token', () => {
  test('is stored only as a SHA-256 and shown only once', async () => {
    const admin = await makeMember(await makeWorkspace('main'), 'admin')
    const made = await make(admin, ['read'])
    expect(isTokenText(made.token)).toBe(true)
    expect(made.token.startsWith(made.prefix)).toBe(true)
    const { rows } = await pool().query<{ row: string }>('SELECT t::text AS row FROM api_token t')
    expect(rows[0]?.row).not.toContain(made.token.slice(9))
    const audit = await pool().query<{ row: string }>('SELECT a::text AS row FROM audit_log a')
    expect(audit.rows.map(({ row }) => row).join('\n')).not.toContain(made.token.slice(9))
    const listed = await listTokens(await principalOf(admin))
    expect(JSON.stringify(listed)).not.toContain(made.token.slice(9))
  })

  test('is refused from the next request on when revoked, and only its owner or an administrator revokes it', async () => {
    const workspace = await makeWorkspace('main')
    const engineer = await makeMember(workspace, 'engineer')
    const finance = await makeMember(workspace, 'finance')
    const outsider = await makeMember(await makeWorkspace('other'), 'admin')
    const made = await make(engineer, ['import'])
    await expect(revokeToken(await principalOf(finance), { id: made.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(revokeToken(await principalOf(outsider), { id: made.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await bearer(made.token)
    await revokeToken(await principalOf(engineer), { id: made.id })
    await expect(bearer(made.token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(revokeToken(await principalOf(engineer), { id: made.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('may do what its scopes and its owner’s role now both allow', async () => {
    const workspace = await makeWorkspace('main')
    const admin = await principalOf(await makeMember(workspace, 'admin'))
    const engineer = await makeMember(workspace, 'engineer')
    const made = await make(engineer, ['import', 'read'])
    expect(grantOf(await bearer(made.token), 'import.create')).toBe('all')
    expect(grantOf(await bearer(made.token), 'import.undo')).toBe('own')
    expect(grantOf(await bearer(made.token), 'prices.write')).toBe('none')
    expect(grantOf(await bearer(made.token), 'account.self')).toBe('none')
    await changeMember(admin, engineer, { role: 'viewer' })
    expect(grantOf(await bearer(made.token), 'import.create')).toBe('none')
    expect(grantOf(await bearer(made.token), 'usage.read')).toBe('all')
    await changeMember(admin, engineer, { disabled: true })
    await expect(bearer(made.token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await changeMember(admin, engineer, { disabled: false })
    await bearer(made.token)
    await removeMember(admin, engineer)
    await expect(bearer(made.token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  test('ends at its expiry and notes when it was used', async () => {
    const admin = await makeMember(await makeWorkspace('main'), 'admin')
    const made = await createToken(await principalOf(admin), { name: 'short', scopes: ['read'], expires_in_days: 1 })
    await bearer(made.token)
    const { rows } = await pool().query<{ used: boolean }>('SELECT last_used_at IS NOT NULL AS used FROM api_token')
    expect(rows).toEqual([{ used: true }])
    await pool().query("UPDATE api_token SET expires_at = now() - interval '1 second'")
    await expect(bearer(made.token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  test('cannot make another token, nor can a viewer, nor a non-administrator one with scope admin', async () => {
    const workspace = await makeWorkspace('main')
    const made = await make(await makeMember(workspace, 'admin'), ['admin'])
    const refused = { code: 'FORBIDDEN' }
    await expect(createToken(await bearer(made.token), { name: 'x', scopes: ['read'] })).rejects.toMatchObject(refused)
    await expect(make(await makeMember(workspace, 'viewer'), ['read'])).rejects.toMatchObject(refused)
    await expect(make(await makeMember(workspace, 'finance'), ['admin'])).rejects.toMatchObject(refused)
  })

  test('can be made on the command line before anybody has an account, and acts as an administrator', async () => {
    const principal = await commandLinePrincipal()
    const again = await commandLinePrincipal()
    expect(again.workspaceId).toBe(principal.workspaceId)
    const made = await createToken(principal, { name: 'cli', scopes: ['price', 'import', 'ingest', 'read'] })
    const caller = await bearer(made.token)
    expect(caller).toMatchObject({ userId: null, role: 'admin', workspaceId: principal.workspaceId })
    expect(caller.actor).toBe(`token cli (${made.prefix})`)
  })

  test.each([
    'Bearer',
    'Bearer ',
    'Bearer %',
    'Bearer %E0%A4%A',
    'bearer null',
    'Basic dXNlcjpwYXNz',
    "Bearer ' OR 1=1 --",
    `Bearer ${'a'.repeat(100_000)}`,
    'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.',
    `Bearer tt_${'0'.repeat(49)}`,
    'Bearer tt_a, Bearer tt_b',
    'ÿþ',
  ])('that is malformed (%s) is answered 401, also beside a valid session', async (authorization) => {
    const admin = await makeMember(await makeWorkspace('main'), 'admin')
    const cookie = await signedInCookie(admin)
    const response = await list(
      new Request('http://localhost/api/v1/tokens', { headers: { authorization, cookie } }),
      context,
    )
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  test('is made over HTTP with a strict body: an unknown key, scope or broken JSON is named and refused', async () => {
    const cookie = await signedInCookie(await makeMember(await makeWorkspace('main'), 'admin'))
    const headers = { cookie, origin: 'http://localhost', host: 'localhost', 'content-type': 'application/json' }
    const send = (body: string) =>
      create(new Request('http://localhost/api/v1/tokens', { method: 'POST', headers, body }), context)
    expect((await send('{"name":"a","scopes":["read"]}')).status).toBe(201)
    for (const body of [
      '{"name":"a","scopes":["read"],"workspaceId":2}',
      '{"name":"a","scopes":["everything"]}',
      '{"name":"a","scopes":[]}',
      '{"name":"a","name":"b","scopes":["read"]}',
      '{"name":',
      '[]',
      '',
    ]) {
      const response = await send(body)
      expect([body, response.status]).toEqual([body, 400])
    }
    const listed = await list(new Request('http://localhost/api/v1/tokens', { headers: { cookie } }), context)
    expect(((await listed.json()) as { tokens: unknown[] }).tokens).toHaveLength(1)
  })
})
