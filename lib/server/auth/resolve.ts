/** From a request to a principal: a bearer token or a session cookie, checked against the database every time. */
import 'server-only'
import { pool } from '../db/pool'
import { findLiveSession } from '../db/session'
import { findLiveToken } from '../db/token'
import { AppError } from '../errors'
import { type Principal, SCOPES, type Scope } from './principal'
import { cookieValue, readSessionCookie, sessionCookieName } from './session-cookie'
import { hashToken, isTokenText } from './token-text'

export interface Caller {
  readonly principal: Principal
  /** A cookie travels by itself, so writes that rest on it need proof of origin; a token does not. */
  readonly by: 'token' | 'cookie'
}

function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text)
}

/** What the audit log writes for a token. The prefix keeps two tokens of one name apart. */
export function tokenActor(name: string, prefix: string): string {
  return `token ${name} (${prefix})`
}

async function principalOfToken(authorization: string): Promise<Principal | null> {
  const match = /^Bearer +([^\s]+) *$/i.exec(authorization)
  const text = match?.[1]
  if (text === undefined || !isTokenText(text)) return null
  const token = await findLiveToken(pool(), hashToken(text))
  if (token === null) return null
  return {
    workspaceId: token.workspaceId,
    workspaceName: token.workspaceName,
    isSample: token.isSample,
    userId: token.userId,
    actor: tokenActor(token.name, token.prefix),
    role: token.role,
    scopes: token.scopes.filter(isScope),
  }
}

/** Null when the cookie names no live session. */
export async function principalOfSession(cookie: string): Promise<Principal | null> {
  const sessionId = await readSessionCookie(cookie)
  if (sessionId === null) return null
  const session = await findLiveSession(pool(), sessionId)
  if (session === null) return null
  return {
    workspaceId: session.workspaceId,
    workspaceName: session.workspaceName,
    isSample: session.isSample,
    userId: session.userId,
    actor: session.email,
    role: session.role,
    scopes: null,
    sessionId: session.id,
  }
}

/** Throws UNAUTHENTICATED. A request that carries an Authorization header is judged by that alone, never by its cookie. */
export async function requireCaller(request: Request): Promise<Caller> {
  const authorization = request.headers.get('authorization')
  if (authorization !== null) {
    const principal = await principalOfToken(authorization)
    if (principal !== null) return { principal, by: 'token' }
    throw new AppError('UNAUTHENTICATED', 'The bearer token is unknown, expired or revoked.', {
      reason: 'TOKEN_REFUSED',
      remedy: 'Make a token under Settings, API tokens, or with: npx tokentab token create',
    })
  }
  const cookie = cookieValue(request.headers.get('cookie'), sessionCookieName())
  const principal = cookie === null ? null : await principalOfSession(cookie)
  if (principal !== null) return { principal, by: 'cookie' }
  throw new AppError('UNAUTHENTICATED', 'Nobody is signed in.', {
    remedy: 'Sign in, or send the header "Authorization: Bearer TOKEN".',
  })
}
