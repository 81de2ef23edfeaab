import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { shareInput, shareUnallocated } from '@/lib/server/use-case/change-allocation'

export const POST = route('allocation.write', async ({ principal, request }) => {
  await shareUnallocated(principal, await readJson(request, shareInput))
  return json({ changed: true })
})
