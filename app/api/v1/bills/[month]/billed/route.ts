import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readBilledLines } from '@/lib/server/read/billed-cost'

/** What hosts billed in a month, by host, day and line. */
export const GET = route<{ month: string }>('bills.read', async ({ principal, params }) =>
  json(await readBilledLines(principal, { month: params.month })),
)
