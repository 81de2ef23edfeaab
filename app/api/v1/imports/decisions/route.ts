import { readJson, readQuery } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { pageQuery } from '@/lib/server/read/list-page'
import { readSourceDecisions } from '@/lib/server/read/source-decisions'
import { decideSource, decideSourceInput } from '@/lib/server/use-case/decide-source'

export const GET = route('import.read', async ({ principal, request }) => {
  const { rows, next } = await readSourceDecisions(principal, readQuery(request, pageQuery))
  return json({ decisions: rows, next })
})

/** What a decision would change, or the decision itself. */
export const POST = route('sources.decide', async ({ principal, request }) =>
  json(await decideSource(principal, await readJson(request, decideSourceInput))),
)
