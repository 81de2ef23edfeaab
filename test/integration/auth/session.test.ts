import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GET as readAccountRoute } from '../../../app/api/v1/account/route'
import { POST as signOutRoute } from '../../../app/api/v1/account/sign-out-everywhere/route'
import { PATCH as patchMember } from '../../../app/api/v1/members/[id]/route'
import { hashPassword } from '../../../lib/server/auth/password'
import { ROLES } from '../../../lib/server/auth/principal'
import { cookieValue, readSessionCookie, sessionCookieName } from '../../../lib/server/auth/session-cookie'
import { checkPassword, openSession } from '../../../lib/server/auth/sign-in'
import { insertMembership, lockMember } from '../../../lib/server/db/member'
import { pool } from '../../../lib/server/db/pool'
import { listMembers } from '../../../lib/server/read/list-members'
import { readAccount } from '../../../lib/server/read/read-account'
import { addMember } from '../../../lib/server/use-case/add-member'
import {
  changePassword,
  revokeSession,
  signOutEverywhere,
  switchWorkspace,
} from '../../../lib/server/use-case/change-account'
import { changeMember, removeMember } from '../../../lib/server/use-case/change-member'
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

const refused = { code: 'UNAUTHENTICATED' }
const context = { params: Promise.resolve({}) }

