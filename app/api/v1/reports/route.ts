import { reportSummary } from '@/lib/core/report/report-summary'
import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { listReports } from '@/lib/server/read/reports'
import { freezeReport, freezeReportInput } from '@/lib/server/use-case/freeze-report'

export const GET = route('reports.read', async ({ principal }) => {
  return json({ reports: (await listReports(principal)).map(reportSummary) })
})

export const POST = route('reports.write', async ({ principal, request }) => {
  return json(await freezeReport(principal, await readJson(request, freezeReportInput)), { status: 201 })
})
