import { readJson, readQuery } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { exchangeRatesQuery, listExchangeRates } from '@/lib/server/read/exchange'
import { enterExchangeRates, exchangeRatesInput } from '@/lib/server/use-case/enter-exchange-rates'

const MAX_BYTES = 1024 ** 2

export const GET = route('bills.read', async ({ principal, request }) =>
  json({ rates: await listExchangeRates(principal, readQuery(request, exchangeRatesQuery)) }),
)

export const POST = route('prices.write', async ({ principal, request }) =>
  json(await enterExchangeRates(principal, await readJson(request, exchangeRatesInput, { maxBytes: MAX_BYTES }))),
)
