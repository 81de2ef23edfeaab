import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { nameModel, nameModelInput } from '@/lib/server/use-case/name-model'

export const POST = route('prices.write', async ({ principal, request }) =>
  json(await nameModel(principal, await readJson(request, nameModelInput)), { status: 201 }),
)
