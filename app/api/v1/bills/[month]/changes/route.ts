import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readBillChange } from '@/lib/server/read/bill-change'

/** Month over month: effects that sum to the difference, movers and anomalies. */
export const GET = route<{ month: string }>('bills.read', async ({ principal, params }) =>
  json(await readBillChange(principal, { month: params.month })),
)
