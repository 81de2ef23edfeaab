import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { seeAlerts } from '@/lib/server/use-case/change-budgets'

export const POST = route('account.self', async ({ principal }) => {
  await seeAlerts(principal)
  return json({ seen: true })
})
