import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readDisplayCurrency } from '@/lib/server/read/exchange'
import { displayCurrencyInput, setDisplayCurrency } from '@/lib/server/use-case/enter-exchange-rates'

export const GET = route('bills.read', async ({ principal }) =>
  json({ name: principal.workspaceName, display_currency: await readDisplayCurrency(principal) }),
)

export const PATCH = route('prices.write', async ({ principal, request }) => {
  await setDisplayCurrency(principal, await readJson(request, displayCurrencyInput))
  return json({ name: principal.workspaceName, display_currency: await readDisplayCurrency(principal) })
})
