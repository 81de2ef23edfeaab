import { readQuery } from '@/lib/server/http/body'
import { csv, json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { chargebackQuery, readChargeback, readChargebackCsv } from '@/lib/server/read/chargeback'

/** JSON, and with `?format=csv` every statement as one file. */
export const GET = route<{ month: string }>('bills.read', async ({ principal, request, params }) => {
  const { month } = params
  if (readQuery(request, chargebackQuery).format === 'json') return json(await readChargeback(principal, { month }))
  return csv(await readChargebackCsv(principal, { month }), `chargeback-${month}.csv`)
})
