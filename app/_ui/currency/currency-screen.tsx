'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import type { ExchangeRateView } from '../../../lib/core/report/exchange-view'
import { dayText } from '../../../lib/core/report/format'
import { ask, numberOf } from '../auth/request'
import { Button } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Field, Input } from '../kit/field'
import { Panel } from '../kit/panel'
import { toast } from '../kit/toast'
import { t } from '../messages/en'

const LINE = /^(\d{4}-\d{2}-\d{2})[\s,;]+(\d{1,11}(?:\.\d{1,12})?)$/

/** The currency totals are also shown in, and the dated rates that make it possible. */
export function CurrencyScreen({
  currency,
  rates,
  canWrite,
}: {
  currency: string
  rates: readonly ExchangeRateView[]
  canWrite: boolean
}) {
  return (
    <div className="flex flex-col gap-4">
      {canWrite ? <DisplayPanel currency={currency} /> : null}
      {currency === 'USD' ? null : (
        <>
          {canWrite ? <EnterPanel currency={currency} /> : null}
          <Panel title={t.currency.ratesTitle(currency)} note={t.currency.ratesNote}>
            {rates.length === 0 ? <p className="text-dim">{t.currency.noRates}</p> : <Rates rates={rates} />}
          </Panel>
        </>
      )}
    </div>
  )
}

function DisplayPanel({ currency }: { currency: string }) {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const code = String(new FormData(event.currentTarget).get('currency') ?? '')
      .trim()
      .toUpperCase()
    setBusy(true)
    const reply = await ask('PATCH', '/api/v1/workspace', { display_currency: code })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    toast.success(code === 'USD' ? t.currency.savedUsd : t.currency.saved(code))
    router.refresh()
  }
  return (
    <Panel title={t.currency.display}>
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-wrap items-start gap-3">
        <Field label={t.currency.display} hint={t.currency.displayHint} error={why}>
          {(control) => (
            <Input
              {...control}
              name="currency"
              required
              maxLength={3}
              pattern="[A-Za-z]{3}"
              autoComplete="off"
              defaultValue={currency}
              className="w-28 uppercase"
            />
          )}
        </Field>
        <Button type="submit" busy={busy} className="mt-6.5 h-9">
          {t.currency.save}
        </Button>
      </form>
    </Panel>
  )
}

/** Rates from text, or the number of the first line that is none. */
function readLines(text: string): { day: string; rate: string }[] | number {
  const rates: { day: string; rate: string }[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const found = LINE.exec(line.trim())
    if (found?.[1] === undefined || found[2] === undefined) return index + 1
    rates.push({ day: found[1], rate: found[2] })
  }
  return rates.length === 0 ? 1 : rates
}

function EnterPanel({ currency }: { currency: string }) {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const fields = new FormData(form)
    const rates = readLines(String(fields.get('rates') ?? ''))
    if (typeof rates === 'number') return setWhy(t.currency.linesWrong(rates))
    setBusy(true)
    const reply = await ask('POST', '/api/v1/exchange-rates', {
      currency,
      source: String(fields.get('source') ?? '').trim(),
      rates,
    })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    form.reset()
    const [entered, unchanged] = [numberOf(reply.body, 'entered'), numberOf(reply.body, 'unchanged')]
    if (entered !== null && unchanged !== null) toast.success(t.currency.entered(entered, unchanged))
    router.refresh()
  }
  return (
    <Panel title={t.currency.enter}>
      <form method="post" onSubmit={(event) => void submit(event)} className="flex max-w-140 flex-col gap-4">
        <Field label={t.currency.lines} hint={t.currency.linesHint}>
          {(control) => (
            <textarea
              {...control}
              name="rates"
              required
              rows={4}
              maxLength={200_000}
              spellCheck={false}
              className="w-full rounded-md border border-line-strong bg-panel px-2.5 py-2 font-mono text-sm text-ink"
            />
          )}
        </Field>
        <Field label={t.currency.sourceField} hint={t.currency.sourceHint} error={why}>
          {(control) => <Input {...control} name="source" required maxLength={1000} />}
        </Field>
        <Button type="submit" tone="primary" busy={busy} className="self-start">
          {t.currency.enter}
        </Button>
      </form>
    </Panel>
  )
}

function Rates({ rates }: { rates: readonly ExchangeRateView[] }) {
  return (
    <DataTable caption={t.currency.ratesNote}>
      <thead>
        <tr>
          <HeadCell>{t.currency.day}</HeadCell>
          <HeadCell align="right">{t.currency.rate}</HeadCell>
          <HeadCell>{t.currency.source}</HeadCell>
          <HeadCell>{t.currency.by}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {rates.map((one) => (
          <tr key={one.day}>
            <RowHead className="whitespace-nowrap">{dayText(one.day)}</RowHead>
            <Cell align="right">{one.rate}</Cell>
            <Cell className="wrap-anywhere">{one.source}</Cell>
            <Cell>{one.entered_by}</Cell>
          </tr>
        ))}
      </tbody>
    </DataTable>
  )
}
