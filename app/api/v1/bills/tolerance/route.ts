import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { changeTolerance, toleranceInput } from '@/lib/server/use-case/enter-invoice'

export const POST = route('bills.write', async ({ principal, request }) =>
  json(await changeTolerance(principal, await readJson(request, toleranceInput))),
)
