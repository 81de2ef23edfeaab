import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readConnection } from '@/lib/server/read/connections'
import { changeConnection, changeConnectionInput, endConnection } from '@/lib/server/use-case/change-connections'

interface Params {
  id: string
}

export const GET = route<Params>('connections.read', async ({ principal, params }) =>
  json(await readConnection(principal, { id: params.id })),
)

export const PATCH = route<Params>('connections.write', async ({ principal, request, params }) => {
  await changeConnection(principal, params.id, await readJson(request, changeConnectionInput))
  return json(await readConnection(principal, { id: params.id }))
})

export const DELETE = route<Params>('connections.write', async ({ principal, params }) => {
  await endConnection(principal, params.id)
  return json({ removed: true })
})
