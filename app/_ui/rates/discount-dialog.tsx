'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { formatScaled, parseScaled } from '../../../lib/core/money/decimal'
import { ask } from '../auth/request'
import { Button } from '../kit/button'
import { Dialog } from '../kit/dialog'
import { Field, Input, Select } from '../kit/field'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { RepriceSteps, type Scope } from './reprice-steps'

/** A factor has 9 decimal places, so a percentage has 7: the same digits, two places on. */
const FACTOR_PLACES = 9
const PERCENT_PLACES = 7

/** "12" is "0.88"; null outside (0, 100). Exact: no division happens. */
function factorOf(percent: string): string | null {
  const off = parseScaled(percent, PERCENT_PLACES)
  const whole = 10n ** BigInt(FACTOR_PLACES)
  if (!off.ok || off.value <= 0n || off.value >= whole) return null
  return formatScaled(whole - off.value, FACTOR_PLACES)
}

/** A percentage off the list, by the workspace's contract; then what it would change in stored records. */
export function DiscountButton({
  hosts,
  today,
  tomorrow,
}: {
  hosts: readonly string[]
  today: string
  tomorrow: string
}) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const [scope, setScope] = useState<Scope | null>(null)
  const show = (isOpen: boolean) => {
    setOpen(isOpen)
    setScope(null)
    setWhy(null)
  }
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '').trim()
    const amount = factorOf(text('percent'))
    if (amount === null) {
      setWhy(t.reprice.percentWrong)
      return
    }
    setBusy(true)
    const reply = await ask('POST', '/api/v1/prices', {
      host: text('host'),
      model: text('model') === '' ? '*' : text('model'),
      meter: '*',
      kind: 'multiplier',
      amount,
      effective_from: `${text('from')}T00:00:00Z`,
      ...(text('until') === '' ? {} : { effective_to: `${text('until')}T00:00:00Z` }),
      source: text('source'),
    })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    setScope({
      from: text('from'),
      to: text('until') === '' ? tomorrow : text('until'),
      filter: { host: text('host') },
    })
    router.refresh()
  }
  return (
    <>
      <Button className="h-9" onClick={() => show(true)}>
        {t.reprice.discount}
      </Button>
      <Dialog
        open={open}
        onOpenChange={show}
        title={t.reprice.discountTitle}
        description={scope === null ? t.reprice.discountText : t.reprice.rateAdded}
        className="w-[min(44rem,calc(100vw-2rem))]"
      >
        {scope === null ? (
          <form method="post" onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
            <div className="grid gap-3 sm:grid-cols-3">
              <Field label={t.reprice.host}>
                {(control) => (
                  <Select {...control} name="host" required>
                    {hosts.map((name) => (
                      <option key={name} value={name}>
                        {hostName(name)}
                      </option>
                    ))}
                  </Select>
                )}
              </Field>
              <Field label={t.reprice.model} hint={t.reprice.modelHint}>
                {(control) => <Input {...control} name="model" maxLength={300} autoComplete="off" />}
              </Field>
              <Field label={t.reprice.percent} hint={t.reprice.percentHint}>
                {(control) => <Input {...control} name="percent" inputMode="decimal" required maxLength={10} />}
              </Field>
              <Field label={t.reprice.from} hint={t.reprice.fromHint}>
                {(control) => <Input {...control} name="from" type="date" required defaultValue={today} />}
              </Field>
              <Field label={`${t.reprice.until} (${t.account.optional})`}>
                {(control) => <Input {...control} name="until" type="date" />}
              </Field>
              <Field label={t.reprice.source} hint={t.reprice.sourceHint}>
                {(control) => <Input {...control} name="source" required maxLength={1000} />}
              </Field>
            </div>
            {why === null ? null : (
              <p role="alert" className="text-sm text-bad">
                {why}
              </p>
            )}
            <div className="flex justify-end gap-2">
              <Button onClick={() => show(false)}>{t.kit.cancel}</Button>
              <Button type="submit" tone="primary" busy={busy}>
                {t.reprice.addDiscount}
              </Button>
            </div>
          </form>
        ) : (
          <div className="mt-4 flex flex-col gap-4">
            <RepriceSteps scope={scope} />
            <Button className="self-end" onClick={() => show(false)}>
              {t.reprice.close}
            </Button>
          </div>
        )}
      </Dialog>
    </>
  )
}
