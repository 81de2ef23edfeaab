import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readSourceDecisions } from '@/lib/server/read/source-decisions'
import { decideSource, decideSourceInput } from '@/lib/server/use-case/decide-source'

export const GET = route('import.read', async ({ principal }) =>
  json({ decisions: await readSourceDecisions(principal) }),
)

/** What a decision would change, or the decision itself. */
export const POST = route('sources.decide', async ({ principal, request }) =>
  json(await decideSource(principal, await readJson(request, decideSourceInput))),
)
