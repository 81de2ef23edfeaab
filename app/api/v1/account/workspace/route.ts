import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { switchWorkspace, switchWorkspaceInput } from '@/lib/server/use-case/change-account'

export const POST = route('account.self', async ({ principal, request }) => {
  await switchWorkspace(principal, await readJson(request, switchWorkspaceInput))
  return json({ switched: true })
})
