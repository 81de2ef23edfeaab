/** Replies around a report. */
import 'server-only'
import { createHash } from 'node:crypto'
import type { FrozenReport } from '../../core/report/what-if-report'

export function pdfReply(bytes: Uint8Array): Response {
  return new Response(Buffer.from(bytes), {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': 'attachment; filename="what-if-report.pdf"',
    },
  })
}

/** Hexadecimal SHA-256 of the ids of every price behind the report. */
export function pricesDigest(report: FrozenReport): string {
  return createHash('sha256')
    .update([...report.prices.today, '', ...report.prices.target].join('\n'))
    .digest('hex')
}
