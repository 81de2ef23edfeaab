import { reportSummary } from '@/lib/core/report/report-summary'
import { readJson, readQuery } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { pageQuery } from '@/lib/server/read/list-page'
import { listReports } from '@/lib/server/read/reports'
import { freezeReport, freezeReportInput } from '@/lib/server/use-case/freeze-report'

export const GET = route('reports.read', async ({ principal, request }) => {
  const { rows, next } = await listReports(principal, readQuery(request, pageQuery))
  return json({ reports: rows.map(reportSummary), next })
})

export const POST = route('reports.write', async ({ principal, request }) => {
  return json(await freezeReport(principal, await readJson(request, freezeReportInput)), { status: 201 })
})
