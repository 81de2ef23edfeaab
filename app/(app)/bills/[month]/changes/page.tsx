import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../../../lib/server/auth/page'
import { readBillChange } from '../../../../../lib/server/read/bill-change'
import { ChangeScreen } from '../../../../_ui/bills/change-screen'
import { t } from '../../../../_ui/messages/en'
import { orNotFound } from '../../../or-not-found'
import { type PageQuery, singleValues } from '../../../page-query'

export const metadata: Metadata = { title: t.change.title }

export default async function BillChangePage({
  params,
  searchParams,
}: {
  params: Promise<{ month: string }>
  searchParams: Promise<PageQuery>
}) {
  const { month } = await params
  const principal = await requirePagePrincipal(`/bills/${month}/changes`)
  const { view } = singleValues(await searchParams, ['view'])
  const change = await orNotFound(readBillChange(principal, { month }))
  return <ChangeScreen change={change} view={view === 'table' ? 'table' : 'chart'} />
}
