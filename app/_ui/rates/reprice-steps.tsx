'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { countText, exactUsd, monthName, signedUsd } from '../../../lib/core/report/format'
import type { RepriceLine, RepriceResult } from '../../../lib/core/report/reprice-view'
import { ask } from '../auth/request'
import { Button } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Field, Input } from '../kit/field'
import { Money } from '../kit/money'
import { toast } from '../kit/toast'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

const LINES_SHOWN = 24

export interface Scope {
  /** Days or instants, half-open. */
  readonly from: string
  readonly to: string
  readonly filter: { readonly host?: string; readonly model?: string }
}

/** Null for anything that is not a result; its members were written by our own server. */
function resultOf(value: unknown): RepriceResult | null {
  if (typeof value !== 'object' || value === null) return null
  return 'total' in value && 'lines' in value ? (value as RepriceResult) : null
}

/** The difference first, then a reason, then the change, then the way back. */
export function RepriceSteps({ scope }: { scope: Scope }) {
  const router = useRouter()
  const [shown, setShown] = useState<{ readonly scope: Scope; readonly result: RepriceResult } | null>(null)
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const send = async (mode: 'preview' | 'apply') => {
    setBusy(true)
    const reply = await ask('POST', '/api/v1/reprice', { ...scope, mode, ...(mode === 'apply' ? { reason } : {}) })
    setBusy(false)
    const result = reply.ok ? resultOf(reply.body) : null
    setWhy(result === null ? (reply.ok ? t.reprice.unreadable : reply.why) : null)
    if (result === null) return
    setShown({ scope, result })
    if (result.revision !== null) {
      toast.success(t.reprice.applied(result.revision.no))
      router.refresh()
    }
  }
  const result = shown !== null && sameScope(shown.scope, scope) ? shown.result : null
  const isPreview = result !== null && result.revision === null
  return (
    <div className="flex flex-col gap-3">
      <div aria-live="polite" className="flex flex-col gap-3">
        {result === null ? null : <Difference result={result} />}
      </div>
      {why === null ? null : (
        <p role="alert" className="text-sm text-bad">
          {why}
        </p>
      )}
      {isPreview && result.total.records_changed !== '0' ? (
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            void send('apply')
          }}
        >
          <Field label={t.reprice.reasonField} hint={t.reprice.reasonHint} className="min-w-60 flex-1">
            {(control) => (
              <Input
                {...control}
                required
                maxLength={1000}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
              />
            )}
          </Field>
          <Button type="submit" tone="primary" busy={busy} className="mb-5.5 h-9">
            {t.reprice.apply}
          </Button>
        </form>
      ) : null}
      <div className="flex gap-2">
        {result === null ? (
          <Button busy={busy} onClick={() => void send('preview')}>
            {busy ? t.reprice.previewing : t.reprice.preview}
          </Button>
        ) : null}
        {result !== null && result.revision !== null ? (
          <UndoReprice id={result.revision.id} no={result.revision.no} onUndone={() => setShown(null)} />
        ) : null}
      </div>
    </div>
  )
}

function sameScope(a: Scope, b: Scope): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Gives every record of a re-pricing its former price back. */
export function UndoReprice({ id, no, onUndone }: { id: string; no: number; onUndone?: () => void }) {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const undo = async () => {
    setBusy(true)
    const reply = await ask('DELETE', `/api/v1/reprice/${encodeURIComponent(id)}`)
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    toast.success(t.reprice.undone(no))
    onUndone?.()
    router.refresh()
  }
  return (
    <>
      <Button size="sm" busy={busy} aria-label={t.reprice.undoOf(no)} onClick={() => void undo()}>
        {t.reprice.undo}
      </Button>
      {why === null ? null : (
        <span role="alert" className="block max-w-70 text-sm whitespace-normal text-bad">
          {why}
        </span>
      )}
    </>
  )
}

function Difference({ result }: { result: RepriceResult }) {
  const { total, lines, revision } = result
  if (total.records_changed === '0') return <p className="text-sm text-dim">{t.reprice.nothing}</p>
  const changed = lines.filter((line) => line.records_changed !== '0')
  const said = [
    revision === null
      ? t.reprice.summary(countText(total.records_changed), countText(total.records))
      : t.reprice.summaryDone(countText(total.records_changed)),
    total.newly_priced === '0' ? null : t.reprice.newly(countText(total.newly_priced)),
    total.newly_unpriced === '0' ? null : t.reprice.lost(countText(total.newly_unpriced)),
  ].filter((part) => part !== null)
  return (
    <>
      <p className="text-sm">{said.join(' · ')}</p>
      <DataTable caption={t.reprice.differences}>
        <thead>
          <tr>
            <HeadCell>{t.reprice.month}</HeadCell>
            <HeadCell>{t.reprice.model}</HeadCell>
            <HeadCell align="right">{t.reprice.changed}</HeadCell>
            <HeadCell align="right">{t.reprice.before}</HeadCell>
            <HeadCell align="right">{t.reprice.after}</HeadCell>
            <HeadCell align="right">{t.reprice.difference}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {changed.slice(0, LINES_SHOWN).map((line) => (
            <Line key={`${line.month} ${line.host} ${line.model}`} line={line} />
          ))}
        </tbody>
        <tfoot>
          <tr className="font-semibold">
            <RowHead className="font-semibold">{t.reprice.total}</RowHead>
            <Cell />
            <Cell align="right">{countText(total.records_changed)}</Cell>
            <Cell align="right">
              <Money amount={total.before} />
            </Cell>
            <Cell align="right">
              <Money amount={total.after} />
            </Cell>
            <Cell align="right" title={exactUsd(total.difference)}>
              {signedUsd(total.difference)}
            </Cell>
          </tr>
        </tfoot>
      </DataTable>
      {changed.length <= LINES_SHOWN ? null : (
        <p className="text-sm text-dim">{t.reprice.moreLines(countText(String(changed.length - LINES_SHOWN)))}</p>
      )}
    </>
  )
}

function Line({ line }: { line: RepriceLine }) {
  return (
    <tr>
      <RowHead className="whitespace-nowrap">{monthName(line.month)}</RowHead>
      <Cell className="wrap-break-word">
        {line.model} <span className="text-dim">{hostName(line.host)}</span>
      </Cell>
      <Cell align="right">{countText(line.records_changed)}</Cell>
      <Cell align="right">
        <Money amount={line.before} />
      </Cell>
      <Cell align="right">
        <Money amount={line.after} />
      </Cell>
      <Cell align="right" title={exactUsd(line.difference)}>
        {signedUsd(line.difference)}
      </Cell>
    </tr>
  )
}
