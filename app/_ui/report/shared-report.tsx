import { Download } from 'lucide-react'
import type { ReportDocument } from '../../../lib/core/report/report-document'
import { PrintButton } from '../bills/print-button'
import { AnchorButton } from '../kit/button'
import { t } from '../messages/en'
import { ReportSheet } from './report-sheet'

/** What somebody with a link sees: the sheet, and two ways to take it along. */
export function SharedReport({ document, pdf }: { document: ReportDocument; pdf: string }) {
  return (
    <main className="min-h-dvh px-4 py-6 print:p-0">
      <div className="mx-auto mb-4 flex max-w-240 flex-wrap items-center justify-between gap-3 print:hidden">
        <p className="text-sm text-dim">{t.report.sharedFoot}</p>
        <div className="flex gap-2">
          <PrintButton />
          <AnchorButton href={pdf} download>
            <Download aria-hidden />
            {t.report.pdf}
          </AnchorButton>
        </div>
      </div>
      <ReportSheet document={document} />
    </main>
  )
}
