import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readAlerts } from '@/lib/server/read/budgets'

export const GET = route('budgets.read', async ({ principal }) => json({ items: await readAlerts(principal) }))
