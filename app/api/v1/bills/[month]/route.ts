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
  return fileReply(name, content instanceof Uint8Array ? content : streamed(content), mediaType)
})

const PIECE_CHARACTERS = 64 * 1024

/** Text in pieces of some size, made while the client reads them and no longer than it does. */
function streamed(content: Iterable<string>): ReadableStream<Uint8Array> {
  const lines = content[Symbol.iterator]()
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      let text = ''
      while (text.length < PIECE_CHARACTERS) {
        const next = lines.next()
        if (next.done === true) {
          if (text !== '') controller.enqueue(encoder.encode(text))
          controller.close()
          return
        }
        text += next.value
      }
      controller.enqueue(encoder.encode(text))
    },
    cancel() {
      lines.return?.()
    },
  })
}

function fileReply(
  name: string,
  content: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>,
  mediaType: string,
): Response {
  return new Response(content, {
    headers: { 'content-type': mediaType, 'content-disposition': `attachment; filename="bill-${name}"` },
  })
}
