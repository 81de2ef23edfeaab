import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readBill, readBillCsv } from '@/lib/server/read/bill'

const CSV = '.csv'

/** `2026-09` is JSON and `2026-09.csv` the same bill as a file. */
export const GET = route<{ month: string }>('bills.read', async ({ principal, params }) => {
  const name = params.month
  if (!name.endsWith(CSV)) return json(await readBill(principal, { month: name }))
  const text = await readBillCsv(principal, { month: name.slice(0, -CSV.length) })
  return new Response(text, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="bill-${name}"`,
    },
  })
})
