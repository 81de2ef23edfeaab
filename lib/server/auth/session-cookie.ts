/** The session cookie: an encrypted token that carries one thing, the id of a row in user_session. */
import 'server-only'
import { decode } from 'next-auth/jwt'
import { env } from '../env'
import { derivedKey } from './secret'

/** Sessions end after seven days whatever happens. */
export const SESSION_LIFETIME_SECONDS = 7 * 24 * 60 * 60

export function isHttps(): boolean {
  return env().TOKENTAB_PUBLIC_URL?.startsWith('https:') === true
}

/** With https the name itself makes browsers refuse a cookie set by a sibling host or without Secure. */
export function sessionCookieName(): string {
  return isHttps() ? '__Host-tokentab.session' : 'tokentab.session'
}

const SESSION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The session id in a cookie value; null for anything this server did not make as a session (a CSRF or state cookie too). */
export async function readSessionCookie(value: string): Promise<string | null> {
  if (value.length > 4096) return null
  const secret = await derivedKey('session')
  let sessionId: unknown
  try {
    sessionId = (await decode({ token: value, secret }))?.sessionId
  } catch {
    // Not ours, changed, or expired: the same as no cookie.
    return null
  }
  return typeof sessionId === 'string' && SESSION_ID.test(sessionId) ? sessionId : null
}

/** The value of one cookie in a Cookie header; null when absent or given twice (a shadowed cookie is nobody's session). */
export function cookieValue(header: string | null, name: string): string | null {
  if (header === null) return null
  const values = header
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1))
  return values.length === 1 ? (values[0] ?? null) : null
}
