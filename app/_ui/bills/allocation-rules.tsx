'use client'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import {
  type ChargebackView,
  RULE_DIMENSIONS,
  type RuleView,
  SHARING_MODES,
  type SharingMode,
} from '../../../lib/core/report/chargeback'
import { dayText, monthName } from '../../../lib/core/report/format'
import { ask } from '../auth/request'
import { Badge } from '../kit/badge'
import { Button } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { ConfirmDialog, Dialog } from '../kit/dialog'
import { Field, Input, Select } from '../kit/field'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { SegmentedButtons } from '../kit/segmented-control'
import { toast } from '../kit/toast'
import { t } from '../messages/en'

/** How unallocated cost is shared from this month on; who may not change it reads it. */
export function SharingControl({ month, mode, canChange }: { month: string; mode: SharingMode; canChange: boolean }) {
  const router = useRouter()
  const [why, setWhy] = useState<string | null>(null)
  const change = async (next: SharingMode) => {
    if (next === mode) return
    const reply = await ask('POST', '/api/v1/allocation/sharing', { mode: next, from_month: month })
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    toast.success(t.chargeback.sharingSet)
    router.refresh()
  }
  return (
    <div className="mt-4 text-sm">
      <p className="text-dim">
        {t.chargeback.sharingTitle} {t.chargeback.sharing[mode]}.
      </p>
      {canChange ? (
        <div className="mt-2 print:hidden">
          <SegmentedButtons
            label={t.chargeback.sharingTitle}
            value={mode}
            options={SHARING_MODES.map((value) => ({ value, label: t.chargeback.sharingShort[value] }))}
            onChange={(next) => void change(next)}
          />
        </div>
      ) : null}
      {why === null ? null : (
        <p role="alert" className="mt-2 text-bad">
          {why}
        </p>
      )}
    </div>
  )
}

