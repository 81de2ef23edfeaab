import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readReceipt } from '@/lib/server/read/receipt'
import { readReport } from '@/lib/server/read/reports'

/** `receipt` is null until the switch is made and an hour has passed. */
export const GET = route<{ id: string }>('reports.read', async ({ principal, params }) => {
  const { report } = await readReport(principal, { id: params.id })
  return json({ switched: report.switched, receipt: await readReceipt(principal, report, Date.now()) })
})
