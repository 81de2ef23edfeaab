import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readConnection } from '@/lib/server/read/connections'
import { pullNow } from '@/lib/server/use-case/change-connections'

export const POST = route<{ id: string }>('connections.write', async ({ principal, params }) => {
  await pullNow(principal, params.id)
  return json(await readConnection(principal, { id: params.id }), { status: 202 })
})
