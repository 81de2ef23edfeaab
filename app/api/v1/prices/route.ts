import { readJson, readQuery } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { listPrices, listPricesInput, priceEntryToJson } from '@/lib/server/read/list-prices'
import { addPrice, addPriceInput } from '@/lib/server/use-case/add-price'

export const GET = route('prices.read', async ({ principal, request }) =>
  json(await listPrices(principal, readQuery(request, listPricesInput))),
)

export const POST = route('prices.write', async ({ principal, request }) => {
  const entry = await addPrice(principal, await readJson(request, addPriceInput))
  return json(priceEntryToJson(entry), { status: 201 })
})
