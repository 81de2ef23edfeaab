import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { adjustBill, adjustInput } from '@/lib/server/use-case/adjust-bill'

export const POST = route<{ month: string }>('bills.write', async ({ principal, request, params }) =>
  json(await adjustBill(principal, { ...(await readJson(request, adjustInput)), month: params.month }), {
    status: 201,
  }),
)
