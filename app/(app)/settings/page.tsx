import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../lib/server/auth/page'
import { readAccount } from '../../../lib/server/read/read-account'
import { AccountScreen } from '../../_ui/auth/account-screen'
import { SettingsFrame } from '../../_ui/auth/settings-frame'
import { t } from '../../_ui/messages/en'

export const metadata: Metadata = { title: t.account.tabs.account }

export default async function AccountPage() {
  const principal = await requirePagePrincipal('/settings')
  const account = await readAccount(principal)
  const role = t.account.roles[principal.role]
  return (
    <SettingsFrame
      tab="account"
      sentence={t.account.accountSentence(principal.workspaceName, role)}
      context={account.email}
    >
      <AccountScreen
        hasPassword={account.hasPassword}
        workspaces={account.workspaces.map(({ id, name, isSample, role: roleThere }) => ({
          id,
          name,
          isSample,
          role: roleThere,
          isHere: id === principal.workspaceId,
        }))}
        sessions={account.sessions.map(({ id, userAgent, createdAt, lastSeenAt, isThisOne }) => ({
          id,
          userAgent,
          createdAt: createdAt.toISOString(),
          lastSeenAt: lastSeenAt.toISOString(),
          isThisOne,
        }))}
      />
    </SettingsFrame>
  )
}