/** @param project filled in when the rule is for one that is named beside the button */
export function AddRuleButton({
  month,
  tone,
  project,
}: {
  month: string
  tone: 'primary' | 'plain'
  project?: string
}) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button tone={tone} size={project === undefined ? 'md' : 'sm'} onClick={() => setOpen(true)}>
        {project === undefined ? t.chargeback.add : t.chargeback.addFor}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t.chargeback.addTitle} description={t.chargeback.addText}>
        <RuleForm month={month} project={project ?? ''} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function RuleForm({ month, project, onDone }: { month: string; project: string; onDone: () => void }) {
  const router = useRouter()
  const [dimension, setDimension] = useState<string>('project')
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '').trim()
    setBusy(true)
    const reply = await ask('POST', '/api/v1/allocation/rules', {
      dimension,
      ...(dimension === 'tag' ? { tag: text('tag') } : {}),
      value: text('value'),
      cost_centre: text('centre'),
      from: text('from') === '' ? null : text('from'),
    })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    toast.success(t.chargeback.added)
    onDone()
    router.refresh()
  }
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t.chargeback.dimension}>
          {(control) => (
            <Select {...control} value={dimension} onChange={(event) => setDimension(event.target.value)}>
              {RULE_DIMENSIONS.map((name) => (
                <option key={name} value={name}>
                  {t.chargeback.dimensions[name]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {dimension === 'tag' ? (
          <Field label={t.chargeback.tagName}>
            {(control) => <Input {...control} name="tag" required maxLength={200} autoComplete="off" />}
          </Field>
        ) : null}
        <Field label={t.chargeback.value} hint={t.chargeback.valueHint}>
          {(control) => (
            <Input {...control} name="value" required maxLength={200} autoComplete="off" defaultValue={project} />
          )}
        </Field>
        <Field label={t.chargeback.centre} hint={t.chargeback.centreHint}>
          {(control) => <Input {...control} name="centre" required maxLength={200} autoComplete="off" />}
        </Field>
        <Field label={t.chargeback.from} hint={t.chargeback.fromHint}>
          {(control) => <Input {...control} name="from" type="date" defaultValue={`${month}-01`} />}
        </Field>
      </div>
      {why === null ? null : (
        <p role="alert" className="text-sm text-bad">
          {why}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{t.kit.cancel}</Button>
        <Button type="submit" tone="primary" busy={busy}>
          {t.chargeback.save}
        </Button>
      </div>
    </form>
  )
}

const wide = 'hidden sm:table-cell print:table-cell'

/** The rules in the order in which they are asked, with what each took this month. */
export function RulesPanel({ view, canChange }: { view: ChargebackView; canChange: boolean }) {
  return (
    <Panel
      title={t.chargeback.rulesTitle}
      note={t.chargeback.rulesNote}
      actions={canChange ? <AddRuleButton month={view.month} tone="plain" /> : undefined}
      className="print:mt-4"
    >
      <DataTable caption={t.chargeback.rulesTitle}>
        <thead>
          <tr>
            <HeadCell>{t.chargeback.rule}</HeadCell>
            <HeadCell>{t.chargeback.centre}</HeadCell>
            <HeadCell className={wide}>{t.chargeback.holds}</HeadCell>
            <HeadCell align="right">{t.chargeback.taken}</HeadCell>
            {canChange ? (
              <HeadCell align="right" className="print:hidden">
                {t.chargeback.actions}
              </HeadCell>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {view.rules.map((rule, place) => (
            <tr key={rule.id}>
              <RowHead>
                <span className="text-dim">{t.chargeback.dimensions[rule.dimension]}</span>{' '}
                <span className="wrap-anywhere">{t.chargeback.ruleOf(rule)}</span>
              </RowHead>
              <Cell className="wrap-anywhere">{rule.cost_centre}</Cell>
              <Cell className={wide}>
                {holdsText(rule)}
                {rule.in_force ? null : (
                  <>
                    {' '}
                    <Badge>{t.chargeback.notInForce}</Badge>
                  </>
                )}
              </Cell>
              <Cell align="right">
                <Money amount={rule.exact_amount} />
              </Cell>
              {canChange ? (
                <Cell align="right" className="print:hidden">
                  <RuleActions
                    rule={rule}
                    month={view.month}
                    isFirst={place === 0}
                    isLast={place === view.rules.length - 1}
                  />
                </Cell>
              ) : null}
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Panel>
  )
}

function holdsText(rule: RuleView): string {
  if (rule.from !== null && rule.to !== null) return t.chargeback.between(dayText(rule.from), dayText(rule.to))
  if (rule.from !== null) return t.chargeback.since(dayText(rule.from))
  return rule.to === null ? t.chargeback.always : t.chargeback.until(dayText(rule.to))
}

function RuleActions({
  rule,
  month,
  isFirst,
  isLast,
}: {
  rule: RuleView
  month: string
  isFirst: boolean
  isLast: boolean
}) {
  const router = useRouter()
  const [asking, setAsking] = useState<'end' | 'remove' | null>(null)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const name = t.chargeback.ruleOf(rule)
  const path = `/api/v1/allocation/rules/${rule.id}`
  const send = async (method: 'PATCH' | 'DELETE', body: object, said: string | null) => {
    setBusy(true)
    const reply = await ask(method, path, body)
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) {
      // A move has no dialog that could say it.
      if (said === null) toast.error(reply.why)
      return
    }
    setAsking(null)
    if (said !== null) toast.success(said)
    router.refresh()
  }
  const isEndable = rule.in_force && rule.to === null && (rule.from === null || rule.from < `${month}-01`)
  return (
    <span className="inline-flex flex-wrap justify-end gap-1">
      <Button
        size="sm"
        tone="quiet"
        aria-label={t.chargeback.up(name)}
        disabled={isFirst}
        busy={busy}
        onClick={() => void send('PATCH', { move: 'up' }, null)}
      >
        <ArrowUp aria-hidden />
      </Button>
      <Button
        size="sm"
        tone="quiet"
        aria-label={t.chargeback.down(name)}
        disabled={isLast}
        busy={busy}
        onClick={() => void send('PATCH', { move: 'down' }, null)}
      >
        <ArrowDown aria-hidden />
      </Button>
      {isEndable ? (
        <Button size="sm" aria-label={t.chargeback.endOf(name)} onClick={() => setAsking('end')}>
          {t.chargeback.end}
        </Button>
      ) : null}
      <Button size="sm" aria-label={t.chargeback.removeOf(name)} onClick={() => setAsking('remove')}>
        {t.chargeback.remove}
      </Button>
      <ConfirmDialog
        open={asking !== null}
        onOpenChange={(open) => setAsking(open ? asking : null)}
        title={asking === 'end' ? t.chargeback.endTitle(name) : t.chargeback.removeTitle(name)}
        description={asking === 'end' ? t.chargeback.endText(monthName(month)) : t.chargeback.removeText}
        confirmLabel={asking === 'end' ? t.chargeback.end : t.chargeback.remove}
        busy={busy}
        error={why}
        onConfirm={() =>
          void (asking === 'end'
            ? send('PATCH', { to: `${month}-01` }, t.chargeback.ended)
            : send('DELETE', {}, t.chargeback.removed))
        }
      />
    </span>
  )
}
