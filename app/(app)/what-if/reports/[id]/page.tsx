import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { suggestedSwitch } from '../../../../../lib/core/report/savings-receipt'
import { requirePagePrincipal } from '../../../../../lib/server/auth/page'
import { pricesDigest } from '../../../../../lib/server/http/report-reply'
import { readReceipt } from '../../../../../lib/server/read/receipt'
import { readReport } from '../../../../../lib/server/read/reports'
import { t } from '../../../../_ui/messages/en'
import { reportDocument } from '../../../../_ui/report/report-document'
import { ReportScreen } from '../../../../_ui/report/report-screen'
import { orNotFound } from '../../../or-not-found'
import { originOf } from '../../../page-query'

export const metadata: Metadata = { title: t.report.kind }

export default async function ReportPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const principal = await requirePagePrincipal(`/what-if/reports/${id}`)
  const { report, links, mayWrite } = await orNotFound(readReport(principal, { id }))
  return (
    <ReportScreen
      id={report.id}
      document={reportDocument(report.content, {
        digest: report.digest,
        pricesDigest: pricesDigest(report.content),
        by: report.createdBy,
      })}
      links={links.map((link) => ({ id: link.id, by: link.createdBy, endsAt: link.expiresAt.toISOString() }))}
      mayWrite={mayWrite}
      switched={report.switched}
      receipt={await readReceipt(principal, report, Date.now())}
      suggested={suggestedSwitch(report.content)}
      origin={originOf(await headers())}
    />
  )
}
