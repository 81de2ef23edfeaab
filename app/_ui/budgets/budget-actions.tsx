'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { typedDecimal } from '../../../lib/core/money/typed-decimal'
import { ANOMALY_SCOPES, BUDGET_SCOPES, type BudgetScope } from '../../../lib/core/report/budget'
import { ask } from '../auth/request'
import { Button } from '../kit/button'
import { ConfirmDialog, Dialog } from '../kit/dialog'
import { Checkbox, Field, Input, Select } from '../kit/field'
import { toast } from '../kit/toast'
import { t } from '../messages/en'

export function AddBudgetButton() {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button tone="primary" onClick={() => setOpen(true)}>
        {t.budgets.add}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t.budgets.addTitle} description={t.budgets.addText}>
        <BudgetForm onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

/** "50, 80, 100" as numbers; null for anything else. */
function thresholdsOf(text: string): number[] | null {
  const parts = text.split(',').map((part) => part.trim().replace(/\s*%$/, ''))
  const numbers = parts.filter((part) => part !== '')
  if (!numbers.every((part) => /^\d{1,4}$/.test(part))) return null
  return numbers.map((part) => Number.parseInt(part, 10))
}

function BudgetForm({ onDone }: { onDone: () => void }) {
  const router = useRouter()
  const [scope, setScope] = useState<BudgetScope>('workspace')
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '').trim()
    const thresholds = thresholdsOf(text('thresholds'))
    if (thresholds === null) {
      setWhy(t.budgets.thresholdsWrong)
      return
    }
    const amount = typedDecimal(text('amount'))
    if (amount === null) {
      setWhy(t.budgets.amountUnread)
      return
    }
    setBusy(true)
    const reply = await ask('POST', '/api/v1/budgets', {
      name: text('name'),
      scope,
      ...(scope === 'tag' ? { tag: text('tag') } : {}),
      ...(scope === 'workspace' ? {} : { value: text('value') }),
      amount,
      thresholds,
      on_forecast: fields.get('forecast') !== null,
      on_anomaly: fields.get('anomaly') !== null,
    })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    toast.success(t.budgets.added)
    onDone()
    router.refresh()
  }
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t.budgets.name}>
          {(control) => <Input {...control} name="name" required maxLength={200} autoComplete="off" />}
        </Field>
        <Field label={t.budgets.amount}>
          {(control) => <Input {...control} name="amount" required inputMode="decimal" maxLength={20} />}
        </Field>
        <Field label={t.budgets.scope}>
          {(control) => (
            <Select
              {...control}
              value={scope}
              onChange={(event) => setScope(BUDGET_SCOPES.find((one) => one === event.target.value) ?? 'workspace')}
            >
              {BUDGET_SCOPES.map((one) => (
                <option key={one} value={one}>
                  {t.budgets.scopes[one]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {scope === 'tag' ? (
          <Field label={t.budgets.tagName}>
            {(control) => <Input {...control} name="tag" required maxLength={200} autoComplete="off" />}
          </Field>
        ) : null}
        {scope === 'workspace' ? null : (
          <Field label={scope === 'tag' ? t.budgets.value : t.budgets.scopes[scope]}>
            {(control) => <Input {...control} name="value" required maxLength={200} autoComplete="off" />}
          </Field>
        )}
        <Field label={t.budgets.thresholds} hint={t.budgets.thresholdsHint}>
          {(control) => <Input {...control} name="thresholds" defaultValue="50, 80, 100" maxLength={60} />}
        </Field>
      </div>
      <Checkbox label={t.budgets.onForecast} name="forecast" defaultChecked />
      {ANOMALY_SCOPES.includes(scope) ? <Checkbox label={t.budgets.onAnomaly} name="anomaly" /> : null}
      {why === null ? null : (
        <p role="alert" className="text-sm text-bad">
          {why}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{t.kit.cancel}</Button>
        <Button type="submit" tone="primary" busy={busy}>
          {t.budgets.save}
        </Button>
      </div>
    </form>
  )
}

export function RemoveBudgetButton({ id, name }: { id: number; name: string }) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const remove = async () => {
    setBusy(true)
    const reply = await ask('DELETE', `/api/v1/budgets/${id}`)
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    setOpen(false)
    toast.success(t.budgets.removed)
    router.refresh()
  }
  return (
    <>
      <Button size="sm" aria-label={t.budgets.removeOf(name)} onClick={() => setOpen(true)}>
        {t.budgets.remove}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t.budgets.removeTitle(name)}
        description={t.budgets.removeText}
        confirmLabel={t.budgets.remove}
        busy={busy}
        error={why}
        onConfirm={() => void remove()}
      />
    </>
  )
}

export function SeenButton() {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const see = async () => {
    setBusy(true)
    const reply = await ask('POST', '/api/v1/alerts/seen')
    setBusy(false)
    if (reply.ok) router.refresh()
    else toast.error(reply.why)
  }
  return (
    <Button size="sm" busy={busy} onClick={() => void see()}>
      {t.budgets.markSeen}
    </Button>
  )
}
