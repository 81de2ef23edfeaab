import { readJson, readQuery } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { loadPriceUpdate, priceUpdateInput, priceUpdateQuery } from '@/lib/server/use-case/load-price-update'

const MAX_BYTES = 4 * 1024 ** 2

export const POST = route('prices.write', async ({ principal, request }) => {
  const { mode } = readQuery(request, priceUpdateQuery)
  return json(
    await loadPriceUpdate(principal, { mode, ...(await readJson(request, priceUpdateInput, { maxBytes: MAX_BYTES })) }),
  )
})
