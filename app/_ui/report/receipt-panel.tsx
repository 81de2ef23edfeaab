'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { dayText, monthName, signedUsd } from '../../../lib/core/report/format'
import type { Receipt } from '../../../lib/core/report/savings-receipt'
import type { Switch } from '../../../lib/core/report/what-if-report'
import { ask } from '../auth/request'
import { Button } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Field, Input } from '../kit/field'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

export interface ReceiptProps {
  readonly id: string
  readonly mayWrite: boolean
  readonly switched: Switch | null
  readonly receipt: Receipt | null
  readonly suggested: { readonly host: string; readonly model: string; readonly monthly_cost: string | null }
}

const w = t.report.receipt

/** Says that the switch was made; afterwards, each month's promise beside what came. */
export function ReceiptPanel({ id, mayWrite, switched, receipt, suggested }: ReceiptProps) {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const send = async (next: object | null) => {
    setBusy(true)
    const reply = await ask('PATCH', `/api/v1/reports/${id}`, { switched: next })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (reply.ok) router.refresh()
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '').trim()
    void send({
      on: text('on'),
      host: text('host'),
      model: text('model'),
      monthly_cost: text('monthly') === '' ? null : text('monthly'),
    })
  }
  return (
    <Panel
      title={w.title}
      note={
        switched === null ? w.before : w.since(dayText(switched.on), `${hostName(switched.host)} ${switched.model}`)
      }
      actions={
        switched !== null && mayWrite ? (
          <Button size="sm" busy={busy} onClick={() => void send(null)}>
            {w.undo}
          </Button>
        ) : undefined
      }
    >
      {switched === null ? null : receipt === null || receipt.months.length === 0 ? (
        <p className="text-dim">{w.nothing}</p>
      ) : (
        <>
          <p className="mb-2 text-lg">{w.kept(signedUsd(receipt.realised), signedUsd(receipt.promised))}</p>
          <DataTable caption={w.note}>
            <thead>
              <tr>
                <HeadCell>{w.month}</HeadCell>
                {[w.without, w.paid, w.realised, w.promised].map((name) => (
                  <HeadCell key={name} align="right">
                    {name}
                  </HeadCell>
                ))}
              </tr>
            </thead>
            <tbody>
              {receipt.months.map((month) => (
                <tr key={month.month}>
                  <RowHead>{monthName(month.month)}</RowHead>
                  <Cell align="right">
                    <Money amount={month.without} />
                  </Cell>
                  <Cell align="right">
                    <Money amount={month.paid} />
                  </Cell>
                  <Cell align="right">{signedUsd(month.realised)}</Cell>
                  <Cell align="right">{signedUsd(month.promised)}</Cell>
                </tr>
              ))}
            </tbody>
          </DataTable>
        </>
      )}
      {switched === null && mayWrite ? (
        <form method="post" onSubmit={submit} className="grid items-end gap-3 sm:grid-cols-2 lg:grid-cols-4">
          <Field label={w.on}>{(control) => <Input {...control} type="date" name="on" required />}</Field>
          <Field label={w.host}>
            {(control) => <Input {...control} name="host" required defaultValue={suggested.host} />}
          </Field>
          <Field label={w.model}>
            {(control) => <Input {...control} name="model" required defaultValue={suggested.model} />}
          </Field>
          {suggested.monthly_cost === null ? null : (
            <Field label={w.monthly} hint={w.monthlyHint}>
              {(control) => (
                <Input {...control} name="monthly" inputMode="decimal" defaultValue={suggested.monthly_cost ?? ''} />
              )}
            </Field>
          )}
          <Button type="submit" tone="primary" className="h-9" busy={busy}>
            {w.mark}
          </Button>
        </form>
      ) : null}
      {why === null ? null : (
        <p role="alert" className="mt-3 text-sm text-bad">
          {why}
        </p>
      )}
    </Panel>
  )
}
