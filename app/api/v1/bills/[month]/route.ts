import { billPdf } from '@/lib/server/http/bill-pdf'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readBill } from '@/lib/server/read/bill'
import { BILL_FILES, readBillFile } from '@/lib/server/read/bill-files'
import { printedBill } from '../../../../_ui/bills/printed-bill'

/** `2026-09` is JSON; `2026-09.csv`, `.xlsx`, `.focus.csv` and `.pdf` are the same bill as a file. */
export const GET = route<{ month: string }>('bills.read', async ({ principal, params }) => {
  const name = params.month
  const dot = name.indexOf('.')
  const kind = [...BILL_FILES, 'pdf' as const].find((one) => name.slice(dot + 1) === one)
  if (dot === -1 || kind === undefined) return json(await readBill(principal, { month: name }))
  if (kind === 'pdf') {
    const bill = await readBill(principal, { month: name.slice(0, dot) })
    const madeAt = new Date(bill.close === null ? Date.now() : Date.parse(bill.close.closed_at))
    return fileReply(name, await billPdf(printedBill(bill, principal.workspaceName), madeAt), 'application/pdf')
  }
  const { content, mediaType } = await readBillFile(principal, { month: name.slice(0, dot), kind })
  return fileReply(name, content, mediaType)
})

function fileReply(name: string, content: string | Uint8Array<ArrayBuffer>, mediaType: string): Response {
  return new Response(content, {
    headers: { 'content-type': mediaType, 'content-disposition': `attachment; filename="bill-${name}"` },
  })
}
