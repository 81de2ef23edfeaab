import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readConnections } from '@/lib/server/read/connections'
import { addConnection, addConnectionInput } from '@/lib/server/use-case/change-connections'

export const GET = route('connections.read', async ({ principal }) => json({ items: await readConnections(principal) }))

export const POST = route('connections.write', async ({ principal, request }) =>
  json(await addConnection(principal, await readJson(request, addConnectionInput)), { status: 201 }),
)
