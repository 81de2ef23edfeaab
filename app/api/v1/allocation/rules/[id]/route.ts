import { readJson } from '@/lib/server/http/body'
import { readId } from '@/lib/server/http/id'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { changeAllocationRule, changeRuleInput, removeAllocationRule } from '@/lib/server/use-case/change-allocation'

export const PATCH = route<{ id: string }>('allocation.write', async ({ principal, request, params }) => {
  await changeAllocationRule(principal, readId(params.id), await readJson(request, changeRuleInput))
  return json({ changed: true })
})

export const DELETE = route<{ id: string }>('allocation.write', async ({ principal, params }) => {
  await removeAllocationRule(principal, readId(params.id))
  return json({ removed: true })
})
