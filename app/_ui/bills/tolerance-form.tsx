'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { formatScaled, parseScaled } from '../../../lib/core/money/decimal'
import type { ReconcileView } from '../../../lib/core/report/reconcile-view'
import { ask } from '../auth/request'
import { Button } from '../kit/button'
import { Field, Input } from '../kit/field'
import { toast } from '../kit/toast'
import { t } from '../messages/en'

/** From which gap on finance wants to hear of it. */
export function ToleranceForm({ tolerance, mayWrite }: { tolerance: ReconcileView['tolerance']; mayWrite: boolean }) {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '').trim()
    const share = parseScaled(text('share'), 2)
    if (!share.ok || share.value < 0n || share.value > 10_000n) {
      setWhy(t.invoices.toleranceShareWrong)
      return
    }
    setBusy(true)
    const reply = await ask('POST', '/api/v1/bills/tolerance', {
      amount: text('amount'),
      per_myriad: Number.parseInt(share.value.toString(), 10),
    })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    toast.success(t.invoices.toleranceSaved)
    router.refresh()
  }
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
      <div className="grid grid-cols-2 gap-3">
        <Field label={t.invoices.toleranceAmount}>
          {(control) => (
            <Input
              {...control}
              name="amount"
              inputMode="decimal"
              required
              disabled={!mayWrite}
              defaultValue={tolerance.amount}
            />
          )}
        </Field>
        <Field label={t.invoices.toleranceShare} error={why}>
          {(control) => (
            <Input
              {...control}
              name="share"
              inputMode="decimal"
              required
              disabled={!mayWrite}
              defaultValue={formatScaled(BigInt(tolerance.per_myriad), 2)}
            />
          )}
        </Field>
      </div>
      {mayWrite ? (
        <Button type="submit" busy={busy} className="self-start">
          {t.invoices.toleranceSave}
        </Button>
      ) : null}
    </form>
  )
}
