/** Proving who somebody is: by password or by an OpenID Connect identity. Both end in a new session row. */
import 'server-only'
import { createHash, randomUUID } from 'node:crypto'
import { writeAudit } from '../db/audit'
import { inTransaction, pool } from '../db/pool'
import { clearEndedCounts, forgetAttempts, type LimitRule, returnAttempt, takeAttempt } from '../db/rate-limit'
import { insertSession } from '../db/session'
import {
  findUserByEmail,
  findUserByIdentity,
  hasIdentityAt,
  insertIdentity,
  listWorkspacesOfUser,
  lockUser,
  setPasswordHash,
} from '../db/user'
import { AppError } from '../errors'
import { log } from '../log'
import { normaliseEmail } from './email'
import { hashPassword, needsRehash, verifyPassword } from './password'
import { SESSION_LIFETIME_SECONDS } from './session-cookie'

export interface SignInPlace {
  /** From http/peer.ts. */
  readonly address: string
  readonly userAgent: string | null
}

/** Account and address together, so that nobody can lock finance out by knowing an e-mail address. */
const PER_PAIR: LimitRule = { name: 'sign-in-pair', points: 10, windowSeconds: 900, blockSeconds: 900 }
const PER_ADDRESS: LimitRule = { name: 'sign-in-address', points: 100, windowSeconds: 900, blockSeconds: 900 }

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url')

function refused(): AppError {
  return new AppError('UNAUTHENTICATED', 'E-mail address and password do not match an account.', {
    reason: 'SIGN_IN_REFUSED',
  })
}

function tooMany(seconds: number): AppError {
  return new AppError('TOO_MANY_REQUESTS', 'Too many failed sign-ins from here.', {
    reason: 'TOO_MANY_ATTEMPTS',
    remedy: `Try again in ${Math.ceil(seconds / 60)} minutes.`,
    retryAfterSeconds: seconds,
  })
}

/**
 * The id of the user whose password this is. Throws UNAUTHENTICATED with one text for every cause, after the same work, and
 * TOO_MANY_REQUESTS after ten failures of one account from one address.
 */
export async function checkPassword(email: string, password: string, place: SignInPlace): Promise<number> {
  const account = normaliseEmail(email)
  const pair = digest(`${account ?? email.slice(0, 1000)}\n${place.address}`)
  const address = digest(place.address)
  const wait = Math.max(await takeAttempt(PER_PAIR, pair), await takeAttempt(PER_ADDRESS, address))
  if (wait > 0) {
    log().warn({ address: place.address, seconds: wait }, 'sign-in refused: too many failures')
    throw tooMany(wait)
  }
  const user = account === null ? null : await findUserByEmail(pool(), account)
  const matches = await verifyPassword(user === null || user.disabled ? null : user.passwordHash, password)
  if (user === null || !matches) {
    log().warn({ address: place.address }, 'sign-in refused')
    throw refused()
  }
  await forgetAttempts(PER_PAIR, pair)
  await returnAttempt(PER_ADDRESS, address)
  await clearEndedCounts()
  if (user.passwordHash !== null && needsRehash(user.passwordHash)) {
    await setPasswordHash(pool(), user.id, await hashPassword(password))
  }
  return user.id
}

export interface VerifiedIdentity {
  readonly issuer: string
  readonly subject: string
  readonly email: unknown
  readonly emailVerified: unknown
}

/**
 * The id of the user behind an identity. A known (issuer, subject) is that user whatever the e-mail address says now. A new one
 * is linked once, to the existing member whose address the issuer states as verified. Throws FORBIDDEN with a reason the
 * sign-in page has a text for.
 */
export async function admitIdentity(identity: VerifiedIdentity): Promise<number> {
  const { issuer, subject } = identity
  return inTransaction(async (connection) => {
    const known = await findUserByIdentity(connection, issuer, subject)
    if (known !== null) {
      if (known.disabled) throw new AppError('FORBIDDEN', 'This account is disabled.', { reason: 'OIDC_DISABLED' })
      return known.id
    }
    if (identity.emailVerified !== true) {
      throw new AppError('FORBIDDEN', 'The issuer does not vouch for this e-mail address.', {
        reason: 'OIDC_EMAIL_UNVERIFIED',
      })
    }
    const email = typeof identity.email === 'string' ? normaliseEmail(identity.email) : null
    const user = email === null ? null : await findUserByEmail(connection, email)
    if (user === null) {
      throw new AppError('FORBIDDEN', 'Nobody with this e-mail address is a member.', { reason: 'OIDC_UNKNOWN_EMAIL' })
    }
    if (user.disabled) throw new AppError('FORBIDDEN', 'This account is disabled.', { reason: 'OIDC_DISABLED' })
    // Two subjects that come at once take turns, and the second finds the first.
    await lockUser(connection, user.id)
    if ((await findUserByIdentity(connection, issuer, subject)) !== null) return user.id
    if (await hasIdentityAt(connection, issuer, user.id)) {
      throw new AppError('FORBIDDEN', 'Another identity is linked to this account.', { reason: 'OIDC_OTHER_IDENTITY' })
    }
    await insertIdentity(connection, { issuer, subject, userId: user.id })
    for (const workspace of await listWorkspacesOfUser(connection, user.id)) {
      const actor = { workspaceId: workspace.id, actor: user.email }
      await writeAudit(connection, actor, 'identity.link', user.email, { issuer, subject })
    }
    return user.id
  })
}

/** A new session in the first of the user's workspaces; answers its id. Throws FORBIDDEN when the user belongs to none. */
export async function openSession(userId: number, by: 'password' | 'oidc', place: SignInPlace): Promise<string> {
  const id = randomUUID()
  await inTransaction(async (connection) => {
    const workspace = (await listWorkspacesOfUser(connection, userId))[0]
    if (workspace === undefined) {
      throw new AppError('FORBIDDEN', 'This account belongs to no workspace.', { reason: 'NO_WORKSPACE' })
    }
    await insertSession(connection, {
      id,
      userId,
      workspaceId: workspace.id,
      userAgent: place.userAgent?.slice(0, 500) ?? null,
      lifetimeSeconds: SESSION_LIFETIME_SECONDS,
    })
    const actor = { workspaceId: workspace.id, actor: workspace.email }
    await writeAudit(connection, actor, 'session.open', workspace.email, { by, address: place.address })
  })
  return id
}
