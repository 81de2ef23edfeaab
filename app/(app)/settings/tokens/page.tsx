import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { requirePagePrincipal } from '../../../../lib/server/auth/page'
import { grantOf, SCOPES } from '../../../../lib/server/auth/principal'
import { listTokens } from '../../../../lib/server/read/list-tokens'
import { NotYours, SettingsFrame } from '../../../_ui/auth/settings-frame'
import { TokensScreen } from '../../../_ui/auth/tokens-screen'
import { t } from '../../../_ui/messages/en'
import { originOf } from '../../page-query'

export const metadata: Metadata = { title: t.account.tabs.tokens }

export default async function TokensPage() {
  const principal = await requirePagePrincipal('/settings/tokens')
  if (grantOf(principal, 'tokens.own') === 'none') return <NotYours tab="tokens" role={principal.role} />
  const tokens = await listTokens(principal)
  const isAdmin = grantOf(principal, 'tokens.all') === 'all'
  return (
    <SettingsFrame tab="tokens" sentence={t.account.tokensSentence(tokens.length)} context={t.account.tokensContext}>
      <TokensScreen
        origin={originOf(await headers())}
        scopes={SCOPES.filter((scope) => scope !== 'admin' || isAdmin)}
        tokens={tokens.map((token) => ({
          id: token.id,
          name: token.name,
          prefix: token.prefix,
          scopes: token.scopes,
          owner: token.ownerEmail,
          createdAt: token.createdAt.toISOString(),
          lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
          expiresAt: token.expiresAt?.toISOString() ?? null,
        }))}
      />
    </SettingsFrame>
  )
}
