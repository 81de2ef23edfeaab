import { readId } from '@/lib/server/http/id'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { endBudget } from '@/lib/server/use-case/change-budgets'

export const DELETE = route<{ id: string }>('budgets.write', async ({ principal, params }) => {
  await endBudget(principal, readId(params.id))
  return json({ removed: true })
})
