'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import type { UnnamedModelView } from '../../../lib/core/report/reconcile-view'
import { ask } from '../auth/request'
import { Button } from '../kit/button'
import { Dialog } from '../kit/dialog'
import { Field, Select } from '../kit/field'
import { toast } from '../kit/toast'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

/** A person says which model of the book an invoice means by a name; nothing is chosen beforehand. */
export function NameModel({
  host,
  unnamed,
  models,
}: {
  host: string
  unnamed: UnnamedModelView
  /** Of the book, at this host. */
  models: readonly string[]
}) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const model = String(new FormData(event.currentTarget).get('model'))
    setBusy(true)
    const reply = await ask('POST', '/api/v1/prices/names', { host, name: unnamed.name, model })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    setOpen(false)
    toast.success(t.invoices.nameSaved)
    router.refresh()
  }
  const near = unnamed.suggestions.map((one) => one.model)
  return (
    <>
      <Button
        size="sm"
        className="mt-1"
        aria-label={t.invoices.nameModelOf(unnamed.name)}
        onClick={() => {
          setWhy(null)
          setOpen(true)
        }}
      >
        {t.invoices.nameModel}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={<span className="wrap-anywhere">{t.invoices.nameTitle(unnamed.name)}</span>}
        description={t.invoices.nameText(hostName(host))}
      >
        <form method="post" onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
          <Field label={t.invoices.nameIs}>
            {(control) => (
              <Select {...control} name="model" required defaultValue="" className="w-full">
                <option value="" disabled>
                  {t.invoices.nameChoose}
                </option>
                {near.length === 0 ? null : (
                  <optgroup label={t.invoices.nameNear}>
                    {near.map((model) => (
                      <option key={model}>{model}</option>
                    ))}
                  </optgroup>
                )}
                <optgroup label={t.invoices.nameAll}>
                  {models
                    .filter((model) => !near.includes(model))
                    .map((model) => (
                      <option key={model}>{model}</option>
                    ))}
                </optgroup>
              </Select>
            )}
          </Field>
          {why === null ? null : (
            <p role="alert" className="text-sm text-bad">
              {why}
            </p>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={() => setOpen(false)}>{t.kit.cancel}</Button>
            <Button type="submit" tone="primary" busy={busy}>
              {t.invoices.nameSave}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  )
}
