import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readRevisions } from '@/lib/server/read/revisions'
import { reprice, repriceInput } from '@/lib/server/use-case/reprice'

export const GET = route('prices.read', async ({ principal }) => json({ revisions: await readRevisions(principal) }))

export const POST = route('prices.write', async ({ principal, request }) =>
  json(await reprice(principal, await readJson(request, repriceInput))),
)
