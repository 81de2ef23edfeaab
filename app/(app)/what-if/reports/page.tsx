import type { Metadata } from 'next'
import { reportSummary } from '../../../../lib/core/report/report-summary'
import { requirePagePrincipal } from '../../../../lib/server/auth/page'
import { listReports } from '../../../../lib/server/read/reports'
import { t } from '../../../_ui/messages/en'
import { questionText } from '../../../_ui/report/question-text'
import { ReportsScreen } from '../../../_ui/report/reports-screen'

export const metadata: Metadata = { title: t.report.title }

export default async function ReportsPage() {
  const principal = await requirePagePrincipal('/what-if/reports')
  const { rows } = await listReports(principal)
  return (
    <ReportsScreen
      reports={rows.map((report) => ({
        ...reportSummary(report),
        question: report.content.title ?? questionText(report.content.asked.scenario),
      }))}
    />
  )
}
