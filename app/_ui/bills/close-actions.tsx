'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { BillView } from '../../../lib/core/report/bill-view'
import { countText, monthAlone, monthName, usdCents } from '../../../lib/core/report/format'
import { ask } from '../auth/request'
import { Button } from '../kit/button'
import { Dialog } from '../kit/dialog'
import { Field, Input } from '../kit/field'
import { toast } from '../kit/toast'
import { t } from '../messages/en'

export interface MayChangeBill {
  /** Of the role finance. */
  readonly write: boolean
  /** Somebody else closed the month. */
  readonly reopen: boolean
}

/** The steps of a month: reviewed, closed, reopened. Each says which bill was looked at, so that no other one is closed. */
export function CloseActions({ bill, may }: { bill: BillView; may: MayChangeBill }) {
  const router = useRouter()
  const [open, setOpen] = useState<'close' | 'reopen' | null>(null)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const [note, setNote] = useState<{ readonly why: string; readonly text: string } | null>(null)
  if (!may.write || bill.unfinished) return null
  const month = monthName(bill.month)
  const send = async (step: 'review' | 'close' | 'reopen', body: object, done: string) => {
    setBusy(true)
    const reply = await ask('POST', `/api/v1/bills/${bill.month}/${step}`, body)
    setBusy(false)
    const needsNote = !reply.ok && reply.code === 'NOTE_REQUIRED'
    setWhy(reply.ok || needsNote ? null : reply.why)
    if (!reply.ok) {
      if (needsNote) setNote({ why: reply.why, text: '' })
      if (step === 'review') toast.error(reply.why)
      return
    }
    setOpen(null)
    toast.success(done)
    router.refresh()
  }
  const show = (dialog: 'close' | 'reopen' | null) => {
    setOpen(dialog)
    setWhy(null)
    setReason('')
    setNote(null)
  }
  const { digest } = bill
  if (bill.status === 'closed') {
    return (
      <>
        <Button
          disabled={!may.reopen}
          title={may.reopen ? undefined : t.bills.reopenOther}
          onClick={() => show('reopen')}
        >
          {t.bills.reopen}
        </Button>
        <Dialog
          open={open === 'reopen'}
          onOpenChange={() => show(null)}
          title={t.bills.reopenTitle(month)}
          description={t.bills.reopenText}
        >
          <form
            method="post"
            className="mt-4 flex flex-col gap-4"
            onSubmit={(event) => {
              event.preventDefault()
              void send('reopen', { reason }, t.bills.reopenDone(month))
            }}
          >
            <Field label={t.bills.reopenReason} hint={t.bills.reopenReasonHint} error={why}>
              {(control) => (
                <Input
                  {...control}
                  required
                  maxLength={1000}
                  value={reason}
                  onChange={(event) => setReason(event.currentTarget.value)}
                />
              )}
            </Field>
            <Buttons label={t.bills.reopen} busy={busy} onCancel={() => show(null)} />
          </form>
        </Dialog>
      </>
    )
  }
  const isReviewed = bill.status === 'reviewed' && bill.review?.changed === false
  return (
    <>
      {isReviewed ? null : (
        <Button busy={busy} onClick={() => void send('review', { digest }, t.bills.reviewDone(month))}>
          {t.bills.review}
        </Button>
      )}
      <Button tone="primary" onClick={() => show('close')}>
        {t.bills.close(monthAlone(bill.month))}
      </Button>
      <Dialog
        open={open === 'close'}
        onOpenChange={() => show(null)}
        title={t.bills.closeTitle(month)}
        description={t.bills.closeText(bill.total === null ? t.bills.noAmount : usdCents(bill.total))}
      >
        {bill.coverage.records === '0' ? null : (
          <p className="mt-3 text-sm text-warn">
            {t.bills.closeUnpriced(t.bills.unpricedCalls(countText(bill.coverage.requests)))}
          </p>
        )}
        {why === null ? null : (
          <p role="alert" className="mt-3 text-sm text-bad">
            {why}
          </p>
        )}
        <form
          method="post"
          className="mt-5"
          onSubmit={(event) => {
            event.preventDefault()
            void send('close', { digest, ...(note === null ? {} : { note: note.text }) }, t.bills.closeDone(month))
          }}
        >
          {note === null ? null : (
            <Field label={t.bills.closeNote} hint={t.bills.closeNoteHint} error={note.why} className="mb-4">
              {(control) => (
                <Input
                  {...control}
                  required
                  autoFocus
                  maxLength={2000}
                  value={note.text}
                  onChange={(event) => setNote({ ...note, text: event.currentTarget.value })}
                />
              )}
            </Field>
          )}
          <Buttons label={t.bills.close(monthAlone(bill.month))} busy={busy} onCancel={() => show(null)} />
        </form>
      </Dialog>
    </>
  )
}

function Buttons({ label, busy, onCancel }: { label: string; busy: boolean; onCancel: () => void }) {
  return (
    <div className="flex justify-end gap-2">
      <Button onClick={onCancel}>{t.kit.cancel}</Button>
      <Button type="submit" tone="primary" busy={busy}>
        {label}
      </Button>
    </div>
  )
}
