import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { clientAddress } from '../../../../lib/server/http/peer'
import { pricesDigest } from '../../../../lib/server/http/report-reply'
import { openSharedReport } from '../../../../lib/server/use-case/open-shared-report'
import { t } from '../../../_ui/messages/en'
import { reportDocument } from '../../../_ui/report/report-document'
import { SharedReport } from '../../../_ui/report/shared-report'
import { orNotFound } from '../../../(app)/or-not-found'

export const metadata: Metadata = { title: t.report.kind, referrer: 'no-referrer' }

/** A report for whoever has its link: no account, no frame, nothing else of the workspace. */
export default async function SharedReportPage({ params }: { params: Promise<{ secret: string }> }) {
  const { secret } = await params
  const { content, digest } = await orNotFound(openSharedReport({ secret, address: clientAddress(await headers()) }))
  const document = reportDocument(content, { digest, pricesDigest: pricesDigest(content), by: null })
  return <SharedReport document={document} pdf={`/api/v1/shared/${secret}.pdf`} />
}
