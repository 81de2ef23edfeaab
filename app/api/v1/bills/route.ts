import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { listBills } from '@/lib/server/read/bill'

export const GET = route('bills.read', async ({ principal }) => json({ items: await listBills(principal) }))
