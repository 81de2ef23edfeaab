import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { endPrice, endPriceInput } from '@/lib/server/use-case/end-price'

export const PATCH = route<{ id: string }>('prices.write', async ({ principal, request, params }) =>
  json(await endPrice(principal, { id: params.id, ...(await readJson(request, endPriceInput)) })),
)
