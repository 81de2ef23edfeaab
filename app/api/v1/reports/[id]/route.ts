import { reportSummary } from '@/lib/core/report/report-summary'
import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { reportPdf } from '@/lib/server/http/report-pdf'
import { pdfReply, pricesDigest } from '@/lib/server/http/report-reply'
import { route } from '@/lib/server/http/route'
import { readReport } from '@/lib/server/read/reports'
import { deleteReport } from '@/lib/server/use-case/delete-report'
import { switchReport, switchReportInput } from '@/lib/server/use-case/switch-report'
import { reportDocument } from '../../../../_ui/report/report-document'

const PDF = '.pdf'

/** `{id}` is the frozen report as JSON and `{id}.pdf` its page. */
export const GET = route<{ id: string }>('reports.read', async ({ principal, params }) => {
  const wantsPdf = params.id.endsWith(PDF)
  const { report, links } = await readReport(principal, {
    id: wantsPdf ? params.id.slice(0, -PDF.length) : params.id,
  })
  if (!wantsPdf) {
    return json({
      ...reportSummary(report),
      content: report.content,
      links: links.map((link) => ({
        id: link.id,
        created_by: link.createdBy,
        created_at: link.createdAt,
        expires_at: link.expiresAt,
      })),
    })
  }
  const document = reportDocument(report.content, {
    digest: report.digest,
    pricesDigest: pricesDigest(report.content),
    by: report.createdBy,
  })
  return pdfReply(await reportPdf(document, report.createdAt))
})

/** `{"switched": {…}}` says that the switch was made, null that it was not. */
export const PATCH = route<{ id: string }>('reports.write', async ({ principal, request, params }) => {
  await switchReport(principal, { id: params.id, ...(await readJson(request, switchReportInput)) })
  return json({ switched: true })
})

export const DELETE = route<{ id: string }>('reports.write', async ({ principal, params }) => {
  await deleteReport(principal, { id: params.id })
  return json({ deleted: true })
})
