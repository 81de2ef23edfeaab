import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { reviewInput, reviewMonth } from '@/lib/server/use-case/close-month'

export const POST = route<{ month: string }>('bills.write', async ({ principal, request, params }) =>
  json(await reviewMonth(principal, { ...(await readJson(request, reviewInput)), month: params.month })),
)
