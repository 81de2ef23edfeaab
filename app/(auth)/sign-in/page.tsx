import type { Metadata } from 'next'
import { oidcSettings } from '../../../lib/server/auth/options'
import { leaveIfSignedIn, ownPath } from '../../../lib/server/auth/page'
import { SignInForm } from '../../_ui/auth/sign-in-form'
import { t } from '../../_ui/messages/en'

export const metadata: Metadata = { title: t.account.signIn }

type Query = Readonly<Record<string, string | string[] | undefined>>
const one = (value: string | string[] | undefined) => (typeof value === 'string' ? value : undefined)

export default async function SignInPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams
  const next = ownPath(one(query.next))
  await leaveIfSignedIn(next)
  const issuer = oidcSettings()?.issuer
  return (
    <SignInForm
      next={next}
      refusal={one(query.error) ?? null}
      singleSignOn={issuer === undefined ? null : new URL(issuer).host}
    />
  )
}
