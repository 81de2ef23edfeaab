'use client'
import { type FormEvent, useEffect, useState } from 'react'
import { countText, usdCents } from '../../../lib/core/report/format'
import type { UsageOverlap } from '../../../lib/core/report/overlap-view'
import type { DecisionResult } from '../../../lib/core/report/source-decision-view'
import { ask, numberOf } from '../auth/request'
import { Badge } from '../kit/badge'
import { Button } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Dialog } from '../kit/dialog'
import { Field, Input, Select } from '../kit/field'
import { Money } from '../kit/money'
import { toast } from '../kit/toast'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

const PAUSE_MS = 250

/** Days are shown with the last one included; the API's period is half-open. */
function dayAfter(day: string): string {
  const ms = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(ms) ? day : new Date(ms + 86_400_000).toISOString().slice(0, 10)
}

function monthEnd(day: string): string {
  const [year, month] = day.split('-').map((part) => Number.parseInt(part, 10))
  if (year === undefined || month === undefined || Number.isNaN(year + month)) return day
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
}

/** Both sources side by side for a period of the reader's choice, what deciding would change, and why it is decided. */
export function DecideDialog({
  overlap,
  initial,
  onClose,
  onDecided,
}: {
  overlap: UsageOverlap
  initial: string
  onClose: () => void
  onDecided: () => void
}) {
  const [source, setSource] = useState(initial)
  const [from, setFrom] = useState(overlap.from)
  const [last, setLast] = useState(overlap.to)
  const [shown, setShown] = useState<DecisionResult | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    let current = true
    const timer = setTimeout(async () => {
      const reply = await ask('POST', '/api/v1/imports/decisions', {
        host: overlap.host,
        from,
        to: dayAfter(last),
        source,
        mode: 'preview',
      })
      if (!current) return
      setShown(reply.ok ? (reply.body as DecisionResult) : null)
      setWhy(reply.ok ? null : reply.why)
    }, PAUSE_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [overlap.host, from, last, source])
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '')
    setBusy(true)
    const reply = await ask('POST', '/api/v1/imports/decisions', {
      host: overlap.host,
      from,
      to: dayAfter(last),
      source,
      mode: 'apply',
      reason,
    })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    toast.success(t.sources.done(numberOf(reply.body, 'no') ?? 0))
    onDecided()
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t.sources.decideTitle(hostName(overlap.host))}
      description={t.sources.decideText}
      className="w-[min(52rem,calc(100vw-2rem))]"
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
        <div className="flex flex-wrap items-end gap-3">
          <Field label={t.sources.source} className="min-w-48 flex-1">
            {(control) => (
              <Select {...control} value={source} onChange={(event) => setSource(event.currentTarget.value)}>
                {overlap.sources.map((one) => (
                  <option key={one.source} value={one.source}>
                    {one.title}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t.sources.from}>
            {(control) => (
              <Input
                {...control}
                type="date"
                required
                value={from}
                onChange={(event) => setFrom(event.currentTarget.value)}
              />
            )}
          </Field>
          <Field label={t.sources.last}>
            {(control) => (
              <Input
                {...control}
                type="date"
                required
                min={from}
                value={last}
                onChange={(event) => setLast(event.currentTarget.value)}
              />
            )}
          </Field>
          <Button
            className="h-9"
            onClick={() => {
              setFrom(`${from.slice(0, 7)}-01`)
              setLast(monthEnd(last))
            }}
          >
            {t.sources.wholeMonths}
          </Button>
        </div>
        {shown === null ? (
          why === null ? (
            <p role="status" className="text-dim">
              {t.sources.reading}
            </p>
          ) : null
        ) : (
          <Effect effect={shown} />
        )}
        <Field label={t.sources.reason} hint={t.sources.reasonHint} error={why}>
          {(control) => <Input {...control} name="reason" required maxLength={1000} />}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t.kit.cancel}</Button>
          <Button type="submit" tone="primary" busy={busy} disabled={shown === null}>
            {t.sources.confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Effect({ effect }: { effect: DecisionResult }) {
  if (effect.sources.length === 0) return <p className="text-dim">{t.sources.nothingTold}</p>
  const { difference } = effect
  const sign = difference.startsWith('-') ? '' : '+'
  return (
    <>
      <DataTable caption={t.sources.compared}>
        <thead>
          <tr>
            <HeadCell>{t.imports.overlapSource}</HeadCell>
            <HeadCell align="right">{t.sources.records}</HeadCell>
            <HeadCell align="right">{t.sources.calls}</HeadCell>
            <HeadCell align="right">{t.sources.input}</HeadCell>
            <HeadCell align="right">{t.sources.output}</HeadCell>
            <HeadCell align="right">{t.sources.days}</HeadCell>
            <HeadCell align="right">{t.sources.cost}</HeadCell>
            <HeadCell>{t.sources.becomes}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {effect.sources.map((one) => (
            <tr key={one.source}>
              <RowHead>{one.title}</RowHead>
              <Cell align="right">{countText(one.records)}</Cell>
              <Cell align="right">{countText(one.requests)}</Cell>
              <Cell align="right">{countText(one.input_tokens)}</Cell>
              <Cell align="right">{countText(one.output_tokens)}</Cell>
              <Cell align="right">{countText(one.days)}</Cell>
              <Cell align="right">
                {one.cost === null ? <span className="text-dim">—</span> : <Money amount={one.cost} />}
              </Cell>
              <Cell>
                {one.source === effect.source ? (
                  <Badge tone="good">{t.sources.counts}</Badge>
                ) : (
                  <Badge>{t.sources.aside}</Badge>
                )}
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
      <div className="flex flex-col gap-1 text-sm">
        <p className="font-medium">
          {difference === '0'
            ? t.sources.effectNone(usdCents(effect.after))
            : t.sources.effect(usdCents(effect.before), usdCents(effect.after), `${sign}${usdCents(difference)}`)}
        </p>
        <p className="text-dim">
          {effect.matched === '0' ? t.sources.matchedNone : t.sources.matched(countText(effect.matched))}
        </p>
        {effect.days_without === '0' ? null : (
          <p className="text-warn">{t.sources.without(countText(effect.days_without))}</p>
        )}
        {effect.closed_months.length === 0 ? null : <p>{t.sources.closed(effect.closed_months.join(', '))}</p>}
      </div>
    </>
  )
}
