import { readJson } from '@/lib/server/http/body'
import { requireOwnOrigin } from '@/lib/server/http/origin'
import { json } from '@/lib/server/http/problem'
import { publicRoute } from '@/lib/server/http/route'
import { requireSetUpOpen, setUp, setUpInput } from '@/lib/server/use-case/set-up'

export const POST = publicRoute(async ({ request }) => {
  await requireSetUpOpen()
  requireOwnOrigin(request)
  const outcome = await setUp(await readJson(request, setUpInput))
  return json({ set_up: true, sample_workspace_id: outcome.sampleWorkspaceId }, { status: 201 })
})
