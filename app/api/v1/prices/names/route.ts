import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { listNames } from '@/lib/server/read/rates'
import { withdrawName, withdrawNameInput } from '@/lib/server/use-case/end-price'
import { nameModel, nameModelInput } from '@/lib/server/use-case/name-model'

export const GET = route('prices.read', async ({ principal }) => json({ names: await listNames(principal) }))

export const POST = route('prices.write', async ({ principal, request }) =>
  json(await nameModel(principal, await readJson(request, nameModelInput)), { status: 201 }),
)

export const DELETE = route('prices.write', async ({ principal, request }) =>
  json(await withdrawName(principal, await readJson(request, withdrawNameInput))),
)
