'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { ask } from '../auth/request'
import { Button } from '../kit/button'
import { Dialog } from '../kit/dialog'
import { Field, Input } from '../kit/field'
import { t } from '../messages/en'
import { RepriceSteps, type Scope } from './reprice-steps'

/** A contract price ends on a day; then what that would change in stored records. */
export function EndPriceButton({
  price,
  days,
}: {
  price: {
    readonly id: string
    readonly name: string
    readonly host: string
    readonly model: string
    readonly from: string
  }
  /** YYYY-MM-DD by UTC. */
  days: { readonly today: string; readonly tomorrow: string }
}) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const [scope, setScope] = useState<Scope | null>(null)
  const begin = price.from.slice(0, 10)
  const show = (isOpen: boolean) => {
    setOpen(isOpen)
    setScope(null)
    setWhy(null)
    if (!isOpen && scope !== null) router.refresh()
  }
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const until = String(new FormData(event.currentTarget).get('until') ?? '')
    setBusy(true)
    const reply = await ask('PATCH', `/api/v1/prices/${price.id}`, {
      effective_to: until === begin ? price.from : `${until}T00:00:00Z`,
    })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    setScope({
      from: until,
      to: days.tomorrow,
      filter: { host: price.host, ...(price.model === '*' ? {} : { model: price.model }) },
    })
  }
  const hasPast = scope !== null && scope.from < scope.to
  return (
    <>
      <Button size="sm" aria-label={t.rates.endOf(price.name)} onClick={() => show(true)}>
        {t.rates.end}
      </Button>
      <Dialog
        open={open}
        onOpenChange={show}
        title={t.rates.endTitle(price.name)}
        description={scope === null ? t.rates.endText : t.rates.ended}
        className="w-[min(44rem,calc(100vw-2rem))]"
      >
        {scope === null ? (
          <form method="post" onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
            <Field label={t.rates.endDay} hint={t.rates.endHint(begin)}>
              {(control) => (
                <Input {...control} name="until" type="date" required min={begin} defaultValue={days.today} />
              )}
            </Field>
            {why === null ? null : (
              <p role="alert" className="text-sm text-bad">
                {why}
              </p>
            )}
            <div className="flex justify-end gap-2">
              <Button onClick={() => show(false)}>{t.kit.cancel}</Button>
              <Button type="submit" tone="primary" busy={busy}>
                {t.rates.endAction}
              </Button>
            </div>
          </form>
        ) : (
          <div className="mt-4 flex flex-col gap-4">
            {hasPast ? <RepriceSteps scope={scope} /> : null}
            <Button className="self-end" onClick={() => show(false)}>
              {t.reprice.close}
            </Button>
          </div>
        )}
      </Dialog>
    </>
  )
}
