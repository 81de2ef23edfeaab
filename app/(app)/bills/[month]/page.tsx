import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../../lib/server/auth/page'
import { grantOf } from '../../../../lib/server/auth/principal'
import { readBill } from '../../../../lib/server/read/bill'
import { readBilledMonth } from '../../../../lib/server/read/billed-cost'
import { convertBill } from '../../../../lib/server/read/exchange'
import { BillScreen } from '../../../_ui/bills/bill-screen'
import { t } from '../../../_ui/messages/en'
import { orNotFound } from '../../or-not-found'

export const metadata: Metadata = { title: t.bills.title }

export default async function BillPage({ params }: { params: Promise<{ month: string }> }) {
  const { month } = await params
  const principal = await requirePagePrincipal(`/bills/${month}`)
  const bill = await orNotFound(readBill(principal, { month }))
  const may = { write: grantOf(principal, 'bills.write') === 'all', reopen: bill.close?.closed_by !== principal.actor }
  const billed = await readBilledMonth(principal, { month })
  return <BillScreen bill={bill} billed={billed} may={may} converted={await convertBill(principal, bill)} />
}
