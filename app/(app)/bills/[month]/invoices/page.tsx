import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../../../lib/server/auth/page'
import { grantOf } from '../../../../../lib/server/auth/principal'
import { readReconciliation } from '../../../../../lib/server/read/reconcile'
import { InvoicesScreen } from '../../../../_ui/bills/invoices-screen'
import { t } from '../../../../_ui/messages/en'
import { orNotFound } from '../../../or-not-found'

export const metadata: Metadata = { title: t.invoices.title }

export default async function BillInvoicesPage({ params }: { params: Promise<{ month: string }> }) {
  const { month } = await params
  const principal = await requirePagePrincipal(`/bills/${month}/invoices`)
  const view = await orNotFound(readReconciliation(principal, { month }))
  return (
    <InvoicesScreen
      view={view}
      mayWrite={grantOf(principal, 'bills.write') === 'all'}
      mayName={grantOf(principal, 'prices.write') === 'all'}
    />
  )
}
