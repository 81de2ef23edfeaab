import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../lib/server/auth/page'
import { grantOf } from '../../../lib/server/auth/principal'
import { readAlertChannels, readAlerts, readBudgets } from '../../../lib/server/read/budgets'
import { BudgetsScreen } from '../../_ui/budgets/budgets-screen'
import { t } from '../../_ui/messages/en'

export const metadata: Metadata = { title: t.budgets.title }

export default async function BudgetsPage() {
  const principal = await requirePagePrincipal()
  const grant = grantOf(principal, 'budgets.write')
  const [budgets, alerts, channels] = await Promise.all([
    readBudgets(principal),
    readAlerts(principal),
    grantOf(principal, 'channels.manage') === 'all' ? readAlertChannels(principal) : null,
  ])
  return (
    <BudgetsScreen
      budgets={budgets}
      alerts={alerts.rows}
      channels={channels}
      mayAdd={grant !== 'none'}
      mayRemove={{ all: grant === 'all', actor: grant === 'own' ? principal.actor : null }}
    />
  )
}
