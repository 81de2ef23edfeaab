import { clientAddress } from '@/lib/server/http/peer'
import { reportPdf } from '@/lib/server/http/report-pdf'
import { pdfReply, pricesDigest } from '@/lib/server/http/report-reply'
import { publicRoute } from '@/lib/server/http/route'
import { openSharedReport } from '@/lib/server/use-case/open-shared-report'
import { reportDocument } from '../../../../_ui/report/report-document'

/** The page of a shared report as a PDF, for whoever has the link. */
export const GET = publicRoute<{ secret: string }>(async ({ request, params }) => {
  const { content, digest } = await openSharedReport({
    secret: params.secret.replace(/\.pdf$/, ''),
    address: clientAddress(request.headers),
  })
  const document = reportDocument(content, { digest, pricesDigest: pricesDigest(content), by: null })
  return pdfReply(await reportPdf(document, new Date(content.frozen_at)))
})
