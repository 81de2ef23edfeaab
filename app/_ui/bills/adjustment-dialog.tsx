'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { typedDecimal } from '../../../lib/core/money/typed-decimal'
import { ADJUSTMENT_KINDS, type BillAdjustmentView } from '../../../lib/core/report/bill-view'
import { signedUsd } from '../../../lib/core/report/format'
import { ask } from '../auth/request'
import { Button } from '../kit/button'
import { Dialog } from '../kit/dialog'
import { Field, Input, Select } from '../kit/field'
import { toast } from '../kit/toast'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

/** A credit, a tax or the like, with its reason. */
export function AddAdjustment({ month, hosts }: { month: string; hosts: readonly string[] }) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const show = (isOpen: boolean) => {
    setOpen(isOpen)
    setWhy(null)
  }
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '').trim()
    const amount = typedDecimal(text('amount'))
    if (amount === null) {
      setWhy(t.bills.adjustUnread)
      return
    }
    setBusy(true)
    const reply = await ask('POST', `/api/v1/bills/${month}/adjustments`, {
      kind: text('kind'),
      amount,
      host: text('host') === '' ? null : text('host'),
      reason: text('reason'),
    })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    setOpen(false)
    toast.success(t.bills.adjusted)
    router.refresh()
  }
  return (
    <>
      <Button onClick={() => show(true)}>{t.bills.addAdjustment}</Button>
      <Dialog open={open} onOpenChange={show} title={t.bills.addAdjustment} description={t.bills.adjustText}>
        <form method="post" onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
          <div className="grid gap-3 sm:grid-cols-2">
            <Field label={t.bills.adjustKind}>
              {(control) => (
                <Select {...control} name="kind">
                  {ADJUSTMENT_KINDS.map((kind) => (
                    <option key={kind} value={kind}>
                      {t.bills.adjustmentKind[kind]}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label={t.bills.adjustHost}>
              {(control) => (
                <Select {...control} name="host">
                  <option value="">{t.bills.adjustWholeBill}</option>
                  {hosts.map((host) => (
                    <option key={host} value={host}>
                      {hostName(host)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
          <Field label={t.bills.adjustAmount} hint={t.bills.adjustAmountHint} error={why}>
            {(control) => (
              <Input {...control} name="amount" inputMode="decimal" autoComplete="off" required maxLength={40} />
            )}
          </Field>
          <Field label={t.bills.adjustReason} hint={t.bills.adjustReasonHint}>
            {(control) => <Input {...control} name="reason" autoComplete="off" required maxLength={1000} />}
          </Field>
          <div className="flex justify-end gap-2">
            <Button onClick={() => show(false)}>{t.kit.cancel}</Button>
            <Button type="submit" tone="primary" busy={busy}>
              {t.bills.addAdjustment}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  )
}

export function RemoveAdjustment({ month, adjustment }: { month: string; adjustment: BillAdjustmentView }) {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const remove = async () => {
    setBusy(true)
    const reply = await ask('DELETE', `/api/v1/bills/${month}/adjustments/${adjustment.no}`)
    setBusy(false)
    if (!reply.ok) {
      toast.error(reply.why)
      return
    }
    toast.success(t.bills.removed)
    router.refresh()
  }
  const name = t.bills.removeAdjustment(t.bills.adjustmentKind[adjustment.kind], signedUsd(adjustment.exact_amount))
  return (
    <Button
      size="sm"
      tone="quiet"
      busy={busy}
      aria-label={name}
      className="ml-2 print:hidden"
      onClick={() => void remove()}
    >
      {t.bills.remove}
    </Button>
  )
}
