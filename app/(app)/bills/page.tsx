import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../lib/server/auth/page'
import { listBills } from '../../../lib/server/read/bill'
import { BillsScreen } from '../../_ui/bills/bills-screen'
import { t } from '../../_ui/messages/en'

export const metadata: Metadata = { title: t.bills.title }

export default async function BillsPage() {
  const principal = await requirePagePrincipal()
  return <BillsScreen bills={await listBills(principal)} />
}
