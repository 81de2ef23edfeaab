/**
 * next-auth's configuration, made for each request: building the product needs no secret, and the callbacks know where the
 * request comes from. There is no e-mail provider on purpose.
 */
import 'server-only'
import type { NextAuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import { endSession } from '../db/account-row'
import { pool } from '../db/pool'
import { findUserByIdentity } from '../db/user'
import { configureNextAuth, env } from '../env'
import { AppError } from '../errors'
import { log } from '../log'
import { derivedKey } from './secret'
import { isHttps, SESSION_LIFETIME_SECONDS, sessionCookieName } from './session-cookie'
import { admitIdentity, checkPassword, openSession, type SignInPlace } from './sign-in'

interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

/** Null unless all three TOKENTAB_OIDC_* are set. */
export function oidcSettings(): OidcSettings | null {
  const issuer = env().TOKENTAB_OIDC_ISSUER
  const clientId = env().TOKENTAB_OIDC_CLIENT_ID
  const clientSecret = env().TOKENTAB_OIDC_CLIENT_SECRET
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return null
  return { issuer: issuer.replace(/\/$/, ''), clientId, clientSecret }
}

interface IdTokenClaims {
  readonly iss?: string
  readonly sub: string
  readonly name?: string
  readonly email?: unknown
  readonly email_verified?: unknown
}

function providers(place: SignInPlace): NextAuthOptions['providers'] {
  const password = CredentialsProvider({
    id: 'password',
    name: 'Password',
    credentials: { email: { type: 'email' }, password: { type: 'password' } },
    async authorize(credentials) {
      try {
        const userId = await checkPassword(String(credentials?.email ?? ''), String(credentials?.password ?? ''), place)
        return { id: String(userId) }
      } catch (error) {
        throw new Error(refusalCode(error))
      }
    },
  })
  const settings = oidcSettings()
  if (settings === null) return [password]
  return [
    password,
    {
      id: 'oidc',
      name: 'Single sign-on',
      type: 'oauth',
      wellKnown: `${settings.issuer}/.well-known/openid-configuration`,
      issuer: settings.issuer,
      clientId: settings.clientId,
      clientSecret: settings.clientSecret,
      authorization: { params: { scope: 'openid email profile' } },
      idToken: true,
      checks: ['pkce', 'state', 'nonce'],
      profile: (claims: IdTokenClaims) => ({ id: claims.sub }),
    },
  ]
}

/** What the sign-in page gets to know: a code it has a text for and, after too many failures, the seconds to wait. */
function refusalCode(error: unknown): string {
  if (error instanceof AppError) {
    return error.retryAfterSeconds === null ? error.reason : `${error.reason}:${error.retryAfterSeconds}`
  }
  log().error({ err: error }, 'sign-in failed')
  return 'SIGN_IN_FAILED'
}

export async function authOptions(place: SignInPlace): Promise<NextAuthOptions> {
  configureNextAuth()
  const issuer = oidcSettings()?.issuer ?? ''
  return {
    secret: await derivedKey('session'),
    providers: providers(place),
    session: { strategy: 'jwt', maxAge: SESSION_LIFETIME_SECONDS },
    useSecureCookies: isHttps(),
    cookies: {
      sessionToken: {
        name: sessionCookieName(),
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps() },
      },
    },
    pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
    callbacks: {
      async signIn({ account, profile }) {
        if (account?.provider !== 'oidc') return true
        const claims = (profile ?? {}) as Partial<IdTokenClaims>
        try {
          await admitIdentity({
            issuer,
            subject: account.providerAccountId,
            email: claims.email,
            emailVerified: claims.email_verified,
          })
          return true
        } catch (error) {
          return `/sign-in?error=${encodeURIComponent(refusalCode(error))}`
        }
      },
      // Called at sign-in with an account, and again whenever the cookie is read; the cookie holds the session id and no more.
      async jwt({ token, account, user }) {
        if (account === null || account === undefined) return { sessionId: token.sessionId }
        if (account.provider === 'oidc') {
          const known = await findUserByIdentity(pool(), issuer, account.providerAccountId)
          if (known === null) throw new AppError('FORBIDDEN', 'The identity is not linked.')
          return { sessionId: await openSession(known.id, 'oidc', place) }
        }
        return { sessionId: await openSession(Number(user.id), 'password', place) }
      },
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      async signOut({ token }) {
        if (typeof token?.sessionId === 'string') await endSession(token.sessionId, new Date())
      },
    },
    logger: {
      error: (code) => log().warn({ code }, 'next-auth refused a request'),
      warn: () => undefined,
      debug: () => undefined,
    },
  }
}
