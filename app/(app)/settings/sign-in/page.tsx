import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { oidcSettings } from '../../../../lib/server/auth/options'
import { requirePagePrincipal } from '../../../../lib/server/auth/page'
import { grantOf } from '../../../../lib/server/auth/principal'
import { NotYours, SettingsFrame } from '../../../_ui/auth/settings-frame'
import { SignInFacts } from '../../../_ui/auth/sign-in-facts'
import { t } from '../../../_ui/messages/en'
import { originOf } from '../../page-query'

export const metadata: Metadata = { title: t.account.tabs.signIn }

export default async function SignInSettingsPage() {
  const principal = await requirePagePrincipal('/settings/sign-in')
  if (grantOf(principal, 'workspace.manage') === 'none') return <NotYours tab="signIn" role={principal.role} />
  const issuer = oidcSettings()?.issuer ?? null
  return (
    <SettingsFrame tab="signIn" sentence={t.account.signInSentence(issuer !== null)}>
      <SignInFacts issuer={issuer} redirect={`${originOf(await headers())}/api/auth/callback/oidc`} />
    </SettingsFrame>
  )
}
