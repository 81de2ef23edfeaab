import { billPdf } from '@/lib/server/http/bill-pdf'
import { fileStream } from '@/lib/server/http/file-stream'
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
  const month = name.slice(0, dot)
  if (kind === 'pdf') {
    const bill = await readBill(principal, { month })
    const madeAt = new Date(bill.close === null ? Date.now() : Date.parse(bill.close.closed_at))
    const pages = billPdf(printedBill(bill, principal.workspaceName), madeAt)
    return fileStream(pages, `bill-${name}`, 'application/pdf')
  }
  const { content, mediaType } = await readBillFile(principal, { month, kind })
  return fileStream(content, `bill-${name}`, mediaType)
})
