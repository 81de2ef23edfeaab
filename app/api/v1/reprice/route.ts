import { readJson, readQuery } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { pageQuery } from '@/lib/server/read/list-page'
import { readRevisions } from '@/lib/server/read/revisions'
import { reprice, repriceInput } from '@/lib/server/use-case/reprice'

export const GET = route('prices.read', async ({ principal, request }) => {
  const { rows, next } = await readRevisions(principal, readQuery(request, pageQuery))
  return json({ revisions: rows, next })
})

export const POST = route('prices.write', async ({ principal, request }) =>
  json(await reprice(principal, await readJson(request, repriceInput))),
)