describe('a session', () => {
  test('carries nothing but the id of its row, and a changed or foreign cookie is nobody', async () => {
    const cookie = await signedInCookie(await makeMember(await makeWorkspace('main'), 'admin'))
    const value = cookieValue(cookie, sessionCookieName()) ?? ''
    expect(await readSessionCookie(value)).toMatch(/^[0-9a-f-]{36}$/)
    await expect(principalWith({ cookie: `${cookie.slice(0, -3)}abc` })).rejects.toMatchObject(refused)
    await expect(principalWith({ cookie: `${cookie}; ${cookie}` })).rejects.toMatchObject(refused)
    await expect(principalWith({ cookie: `${sessionCookieName()}=${'x'.repeat(9000)}` })).rejects.toMatchObject(refused)
    await expect(principalWith({})).rejects.toMatchObject(refused)
  })

  test('reads the role now: a change counts on the very next request', async () => {
    const workspace = await makeWorkspace('main')
    const admin = await principalOf(await makeMember(workspace, 'admin'))
    const viewer = await makeMember(workspace, 'viewer')
    const cookie = await signedInCookie(viewer)
    for (const role of ROLES.toReversed()) {
      await changeMember(admin, viewer, { role })
      expect((await principalWith({ cookie })).role).toBe(role)
    }
  })

  test('ends at once when revoked, expired, disabled, removed, or after signing out everywhere', async () => {
    const workspace = await makeWorkspace('main')
    const admin = await principalOf(await makeMember(workspace, 'admin'))
    const user = await makeMember(workspace, 'engineer')
    const end = async (how: (cookie: string) => Promise<unknown>) => {
      const cookie = await signedInCookie(user)
      await principalWith({ cookie })
      await how(cookie)
      await expect(principalWith({ cookie })).rejects.toMatchObject(refused)
    }
    await end(async (cookie) => {
      const principal = await principalWith({ cookie })
      await revokeSession(principal, { id: principal.sessionId ?? '' })
    })
    await end(() =>
      pool()
        .query("UPDATE user_session SET expires_at = now() - interval '1 second'")
        .then(() => undefined),
    )
    await end(async (cookie) => signOutEverywhere(await principalWith({ cookie })))
    await end(() => changeMember(admin, user, { password: 'correct horse battery staple' }).then(() => undefined))
    await end(() => changeMember(admin, user, { disabled: true }))
    await changeMember(admin, user, { disabled: false })
    await end(() => removeMember(admin, user))
  })

  test('ends when the account’s session version rises, even one whose row nobody marked', async () => {
    const cookie = await signedInCookie(await makeMember(await makeWorkspace('main'), 'viewer'))
    await principalWith({ cookie })
    await pool().query('UPDATE app_user SET session_version = session_version + 1')
    await expect(principalWith({ cookie })).rejects.toMatchObject(refused)
  })

  test('survives the change of the own password while every other session ends', async () => {
    const hash = await hashPassword('a first long password')
    const user = await makeMember(await makeWorkspace('main'), 'finance', 'fin@example.com', hash)
    const [here, there] = [await signedInCookie(user), await signedInCookie(user)]
    const principal = await principalWith({ cookie: here })
    await expect(
      changePassword(principal, { current_password: 'wrong password!', new_password: 'another long password' }),
    ).rejects.toMatchObject({ reason: 'WRONG_PASSWORD' })
    await expect(
      changePassword(principal, { current_password: 'a first long password', new_password: 'short' }),
    ).rejects.toMatchObject({ reason: 'PASSWORD_LENGTH' })
    await changePassword(principal, {
      current_password: 'a first long password',
      new_password: 'another long password',
    })
    await principalWith({ cookie: here })
    await expect(principalWith({ cookie: there })).rejects.toMatchObject(refused)
    const place = { address: '10.0.0.1', userAgent: null }
    expect(await checkPassword('fin@example.com', 'another long password', place)).toBe(user)
  })

  test('belongs to its person: nobody else sees or ends it', async () => {
    const workspace = await makeWorkspace('main')
    const mine = await principalOf(await makeMember(workspace, 'viewer'))
    const admin = await principalOf(await makeMember(workspace, 'admin'))
    await expect(revokeSession(admin, { id: mine.sessionId ?? '' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const { sessions } = await readAccount(mine)
    expect(sessions.map((session) => [session.id, session.isThisOne])).toEqual([[mine.sessionId, true]])
  })

  test('moves only to a workspace of its person', async () => {
    const [main, sample, foreign] = [
      await makeWorkspace('main'),
      await makeWorkspace('sample', true),
      await makeWorkspace('b'),
    ]
    const user = await makeMember(main, 'admin')
    await insertMembership(pool(), { workspaceId: sample, userId: user, role: 'viewer' })
    const cookie = await signedInCookie(user)
    const principal = await principalWith({ cookie })
    // While the own workspace holds no file, signing in leads to the sample.
    expect(principal).toMatchObject({ workspaceId: sample, role: 'viewer', isSample: true })
    await expect(switchWorkspace(principal, { workspace_id: foreign })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await switchWorkspace(principal, { workspace_id: main })
    expect(await principalWith({ cookie })).toMatchObject({ workspaceId: main, role: 'admin', isSample: false })
  })

  test('of an account without a workspace is not opened', async () => {
    const user = await makeMember(await makeWorkspace('main'), 'admin')
    await pool().query('DELETE FROM membership')
    await expect(openSession(user, 'password', { address: '::1', userAgent: null })).rejects.toMatchObject({
      reason: 'NO_WORKSPACE',
    })
  })
})

describe('members', () => {
  test('keep at least one administrator, also when two are demoted at the same moment', async () => {
    const workspace = await makeWorkspace('main')
    const [one, two] = [
      await makeMember(workspace, 'admin', 'one@x.example'),
      await makeMember(workspace, 'admin', 'two@x.example'),
    ]
    const [first, second] = [await principalOf(one), await principalOf(two)]
    const outcomes = await Promise.allSettled([
      changeMember(first, two, { role: 'viewer' }),
      changeMember(second, one, { role: 'viewer' }),
    ])
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    const { rows } = await pool().query("SELECT FROM membership WHERE role = 'admin'")
    expect(rows).toHaveLength(1)
  })

  test('are changed one at a time: a change waits for the one before it', async () => {
    const workspace = await makeWorkspace('main')
    const admin = await principalOf(await makeMember(workspace, 'admin'))
    const viewer = await makeMember(workspace, 'viewer')
    const earlier = await pool().connect()
    try {
      await earlier.query('BEGIN')
      await lockMember(earlier, workspace, viewer)
      const change = changeMember(admin, viewer, { role: 'finance' }).then(() => 'changed')
      const pause = new Promise((resolve) => setTimeout(() => resolve('waiting'), 500))
      expect(await Promise.race([change, pause])).toBe('waiting')
      await earlier.query('COMMIT')
      expect(await change).toBe('changed')
    } finally {
      earlier.release()
    }
  })

  test('of another workspace cannot be seen, changed, removed or taken over', async () => {
    const [mine, theirs] = [await makeWorkspace('mine'), await makeWorkspace('theirs')]
    const admin = await principalOf(await makeMember(mine, 'admin'))
    const hash = await hashPassword('their long password')
    const stranger = await makeMember(theirs, 'finance', 'fin@theirs.example', hash)
    const missing = { code: 'NOT_FOUND' }
    await expect(changeMember(admin, stranger, { role: 'viewer' })).rejects.toMatchObject(missing)
    await expect(changeMember(admin, stranger, { disabled: true })).rejects.toMatchObject(missing)
    await expect(removeMember(admin, stranger)).rejects.toMatchObject(missing)
    expect((await listMembers(admin)).map((member) => member.email)).toEqual(['admin-1@example.com'])
    // Adding the stranger here gives neither the password nor the power to lock the account.
    await addMember(admin, { email: 'fin@theirs.example', role: 'viewer', password: 'my own long password' })
    const place = { address: '10.0.0.2', userAgent: null }
    expect(await checkPassword('fin@theirs.example', 'their long password', place)).toBe(stranger)
    await expect(changeMember(admin, stranger, { password: 'my own long password' })).rejects.toMatchObject({
      reason: 'SHARED_ACCOUNT',
    })
    await expect(changeMember(admin, stranger, { disabled: true })).rejects.toMatchObject({ reason: 'SHARED_ACCOUNT' })
  })

  test('have in the sample the role they have at home, and are gone from it with their last own workspace', async () => {
    const [main, sample] = [await makeWorkspace('main'), await makeWorkspace('sample', true)]
    const admin = await principalOf(await makeMember(main, 'admin'))
    const user = await makeMember(main, 'admin', 'was-admin@x.example')
    await insertMembership(pool(), { workspaceId: sample, userId: user, role: 'admin' })
    const cookie = await signedInCookie(user)
    expect(await principalWith({ cookie })).toMatchObject({ workspaceId: sample, role: 'admin' })
    await changeMember(admin, user, { role: 'viewer' })
    expect(await principalWith({ cookie })).toMatchObject({ workspaceId: sample, role: 'viewer' })
    await removeMember(admin, user)
    await expect(principalWith({ cookie })).rejects.toMatchObject(refused)
    const { rows } = await pool().query('SELECT FROM membership WHERE user_id = $1', [user])
    expect(rows).toEqual([])
  })

  test('of the sample change there alone: a role given in it is no role at home', async () => {
    const [main, sample] = [await makeWorkspace('main'), await makeWorkspace('sample', true)]
    const user = await makeMember(main, 'viewer')
    const guide = await makeMember(sample, 'admin', 'guide@x.example')
    await insertMembership(pool(), { workspaceId: sample, userId: user, role: 'viewer' })
    await changeMember(await principalOf(guide), user, { role: 'engineer' })
    const { rows } = await pool().query('SELECT workspace_id, role FROM membership WHERE user_id = $1 ORDER BY 1', [
      user,
    ])
    expect(rows).toEqual([
      { workspace_id: main, role: 'viewer' },
      { workspace_id: sample, role: 'engineer' },
    ])
  })

  test('are managed by administrators alone', async () => {
    const workspace = await makeWorkspace('main')
    const target = await makeMember(workspace, 'viewer', 'target@x.example')
    for (const role of ['finance', 'engineer', 'viewer'] as const) {
      const principal = await principalOf(await makeMember(workspace, role))
      const forbidden = { code: 'FORBIDDEN' }
      await expect(listMembers(principal)).rejects.toMatchObject(forbidden)
      await expect(changeMember(principal, target, { role: 'admin' })).rejects.toMatchObject(forbidden)
      await expect(addMember(principal, { email: 'a@b.example', role: 'admin' })).rejects.toMatchObject(forbidden)
      await expect(removeMember(principal, target)).rejects.toMatchObject(forbidden)
    }
  })
})

describe('a write that rests on the cookie', () => {
  const write = async (headers: Record<string, string>) => {
    const cookie = await signedInCookie(await makeMember(await makeWorkspace('main'), 'viewer'))
    const request = new Request('http://localhost:3000/api/v1/account/sign-out-everywhere', {
      method: 'POST',
      headers: { cookie, host: 'localhost:3000', ...headers },
    })
    return (await signOutRoute(request, context)).status
  }
  const own = 'http://localhost:3000'

  test.each([
    ['our page, JSON', { origin: own, 'content-type': 'application/json; charset=utf-8' }, 200],
    ['our page, marked', { origin: own, 'x-tokentab': '1', 'sec-fetch-site': 'same-origin' }, 200],
    ['no origin', { 'content-type': 'application/json' }, 403],
    ['another origin', { origin: 'https://evil.example', 'content-type': 'application/json' }, 403],
    ['a sandboxed frame', { origin: 'null', 'content-type': 'application/json' }, 403],
    ['another port', { origin: 'http://localhost:3001', 'content-type': 'application/json' }, 403],
    ['a look-alike', { origin: 'http://localhost:3000.evil.example', 'content-type': 'application/json' }, 403],
    ['a sibling subdomain', { origin: own, 'sec-fetch-site': 'same-site', 'x-tokentab': '1' }, 403],
    ['a form', { origin: own, 'content-type': 'application/x-www-form-urlencoded' }, 403],
    ['a form that says text', { origin: own, 'content-type': 'text/plain' }, 403],
    ['an upload form', { origin: own, 'content-type': 'multipart/form-data; boundary=x' }, 403],
  ])('from %s', async (_name, headers, status) => {
    expect(await write(headers)).toBe(status)
  })

  test('changes nothing when refused, and reading needs no origin', async () => {
    const cookie = await signedInCookie(await makeMember(await makeWorkspace('main'), 'viewer'))
    const url = 'http://localhost:3000/api/v1/account'
    const evil = { cookie, host: 'localhost:3000', origin: 'https://evil.example', 'x-tokentab': '1' }
    await signOutRoute(new Request(`${url}/sign-out-everywhere`, { method: 'POST', headers: evil }), context)
    const response = await readAccountRoute(new Request(url, { headers: { cookie } }), context)
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  test('refuses keys nobody may set', async () => {
    const workspace = await makeWorkspace('main')
    const cookie = await signedInCookie(await makeMember(workspace, 'admin'))
    const target = await makeMember(workspace, 'viewer')
    const headers = { cookie, host: 'localhost', origin: 'http://localhost', 'content-type': 'application/json' }
    for (const extra of ['workspaceId', 'isAdmin', 'emailVerified', 'id', 'sessionVersion']) {
      const body = JSON.stringify({ role: 'viewer', [extra]: 1 })
      const request = new Request(`http://localhost/api/v1/members/${target}`, { method: 'PATCH', headers, body })
      const response = await patchMember(request, { params: Promise.resolve({ id: String(target) }) })
      expect([extra, response.status]).toEqual([extra, 400])
    }
  })
})
