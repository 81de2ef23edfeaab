import type { ReactNode } from 'react'
import { SegmentedLinks } from '../kit/segmented-control'
import { ErrorState } from '../kit/states'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'

const TABS = [
  { key: 'account', href: '/settings' },
  { key: 'tokens', href: '/settings/tokens' },
  { key: 'members', href: '/settings/members' },
  { key: 'currency', href: '/settings/currency' },
  { key: 'signIn', href: '/settings/sign-in' },
  { key: 'audit', href: '/settings/audit' },
] as const

export type SettingsTab = (typeof TABS)[number]['key']

/** The frame of every settings screen: where one stands, the parts, and the answer as its title. */
export function SettingsFrame({
  tab,
  sentence,
  context,
  children,
}: {
  tab: SettingsTab
  sentence: ReactNode
  context?: ReactNode
  children: ReactNode
}) {
  return (
    <div className="max-w-300">
      <TopLine
        left={t.account.settingsTitle}
        right={
          <SegmentedLinks
            label={t.account.settingsTitle}
            segments={TABS.map(({ key, href }) => ({ href, label: t.account.tabs[key], current: key === tab }))}
          />
        }
      />
      <ScreenTitle sentence={sentence} context={context} />
      {children}
    </div>
  )
}

/** A part the role does not open: said, not hidden, so that nobody wonders where it went. */
export function NotYours({ tab, role }: { tab: SettingsTab; role: keyof typeof t.account.roles }) {
  return (
    <SettingsFrame tab={tab} sentence={t.account.tabs[tab]}>
      <ErrorState what={t.account.notYours} remedy={t.account.notYoursRemedy(t.account.roles[role])} />
    </SettingsFrame>
  )
}
