import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readReconciliation } from '@/lib/server/read/reconcile'
import { enterInvoice, invoiceInput } from '@/lib/server/use-case/enter-invoice'

export const GET = route<{ month: string }>('bills.read', async ({ principal, params }) =>
  json(await readReconciliation(principal, params)),
)

export const POST = route<{ month: string }>('bills.write', async ({ principal, request, params }) =>
  json(await enterInvoice(principal, { ...(await readJson(request, invoiceInput)), month: params.month }), {
    status: 201,
  }),
)
