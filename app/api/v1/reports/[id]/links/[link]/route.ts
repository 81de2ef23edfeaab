import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { revokeReportLink } from '@/lib/server/use-case/share-report'

export const DELETE = route<{ id: string; link: string }>('reports.write', async ({ principal, params }) => {
  await revokeReportLink(principal, { reportId: params.id, linkId: params.link })
  return json({ revoked: true })
})
