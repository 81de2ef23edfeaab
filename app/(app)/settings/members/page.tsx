import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../../lib/server/auth/page'
import { grantOf } from '../../../../lib/server/auth/principal'
import { listMembers } from '../../../../lib/server/read/list-members'
import { MembersScreen } from '../../../_ui/auth/members-screen'
import { NotYours, SettingsFrame } from '../../../_ui/auth/settings-frame'
import { t } from '../../../_ui/messages/en'

export const metadata: Metadata = { title: t.account.tabs.members }

export default async function MembersPage() {
  const principal = await requirePagePrincipal('/settings/members')
  if (grantOf(principal, 'members.manage') === 'none') return <NotYours tab="members" role={principal.role} />
  const members = await listMembers(principal)
  const admins = members.filter((member) => member.role === 'admin' && !member.disabled)
  return (
    <SettingsFrame
      tab="members"
      sentence={t.account.membersSentence(members.length, admins.length)}
      context={t.account.membersContext}
    >
      <MembersScreen
        members={members.map((member) => ({
          userId: member.userId,
          email: member.email,
          name: member.name,
          role: member.role,
          disabled: member.disabled,
          hasPassword: member.hasPassword,
          lastSeenAt: member.lastSeenAt?.toISOString() ?? null,
          isYou: member.userId === principal.userId,
        }))}
      />
    </SettingsFrame>
  )
}
