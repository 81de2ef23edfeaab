'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { typedDecimal } from '../../../lib/core/money/typed-decimal'
import { signedIn } from '../../../lib/core/report/format'
import type { TypedInvoiceView } from '../../../lib/core/report/reconcile-view'
import { CORE_METERS } from '../../../lib/core/usage/meter'
import { ask } from '../auth/request'
import { Button } from '../kit/button'
import { Dialog } from '../kit/dialog'
import { Field, Input, Select } from '../kit/field'
import { toast } from '../kit/toast'
import { t } from '../messages/en'
import { hostName, KNOWN_HOSTS } from '../messages/host-name'

/** A host and a currency that its usage of the month is priced in. */
interface Book {
  readonly host: string
  readonly currency: string
}

/** Currencies that hosts of models print invoices in, besides those of the month's own books. */
const CURRENCIES = ['USD', 'EUR', 'CNY'] as const

const CATEGORIES = ['usage', 'credit', 'tax', 'other'] as const

const isUnread = (text: string) => text !== '' && typedDecimal(text) === null

/** A host's invoice, line by line, as printed. */
export function EnterInvoice({ month, books }: { month: string; books: readonly Book[] }) {
  const router = useRouter()
  // Those of the month first; what a host invoiced and nobody imported is the gap that matters most.
  const hosts = [...new Set([...books.map((book) => book.host), ...KNOWN_HOSTS])]
  const [host, setHost] = useState(hosts[0] ?? '')
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const [lines, setLines] = useState<readonly number[]>([1])
  const show = (isOpen: boolean) => {
    setOpen(isOpen)
    setWhy(null)
    setLines([1])
  }
  const own = books.filter((book) => book.host === host).map((book) => book.currency)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '').trim()
    const given = (name: string) => (text(name) === '' ? null : text(name))
    const filled = lines.filter((no) => text(`amount-${no}`) !== '')
    const unread = filled.find((no) => isUnread(text(`amount-${no}`)) || isUnread(text(`quantity-${no}`)))
    if (unread !== undefined) {
      setWhy(t.invoices.unreadNumber(unread))
      return
    }
    setBusy(true)
    const reply = await ask('POST', `/api/v1/bills/${month}/invoices`, {
      host: text('host'),
      number: text('number'),
      currency: text('currency'),
      lines: filled.map((no) => ({
        category: text(`category-${no}`),
        model: given(`model-${no}`),
        meter: given(`meter-${no}`),
        quantity: typedDecimal(text(`quantity-${no}`)),
        amount: typedDecimal(text(`amount-${no}`)),
      })),
    })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    show(false)
    toast.success(t.invoices.saved)
    router.refresh()
  }
  return (
    <>
      <Button tone="primary" onClick={() => show(true)}>
        {t.invoices.enter}
      </Button>
      <Dialog
        open={open}
        onOpenChange={show}
        title={t.invoices.enter}
        description={t.invoices.enterText}
        className="w-[min(56rem,calc(100vw-2rem))]"
      >
        <form method="post" onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
          <div className="grid gap-3 sm:grid-cols-[1fr_7rem_1fr]">
            <Field label={t.invoices.host}>
              {(control) => (
                <Select
                  {...control}
                  name="host"
                  required
                  value={host}
                  onChange={(event) => setHost(event.currentTarget.value)}
                >
                  {hosts.map((host) => (
                    <option key={host} value={host}>
                      {hostName(host)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label={t.invoices.currency}>
              {(control) => (
                // Of another host: begun anew with the currency of its own book.
                <Select {...control} key={host} name="currency" defaultValue={own[0] ?? 'USD'}>
                  {[...new Set([...own, ...CURRENCIES])].map((currency) => (
                    <option key={currency} value={currency}>
                      {currency}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label={`${t.invoices.number} (${t.account.optional})`}>
              {(control) => <Input {...control} name="number" maxLength={200} autoComplete="off" />}
            </Field>
          </div>
          {lines.map((no) => (
            <LineFields key={no} no={no} />
          ))}
          {why === null ? null : (
            <p role="alert" className="text-sm text-bad">
              {why}
            </p>
          )}
          <div className="flex flex-wrap justify-between gap-2">
            <Button onClick={() => setLines([...lines, lines.length + 1])}>{t.invoices.addLine}</Button>
            <div className="flex gap-2">
              <Button onClick={() => show(false)}>{t.kit.cancel}</Button>
              <Button type="submit" tone="primary" busy={busy}>
                {t.invoices.save}
              </Button>
            </div>
          </div>
        </form>
      </Dialog>
    </>
  )
}

function LineFields({ no }: { no: number }) {
  return (
    <fieldset className="grid gap-2 border-t border-line pt-3 sm:grid-cols-[7rem_1fr_9rem_9rem_8rem]">
      <legend className="sr-only">{t.invoices.lineNo(no)}</legend>
      <Field label={t.invoices.category}>
        {(control) => (
          <Select {...control} name={`category-${no}`}>
            {CATEGORIES.map((category) => (
              <option key={category} value={category}>
                {t.invoices.categories[category]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t.invoices.model}>
        {(control) => <Input {...control} name={`model-${no}`} maxLength={300} autoComplete="off" />}
      </Field>
      <Field label={t.invoices.meter}>
        {(control) => (
          <Select {...control} name={`meter-${no}`}>
            <option value="">{t.invoices.anyMeter}</option>
            {CORE_METERS.map((meter) => (
              <option key={meter} value={meter}>
                {t.rates.meterName(meter)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t.invoices.quantity}>
        {(control) => <Input {...control} name={`quantity-${no}`} inputMode="numeric" autoComplete="off" />}
      </Field>
      <Field label={t.invoices.amount}>
        {(control) => (
          <Input {...control} name={`amount-${no}`} inputMode="decimal" autoComplete="off" required={no === 1} />
        )}
      </Field>
    </fieldset>
  )
}

export function RemoveInvoice({ month, invoice }: { month: string; invoice: TypedInvoiceView }) {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const remove = async () => {
    setBusy(true)
    const reply = await ask('DELETE', `/api/v1/bills/${month}/invoices/${invoice.no}`)
    setBusy(false)
    if (!reply.ok) {
      toast.error(reply.why)
      return
    }
    toast.success(t.invoices.removed)
    router.refresh()
  }
  return (
    <Button
      size="sm"
      tone="quiet"
      busy={busy}
      className="ml-2"
      aria-label={t.invoices.removeOf(hostName(invoice.host), signedIn(invoice.amount, invoice.currency))}
      onClick={() => void remove()}
    >
      {t.invoices.remove}
    </Button>
  )
}
