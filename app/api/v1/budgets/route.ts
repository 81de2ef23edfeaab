import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readBudgets } from '@/lib/server/read/budgets'
import { addBudget, addBudgetInput } from '@/lib/server/use-case/change-budgets'

export const GET = route('budgets.read', async ({ principal }) => json({ items: await readBudgets(principal) }))

export const POST = route('budgets.write', async ({ principal, request }) =>
  json(await addBudget(principal, await readJson(request, addBudgetInput)), { status: 201 }),
)
