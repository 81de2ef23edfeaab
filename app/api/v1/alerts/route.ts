import { readQuery } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readAlerts } from '@/lib/server/read/budgets'
import { pageQuery } from '@/lib/server/read/list-page'

export const GET = route('budgets.read', async ({ principal, request }) => {
  const { rows, next } = await readAlerts(principal, readQuery(request, pageQuery))
  return json({ items: rows, next })
})
