import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { reverseDecision, reverseDecisionInput } from '@/lib/server/use-case/decide-source'

/** What the decision set aside counts again. */
export const POST = route<{ no: string }>('sources.decide', async ({ principal, params, request }) =>
  json(await reverseDecision(principal, { ...(await readJson(request, reverseDecisionInput)), no: params.no })),
)
