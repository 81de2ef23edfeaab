import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readOwnCards } from '@/lib/server/read/own-cards'
import { keepOwnCard, ownCardInput } from '@/lib/server/use-case/change-own-cards'

export const GET = route('simulate.run', async ({ principal }) => json({ items: await readOwnCards(principal) }))

export const POST = route('reports.write', async ({ principal, request }) =>
  json(await keepOwnCard(principal, await readJson(request, ownCardInput)), { status: 201 }),
)
