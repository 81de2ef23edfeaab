import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../../../../lib/server/auth/page'
import { readId } from '../../../../../../lib/server/http/id'
import { readStatement } from '../../../../../../lib/server/read/chargeback'
import { StatementScreen } from '../../../../../_ui/bills/statement-screen'
import { t } from '../../../../../_ui/messages/en'
import { orNotFound } from '../../../../or-not-found'

export const metadata: Metadata = { title: t.chargeback.statement }

export default async function StatementPage({ params }: { params: Promise<{ month: string; centre: string }> }) {
  const { month, centre } = await params
  const principal = await requirePagePrincipal(`/bills/${month}/chargeback/${centre}`)
  const read = async () => await readStatement(principal, { month, costCentreId: readId(centre) })
  return <StatementScreen statement={await orNotFound(read())} />
}
