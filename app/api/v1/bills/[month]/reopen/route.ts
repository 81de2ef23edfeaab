import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { reopenInput, reopenMonth } from '@/lib/server/use-case/reopen-month'

export const POST = route<{ month: string }>('bills.write', async ({ principal, request, params }) =>
  json(await reopenMonth(principal, { ...(await readJson(request, reopenInput)), month: params.month })),
)
