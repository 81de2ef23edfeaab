/** The guard of every page: nobody signed in goes to the sign-in page and comes back; an empty installation is set up first. */
import 'server-only'
import { cookies } from 'next/headers'
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

/**
 * @param here the path and query of this page, to come back to after signing in
 */
export async function requirePagePrincipal(here = '/'): Promise<Principal> {
  const principal = await findPagePrincipal()
  if (principal !== null) return principal
  if (!(await anyUserExists(pool()))) redirect('/set-up')
  redirect(`/sign-in?next=${encodeURIComponent(ownPath(here))}`)
}

/** For the sign-in page: somebody already signed in goes on. */
export async function leaveIfSignedIn(next: string | undefined): Promise<void> {
  if ((await findPagePrincipal()) !== null) redirect(ownPath(next))
  if (!(await anyUserExists(pool()))) redirect('/set-up')
}
