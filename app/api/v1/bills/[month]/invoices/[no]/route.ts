import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { withdrawInvoice } from '@/lib/server/use-case/enter-invoice'

export const DELETE = route<{ month: string; no: string }>('bills.write', async ({ principal, params }) => {
  await withdrawInvoice(principal, params)
  return json({ removed: true })
})
