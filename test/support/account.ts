/** People, workspaces and signed-in requests for integration tests, made through the product's own doors. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'next-auth/jwt'
import type { Principal, Role } from '../../lib/server/auth/principal'
import { requireCaller } from '../../lib/server/auth/resolve'
import { derivedKey } from '../../lib/server/auth/secret'
import { sessionCookieName } from '../../lib/server/auth/session-cookie'
import { openSession } from '../../lib/server/auth/sign-in'
import { insertMembership } from '../../lib/server/db/member'
import { pool } from '../../lib/server/db/pool'
import { insertUser, insertWorkspace } from '../../lib/server/db/user'

/** Points the product at a data directory of its own; call before `openTestDatabase`. Answers what removes it. */
export function useOwnDataDirectory(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'tokentab-auth-'))
  process.env.TOKENTAB_DATA_DIR = directory
  process.env.TOKENTAB_LOG_LEVEL = 'silent'
  return () => {
    delete process.env.TOKENTAB_DATA_DIR
    rmSync(directory, { recursive: true, force: true })
  }
}

export async function makeWorkspace(slug: string, isSample = false): Promise<number> {
  return insertWorkspace(pool(), { slug, name: slug, isSample })
}

export async function makeMember(
  workspaceId: number,
  role: Role,
  email = `${role}-${workspaceId}@example.com`,
  passwordHash: string | null = null,
): Promise<number> {
  const userId = await insertUser(pool(), { email, name: role, passwordHash })
  await insertMembership(pool(), { workspaceId, userId, role })
  return userId
}

/** A cookie header of a new session of this user, as the browser would send it. */
export async function signedInCookie(userId: number): Promise<string> {
  const sessionId = await openSession(userId, 'password', { address: '127.0.0.1', userAgent: 'test' })
  const value = await encode({ token: { sessionId }, secret: await derivedKey('session') })
  return `${sessionCookieName()}=${value}`
}

export async function principalOf(userId: number): Promise<Principal> {
  const cookie = await signedInCookie(userId)
  const { principal } = await requireCaller(new Request('http://localhost/', { headers: { cookie } }))
  return principal
}

export async function principalWith(headers: Record<string, string>): Promise<Principal> {
  return (await requireCaller(new Request('http://localhost/', { headers }))).principal
}
