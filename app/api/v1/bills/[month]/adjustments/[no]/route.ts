import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { unadjustBill } from '@/lib/server/use-case/adjust-bill'

export const DELETE = route<{ month: string; no: string }>('bills.write', async ({ principal, params }) => {
  await unadjustBill(principal, params)
  return json({ removed: true })
})
