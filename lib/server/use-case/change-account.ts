/** What people do with their own account: another password, another workspace, signing out somewhere else. */
import 'server-only'
import { z } from 'zod'
import { hashPassword, verifyPassword } from '../auth/password'
import { authorise, type Principal } from '../auth/principal'
import { findUser, moveSession } from '../db/account-row'
import { writeAudit } from '../db/audit'
import { inTransaction } from '../db/pool'
import { forgetAttempts, type LimitRule, takeAttempt } from '../db/rate-limit'
import { revokeAllSessions, revokeSession as revokeRow } from '../db/session'
import { setPasswordHash } from '../db/user'
import { AppError } from '../errors'

interface Person {
  readonly userId: number
  readonly sessionId: string
}

/** Throws FORBIDDEN for tokens and the command line, which are nobody's account. */
function requirePerson(principal: Principal): Person {
  authorise(principal, 'account.self')
  const { userId, sessionId } = principal
  if (userId === null || sessionId === undefined) {
    throw new AppError('FORBIDDEN', 'Only a signed-in person has an account.', { reason: 'NOT_A_PERSON' })
  }
  return { userId, sessionId }
}

/** A session left open on a desk must not become a place to guess the password. */
const PASSWORD_ATTEMPTS: LimitRule = { name: 'password-change', points: 10, windowSeconds: 900, blockSeconds: 900 }

export const changePasswordInput = z.strictObject({
  current_password: z.string().max(2000),
  new_password: z.string().max(2000),
})

/** Every other session ends. Throws FORBIDDEN when the present password is wrong. */
export async function changePassword(principal: Principal, input: z.input<typeof changePasswordInput>): Promise<void> {
  const person = requirePerson(principal)
  const wait = await takeAttempt(PASSWORD_ATTEMPTS, String(person.userId))
  if (wait > 0) {
    throw new AppError('TOO_MANY_REQUESTS', 'Too many wrong passwords.', {
      reason: 'TOO_MANY_ATTEMPTS',
      retryAfterSeconds: wait,
    })
  }
  const user = await findUser(person.userId)
  if (user === null || !(await verifyPassword(user.passwordHash, input.current_password))) {
    throw new AppError('FORBIDDEN', 'The present password is not right.', { reason: 'WRONG_PASSWORD' })
  }
  const passwordHash = await hashPassword(input.new_password)
  await inTransaction(async (connection) => {
    await setPasswordHash(connection, person.userId, passwordHash)
    await revokeAllSessions(connection, person.userId, person.sessionId)
    await writeAudit(connection, principal, 'account.password', user.email)
  })
  await forgetAttempts(PASSWORD_ATTEMPTS, String(person.userId))
}

/** Ends every session of this person, also the one that asks. */
export async function signOutEverywhere(principal: Principal): Promise<void> {
  const person = requirePerson(principal)
  await inTransaction(async (connection) => {
    await revokeAllSessions(connection, person.userId, null)
    await writeAudit(connection, principal, 'account.sign-out-everywhere', principal.actor)
  })
}

/** Ends one session of this person. Throws NOT_FOUND for a session of anybody else. */
export async function revokeSession(principal: Principal, input: { id: string }): Promise<void> {
  const person = requirePerson(principal)
  const missing = new AppError('NOT_FOUND', 'There is no such session, or it has already ended.')
  if (!z.uuid().safeParse(input.id).success) throw missing
  await inTransaction(async (connection) => {
    if (!(await revokeRow(connection, person.userId, input.id))) throw missing
    await writeAudit(connection, principal, 'session.revoke', principal.actor)
  })
}

export const switchWorkspaceInput = z.strictObject({ workspace_id: z.int32().positive() })

/** Moves this session to another workspace of the person. Throws NOT_FOUND for a workspace the person does not belong to. */
export async function switchWorkspace(
  principal: Principal,
  input: z.input<typeof switchWorkspaceInput>,
): Promise<void> {
  const person = requirePerson(principal)
  const moved = await moveSession({
    id: person.sessionId,
    userId: person.userId,
    workspaceId: input.workspace_id,
  })
  if (!moved) throw new AppError('NOT_FOUND', 'There is no such workspace.')
}
