import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { addAllocationRule, addRuleInput } from '@/lib/server/use-case/change-allocation'

/** The rules themselves are read with a month's chargeback, with what each of them took. */
export const POST = route('allocation.write', async ({ principal, request }) =>
  json(await addAllocationRule(principal, await readJson(request, addRuleInput)), { status: 201 }),
)
