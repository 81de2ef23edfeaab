import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { priceCalls, priceCallsInput } from '@/lib/server/use-case/price-calls'

/** 10,000 calls with the longest usage objects seen fit several times. */
const MAX_BYTES = 64 * 1024 ** 2

export const POST = route('price.use', async ({ principal, request }) =>
  json(await priceCalls(principal, await readJson(request, priceCallsInput, { maxBytes: MAX_BYTES }))),
)
