import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../lib/server/auth/page'
import { listBills } from '../../../lib/server/read/bill'
import { readForecast } from '../../../lib/server/read/forecast'
import { BillsScreen } from '../../_ui/bills/bills-screen'
import { t } from '../../_ui/messages/en'
import { type PageQuery, singleValues } from '../page-query'

export const metadata: Metadata = { title: t.bills.title }

export default async function BillsPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const principal = await requirePagePrincipal()
  const { view } = singleValues(await searchParams, ['view'])
  const [bills, forecast] = await Promise.all([listBills(principal), readForecast(principal)])
  return <BillsScreen bills={bills} forecast={forecast} view={view === 'table' ? 'table' : 'chart'} />
}
