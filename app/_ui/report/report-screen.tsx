'use client'
import { Download, Share2, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { ReportDocument } from '../../../lib/core/report/report-document'
import { ask } from '../auth/request'
import { PrintButton } from '../bills/print-button'
import { Breadcrumb } from '../kit/breadcrumb'
import { AnchorButton, Button } from '../kit/button'
import { ConfirmDialog } from '../kit/dialog'
import { TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { ReceiptPanel, type ReceiptProps } from './receipt-panel'
import { ReportSheet } from './report-sheet'
import { type OpenLink, ShareDialog } from './share-dialog'

/** A saved report with what can be done with it. */
export function ReportScreen({
  id,
  document,
  links,
  mayWrite,
  origin,
  switched,
  receipt,
  suggested,
}: {
  id: string
  document: ReportDocument
  links: readonly OpenLink[]
  mayWrite: boolean
  origin: string
} & Omit<ReceiptProps, 'id' | 'mayWrite'>) {
  const router = useRouter()
  const [open, setOpen] = useState<'share' | 'delete' | null>(null)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const remove = async () => {
    setBusy(true)
    const reply = await ask('DELETE', `/api/v1/reports/${id}`)
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (reply.ok) router.push('/what-if/reports')
  }
  return (
    <>
      <div className="print:hidden">
        <TopLine
          left={
            <Breadcrumb
              trail={[
                { href: '/what-if', label: t.report.backToWhatIf },
                { href: '/what-if/reports', label: t.report.title },
              ]}
              here={t.report.kind}
            />
          }
          right={
            <>
              <PrintButton />
              <AnchorButton href={`/api/v1/reports/${id}.pdf`} download>
                <Download aria-hidden />
                {t.report.pdf}
              </AnchorButton>
              {mayWrite ? (
                <>
                  <Button onClick={() => setOpen('share')}>
                    <Share2 aria-hidden />
                    {t.report.share}
                  </Button>
                  <Button tone="danger" onClick={() => setOpen('delete')}>
                    <Trash2 aria-hidden />
                    {t.report.remove}
                  </Button>
                </>
              ) : null}
            </>
          }
        />
      </div>
      <ReportSheet document={document} />
      <div className="mx-auto mt-4 max-w-240 print:hidden">
        <ReceiptPanel id={id} mayWrite={mayWrite} switched={switched} receipt={receipt} suggested={suggested} />
      </div>
      <ShareDialog
        id={id}
        open={open === 'share'}
        onOpenChange={(next) => setOpen(next ? 'share' : null)}
        links={links}
        origin={origin}
      />
      <ConfirmDialog
        open={open === 'delete'}
        onOpenChange={(next) => setOpen(next ? 'delete' : null)}
        title={t.report.removeTitle}
        description={t.report.removeText}
        confirmLabel={t.report.remove}
        busy={busy}
        error={why}
        onConfirm={() => void remove()}
      />
    </>
  )
}
