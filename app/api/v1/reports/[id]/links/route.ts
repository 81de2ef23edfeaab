import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { shareReport, shareReportInput } from '@/lib/server/use-case/share-report'

export const POST = route<{ id: string }>('reports.write', async ({ principal, request, params }) => {
  const made = await shareReport(principal, { reportId: params.id, ...(await readJson(request, shareReportInput)) })
  return json({ id: made.id, path: `/r/${made.secret}`, expires_at: made.expiresAt }, { status: 201 })
})
