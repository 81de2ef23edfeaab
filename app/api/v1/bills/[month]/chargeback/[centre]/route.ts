import { readQuery } from '@/lib/server/http/body'
import { readId } from '@/lib/server/http/id'
import { csv, json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { chargebackQuery, readStatement, readStatementCsv } from '@/lib/server/read/chargeback'

export const GET = route<{ month: string; centre: string }>('bills.read', async ({ principal, request, params }) => {
  const input = { month: params.month, costCentreId: readId(params.centre) }
  if (readQuery(request, chargebackQuery).format === 'json') return json(await readStatement(principal, input))
  return csv(await readStatementCsv(principal, input), `statement-${params.month}-${params.centre}.csv`)
})
