import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../../lib/server/auth/page'
import { compareReports } from '../../../../lib/server/read/reports'
import { t } from '../../../_ui/messages/en'
import { CompareScreen } from '../../../_ui/report/compare-screen'
import { orNotFound } from '../../or-not-found'
import type { PageQuery } from '../../page-query'

export const metadata: Metadata = { title: t.report.compare.title }

export default async function ComparePage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const principal = await requirePagePrincipal()
  const { ids } = await searchParams
  const asked = (Array.isArray(ids) ? ids : [ids ?? '']).flatMap((part) => part.split(','))
  const reports = await orNotFound(compareReports(principal, { ids: asked.filter((id) => id !== '') }))
  return <CompareScreen reports={reports.map(({ id, content }) => ({ id, content }))} />
}
