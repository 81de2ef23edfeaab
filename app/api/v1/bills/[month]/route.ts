import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readBill } from '@/lib/server/read/bill'
import { BILL_FILES, readBillFile } from '@/lib/server/read/bill-files'

/** `2026-09` is JSON; `2026-09.csv`, `.xlsx` and `.focus.csv` are the same bill as a file. */
export const GET = route<{ month: string }>('bills.read', async ({ principal, params }) => {
  const name = params.month
  const dot = name.indexOf('.')
  const kind = BILL_FILES.find((one) => name.slice(dot + 1) === one)
  if (dot === -1 || kind === undefined) return json(await readBill(principal, { month: name }))
  const { content, mediaType } = await readBillFile(principal, { month: name.slice(0, dot), kind })
  return new Response(content, {
    headers: { 'content-type': mediaType, 'content-disposition': `attachment; filename="bill-${name}"` },
  })
})
