import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { POST } from '../../../app/api/set-up/route'
import { commandLinePrincipal } from '../../../lib/server/auth/command-line'
import { derivedKey, ensureSecret } from '../../../lib/server/auth/secret'
import { checkPassword } from '../../../lib/server/auth/sign-in'
import { pool } from '../../../lib/server/db/pool'
import { env, setDatabaseUrl } from '../../../lib/server/env'
import { ensureFirstAdmin, setUp } from '../../../lib/server/use-case/set-up'
import { ensureSetupCode } from '../../../lib/server/use-case/setup-code'
import { principalOf, useOwnDataDirectory } from '../../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../../support/database'

let removeDirectory: () => void
beforeAll(async () => {
  removeDirectory = useOwnDataDirectory()
  await openTestDatabase()
})
beforeEach(resetDatabase)
afterEach(() => {
  delete process.env.TOKENTAB_ADMIN_EMAIL
  delete process.env.TOKENTAB_ADMIN_PASSWORD
})
afterAll(async () => {
  await closeTestDatabase()
  removeDirectory()
})

const PASSWORD = 'correct horse battery staple'
const request = (code: string, email = 'ann@example.com') => ({
  code,
  email,
  password: PASSWORD,
  workspace_name: 'Acme',
})
const count = async (table: 'app_user' | 'workspace' | 'membership') =>
  (await pool().query(`SELECT FROM ${table}`)).rows.length

describe('the first set-up', () => {
  test('needs the code that only the server’s owner can read', async () => {
    const code = await ensureSetupCode()
    expect(code).toMatch(/^[0-9a-f]{32}$/)
    expect(await ensureSetupCode()).toBe(code)
    const file = await stat(join(env().dataDir, 'set-up-code'))
    expect(file.mode & 0o777).toBe(0o600)
    for (const wrong of ['', '0'.repeat(32), `${code}0`]) {
      await expect(setUp(request(wrong))).rejects.toMatchObject({ reason: 'SETUP_CODE' })
    }
    expect(await count('app_user')).toBe(0)
  })

  test('of twenty at once makes one administrator and one workspace', async () => {
    const code = (await ensureSetupCode()) ?? ''
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => setUp(request(code, `admin${i}@example.com`))),
    )
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(['NOT_FOUND', 'FORBIDDEN']).toContain(outcome.reason.code)
    }
    expect([await count('app_user'), await count('workspace'), await count('membership')]).toEqual([1, 1, 1])
    expect(await ensureSetupCode()).toBeNull()
  })

  test('is gone afterwards: 404, whatever is sent', async () => {
    const code = (await ensureSetupCode()) ?? ''
    const { userId } = await setUp(request(code))
    expect(await principalOf(userId)).toMatchObject({ role: 'admin', workspaceName: 'Acme' })
    for (const body of [
      JSON.stringify(request(code)),
      '{"code":"","workspace_name":"x","email":"","password":""}',
      'not JSON',
      '',
    ]) {
      const headers = { origin: 'http://localhost', host: 'localhost', 'content-type': 'application/json' }
      const response = await POST(new Request('http://localhost/api/set-up', { method: 'POST', headers, body }), {
        params: Promise.resolve({}),
      })
      expect(response.status).toBe(404)
    }
    await expect(readFile(join(env().dataDir, 'set-up-code'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('adopts the workspace a command-line token already works in', async () => {
    const commandLine = await commandLinePrincipal()
    const { workspaceId } = await setUp(request((await ensureSetupCode()) ?? ''))
    expect(workspaceId).toBe(commandLine.workspaceId)
    expect((await commandLinePrincipal()).workspaceName).toBe('Acme')
    expect(await count('workspace')).toBe(1)
  })

  test('by the environment makes the administrator once and never changes a password', async () => {
    const url = env().DATABASE_URL ?? ''
    process.env.TOKENTAB_ADMIN_EMAIL = 'Boss@Example.com'
    process.env.TOKENTAB_ADMIN_PASSWORD = PASSWORD
    setDatabaseUrl(url)
    const admin = await ensureFirstAdmin()
    expect(admin).not.toBeNull()
    process.env.TOKENTAB_ADMIN_PASSWORD = 'another long password'
    setDatabaseUrl(url)
    expect(await ensureFirstAdmin()).toBeNull()
    const place = { address: '192.0.2.1', userAgent: null }
    expect(await checkPassword('boss@example.com', PASSWORD, place)).toBe(admin?.userId)
  })

  test('says which variables are wrong when the server starts with a short password or a bad address', async () => {
    for (const [email, password] of [
      ['boss@example.com', 'short'],
      ['boss', PASSWORD],
    ] as const) {
      Object.assign(process.env, { TOKENTAB_ADMIN_EMAIL: email, TOKENTAB_ADMIN_PASSWORD: password })
      setDatabaseUrl(env().DATABASE_URL ?? '')
      await expect(ensureFirstAdmin()).rejects.toThrow(/^TOKENTAB_ADMIN_EMAIL and TOKENTAB_ADMIN_PASSWORD make no/)
    }
    expect(await count('workspace')).toBe(0)
  })

  test('refuses a short password and a bad address before anything is made', async () => {
    const code = (await ensureSetupCode()) ?? ''
    await expect(setUp({ ...request(code), password: 'short' })).rejects.toMatchObject({ reason: 'PASSWORD_LENGTH' })
    await expect(setUp({ ...request(code), email: 'ann' })).rejects.toMatchObject({ reason: 'EMAIL_SHAPE' })
    expect(await count('workspace')).toBe(0)
  })
})

test('the secret is made once, readable by its owner alone, and each purpose has its own key', async () => {
  const secrets = await Promise.all(Array.from({ length: 10 }, () => ensureSecret()))
  expect(new Set(secrets).size).toBe(1)
  expect((await stat(join(env().dataDir, 'secret'))).mode & 0o777).toBe(0o600)
  expect(await derivedKey('session')).not.toBe(secrets[0])
})
