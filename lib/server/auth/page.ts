/** The guard of every page: nobody signed in goes to the sign-in page and comes back; an empty installation is set up first. */
import 'server-only'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { pool } from '../db/pool'
import { anyUserExists } from '../db/user'
import type { Principal } from './principal'
import { principalOfSession } from './resolve'
import { sessionCookieName } from './session-cookie'

/** Null when nobody is signed in. One look-up a request, however many layouts and pages ask. */
export const findPagePrincipal = cache(async (): Promise<Principal | null> => {
  const cookie = (await cookies()).get(sessionCookieName())
  return cookie === undefined ? null : principalOfSession(cookie.value)
})

/** A path of this server to go on to; `/` for anything that could lead elsewhere (`//host`, `/\host`, `https:`). */
export function ownPath(text: string | undefined): string {
  if (text === undefined || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(text)) return '/'
  const base = 'http://own.invalid'
  return URL.canParse(text, base) && new URL(text, base).origin === base ? text : '/'
}

/** The path and query of this page as the front door saw them, without the framework's own parameter. */
async function requestedPath(): Promise<string> {
  const path = (await headers()).get('x-tokentab-path') ?? '/'
  return path.replace(/([?&])_rsc=[^&]*(&|$)/, (_match, before: string, after: string) => (after === '' ? '' : before))
}

/**
 * @param here the path and query to come back to after signing in, when it is not simply this page's own
 */
export async function requirePagePrincipal(here?: string): Promise<Principal> {
  const principal = await findPagePrincipal()
  if (principal !== null) return principal
  if (!(await anyUserExists(pool()))) redirect('/set-up')
  const next = ownPath(here ?? (await requestedPath()))
  redirect(next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`)
}

/** For the sign-in page: somebody already signed in goes on. */
export async function leaveIfSignedIn(next: string | undefined): Promise<void> {
  if ((await findPagePrincipal()) !== null) redirect(ownPath(next))
  if (!(await anyUserExists(pool()))) redirect('/set-up')
}
