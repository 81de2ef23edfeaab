import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { undoReprice } from '@/lib/server/use-case/reprice'

/** Undoes a re-pricing. */
export const DELETE = route<{ id: string }>('prices.write', async ({ principal, params }) =>
  json(await undoReprice(principal, { id: params.id })),
)
