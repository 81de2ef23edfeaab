import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../../../lib/server/auth/page'
import { grantOf } from '../../../../../lib/server/auth/principal'
import { readChargeback } from '../../../../../lib/server/read/chargeback'
import { ChargebackScreen } from '../../../../_ui/bills/chargeback-screen'
import { t } from '../../../../_ui/messages/en'
import { orNotFound } from '../../../or-not-found'

export const metadata: Metadata = { title: t.chargeback.title }

export default async function ChargebackPage({ params }: { params: Promise<{ month: string }> }) {
  const { month } = await params
  const principal = await requirePagePrincipal(`/bills/${month}/chargeback`)
  const view = await orNotFound(readChargeback(principal, { month }))
  return <ChargebackScreen view={view} canChange={grantOf(principal, 'allocation.write') === 'all'} />
}
