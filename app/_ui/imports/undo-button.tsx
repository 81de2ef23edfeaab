'use client'
import { useState } from 'react'
import { countText, usdCents } from '../../../lib/core/report/format'
import type { ImportView } from '../../../lib/core/report/import-view'
import { Button } from '../kit/button'
import { ConfirmDialog } from '../kit/dialog'
import { toast } from '../kit/toast'
import { t } from '../messages/en'
import { type Refusal, undoImport } from './request'

/** Takes a whole import back after asking once. */
export function UndoButton({
  view,
  size = 'sm',
  onUndone,
}: {
  view: ImportView
  size?: 'sm' | 'md'
  onUndone: () => void
}) {
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const confirm = async () => {
    setBusy(true)
    const refused = await undoImport(view.id)
    setBusy(false)
    setRefusal(refused)
    if (refused !== null) return
    setOpen(false)
    toast.success(t.imports.undoDone(view.no))
    onUndone()
  }
  const cost = view.cost === null ? null : usdCents(view.cost)
  return (
    <>
      <Button size={size} aria-label={t.imports.undoOf(view.no)} onClick={() => setOpen(true)}>
        {t.imports.undo}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t.imports.undoTitle(view.no)}
        description={t.imports.undoText(view.filename, countText(view.accepted), cost)}
        confirmLabel={t.imports.undoConfirm}
        busy={busy}
        error={refusal === null ? null : [refusal.what, refusal.remedy].filter((part) => part !== null).join(' ')}
        onConfirm={() => void confirm()}
      />
    </>
  )
}
