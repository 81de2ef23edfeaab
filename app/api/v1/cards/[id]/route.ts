import { readId } from '@/lib/server/http/id'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { dropOwnCard } from '@/lib/server/use-case/change-own-cards'

export const DELETE = route<{ id: string }>('reports.write', async ({ principal, params }) => {
  await dropOwnCard(principal, readId(params.id))
  return json({ removed: true })
})
