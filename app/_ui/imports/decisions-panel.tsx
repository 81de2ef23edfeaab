'use client'
import { type FormEvent, useState } from 'react'
import { countText, dayText, instantText } from '../../../lib/core/report/format'
import type { SourceDecisionView } from '../../../lib/core/report/source-decision-view'
import { ask } from '../auth/request'
import { Badge } from '../kit/badge'
import { Button } from '../kit/button'
import { cn } from '../kit/class-name'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Dialog } from '../kit/dialog'
import { Field, Input } from '../kit/field'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { toast } from '../kit/toast'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
}

/** Every decision between sources, reversed ones too; one in force can be reversed with a reason. */
export function DecisionsPanel({
  decisions,
  mayDecide,
  onReversed,
}: {
  decisions: readonly SourceDecisionView[]
  mayDecide: boolean
  onReversed: () => void
}) {
  const [asked, setAsked] = useState<SourceDecisionView | null>(null)
  if (decisions.length === 0) return null
  return (
    <Panel title={t.sources.listTitle} note={t.sources.listNote}>
      <DataTable caption={t.sources.listTitle}>
        <thead>
          <tr>
            <HeadCell>{t.sources.decision}</HeadCell>
            <HeadCell>{t.sources.period}</HeadCell>
            <HeadCell>{t.sources.state}</HeadCell>
            <HeadCell>{t.sources.by}</HeadCell>
            <HeadCell align="right">{t.sources.setAside}</HeadCell>
            <HeadCell align="right">{t.sources.cost}</HeadCell>
            <HeadCell align="right">{t.imports.actions}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {decisions.map((one) => (
            <tr key={one.no} className={cn(one.reversed_at !== null && 'text-dim')}>
              <RowHead className="min-w-52 max-w-96">
                <span className="font-medium">{t.sources.decisionText(one.title, hostName(one.host))}</span>
                <span className="block wrap-break-word text-dim">
                  #{one.no} · {one.reason}
                </span>
                {one.reversed_at === null ? null : (
                  <span className="block wrap-break-word text-dim">
                    {t.sources.reversedBy(one.reversed_by ?? '', dayText(one.reversed_at), one.reversed_reason ?? '')}
                  </span>
                )}
              </RowHead>
              <Cell className="whitespace-nowrap">{t.sources.span(one.from, dayBefore(one.to))}</Cell>
              <Cell>
                {one.reversed_at === null ? (
                  <Badge tone="good">{t.sources.inForce}</Badge>
                ) : (
                  <Badge>{t.sources.reversed}</Badge>
                )}
              </Cell>
              <Cell>
                <span title={instantText(one.at)}>{dayText(one.at)}</span>
                <span className="block max-w-44 truncate text-dim" title={one.actor}>
                  {one.actor}
                </span>
              </Cell>
              <Cell align="right">{countText(one.set_aside)}</Cell>
              <Cell align="right">
                {one.cost === null ? <span className="text-dim">—</span> : <Money amount={one.cost} />}
              </Cell>
              <Cell align="right">
                {one.reversed_at === null && mayDecide ? (
                  <Button size="sm" aria-label={t.sources.reverseOf(one.no)} onClick={() => setAsked(one)}>
                    {t.sources.reverse}
                  </Button>
                ) : null}
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
      {asked === null ? null : (
        <ReverseDialog
          decision={asked}
          onClose={() => setAsked(null)}
          onDone={() => {
            setAsked(null)
            onReversed()
          }}
        />
      )}
    </Panel>
  )
}

function ReverseDialog({
  decision,
  onClose,
  onDone,
}: {
  decision: SourceDecisionView
  onClose: () => void
  onDone: () => void
}) {
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '')
    setBusy(true)
    const reply = await ask('POST', `/api/v1/imports/decisions/${decision.no}/reverse`, { reason })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    toast.success(t.sources.reverseDone(decision.no))
    onDone()
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t.sources.reverseTitle(decision.no)}
      description={t.sources.reverseText(countText(decision.set_aside))}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
        <Field label={t.sources.reason} hint={t.sources.reasonHint} error={why}>
          {(control) => <Input {...control} name="reason" required maxLength={1000} />}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t.kit.cancel}</Button>
          <Button type="submit" tone="primary" busy={busy}>
            {t.sources.reverse}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
