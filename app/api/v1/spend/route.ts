import { readQuery } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readSpend, spendQuery } from '@/lib/server/read/spend'

export const GET = route('usage.read', async ({ principal, request }) =>
  json(await readSpend(principal, readQuery(request, spendQuery))),
)
