'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { instantText } from '../../../lib/core/report/format'
import { ask, textOf } from '../auth/request'
import { Button } from '../kit/button'
import { CodeLine } from '../kit/code-line'
import { ConfirmDialog, Dialog } from '../kit/dialog'
import { Field, Input, Select } from '../kit/field'
import { Panel } from '../kit/panel'
import { toast } from '../kit/toast'
import { t } from '../messages/en'

type Kind = keyof typeof t.budgets.kinds
const KINDS = ['webhook', 'slack', 'email'] as const satisfies readonly Kind[]

export interface ChannelLine {
  readonly id: string
  readonly kind: Kind
  readonly target: string
  readonly delivered_at: string | null
  readonly problem: string | null
}

/** Where alerts are sent besides the page, for administrators. */
export function ChannelsPanel({ channels }: { channels: readonly ChannelLine[] }) {
  const [open, setOpen] = useState(false)
  return (
    <Panel
      title={t.budgets.channelsTitle}
      note={t.budgets.channelsNote}
      actions={<Button onClick={() => setOpen(true)}>{t.budgets.addChannel}</Button>}
    >
      {channels.length === 0 ? (
        <p className="text-dim">{t.budgets.channelsNone}</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {channels.map((channel) => (
            <ChannelRow key={channel.id} channel={channel} />
          ))}
        </ul>
      )}
      <ChannelDialog open={open} onOpenChange={setOpen} />
    </Panel>
  )
}

function ChannelRow({ channel }: { channel: ChannelLine }) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const path = `/api/v1/alert-channels/${channel.id}`
  const send = async (method: 'POST' | 'DELETE', to: string) => {
    setBusy(true)
    const reply = await ask(method, to)
    setBusy(false)
    return reply
  }
  const test = async () => {
    const reply = await send('POST', `${path}/test`)
    const problem = reply.ok ? textOf(reply.body, 'problem') : reply.why
    setWhy(problem === '' ? null : problem)
    if (problem === '') toast.success(t.budgets.tested)
    router.refresh()
  }
  const remove = async () => {
    const reply = await send('DELETE', path)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    setOpen(false)
    toast.success(t.budgets.channelRemoved)
    router.refresh()
  }
  const problem = why ?? channel.problem
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2 first:pt-0 last:pb-0">
      <div className="min-w-0">
        <p className="wrap-anywhere">
          <span className="text-dim">{t.budgets.kinds[channel.kind]}</span> {channel.target}
        </p>
        <p className="text-xs text-dim">
          {t.budgets.lastSent}: {channel.delivered_at === null ? t.budgets.never : instantText(channel.delivered_at)}
        </p>
        {problem === null ? null : (
          <p role="alert" className="text-sm text-bad wrap-anywhere">
            {problem}
          </p>
        )}
      </div>
      <span className="flex gap-1">
        <Button size="sm" busy={busy} aria-label={t.budgets.testOf(channel.target)} onClick={() => void test()}>
          {t.budgets.test}
        </Button>
        <Button size="sm" aria-label={t.budgets.removeOf(channel.target)} onClick={() => setOpen(true)}>
          {t.budgets.remove}
        </Button>
      </span>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t.budgets.removeChannelTitle(channel.target)}
        description={t.budgets.removeChannelText}
        confirmLabel={t.budgets.remove}
        busy={busy}
        error={why}
        onConfirm={() => void remove()}
      />
    </li>
  )
}

function ChannelDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const router = useRouter()
  const [kind, setKind] = useState<Kind>('webhook')
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const [secret, setSecret] = useState('')
  const close = () => {
    onOpenChange(false)
    setSecret('')
    setWhy(null)
    router.refresh()
  }
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const target = String(new FormData(event.currentTarget).get('target') ?? '').trim()
    setBusy(true)
    const reply = await ask('POST', '/api/v1/alert-channels', { kind, target })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    toast.success(t.budgets.channelAdded)
    const made = textOf(reply.body, 'secret')
    setSecret(made)
    if (made === '') close()
  }
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? onOpenChange(true) : close())}
      title={secret === '' ? t.budgets.addChannelTitle : t.budgets.secretTitle}
      description={secret === '' ? t.budgets.addChannelText : t.budgets.secretText}
    >
      {secret === '' ? (
        <form method="post" onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
          <Field label={t.budgets.kind}>
            {(control) => (
              <Select
                {...control}
                value={kind}
                onChange={(event) => setKind(KINDS.find((one) => one === event.target.value) ?? 'webhook')}
              >
                {KINDS.map((one) => (
                  <option key={one} value={one}>
                    {t.budgets.kinds[one]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={kind === 'email' ? t.budgets.targetMail : t.budgets.target}>
            {(control) => (
              <Input
                {...control}
                name="target"
                type={kind === 'email' ? 'email' : 'url'}
                required
                maxLength={2000}
                autoComplete="off"
              />
            )}
          </Field>
          {why === null ? null : (
            <p role="alert" className="text-sm text-bad">
              {why}
            </p>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={close}>{t.kit.cancel}</Button>
            <Button type="submit" tone="primary" busy={busy}>
              {t.budgets.addChannel}
            </Button>
          </div>
        </form>
      ) : (
        <div className="mt-4 flex flex-col gap-3">
          <CodeLine code={secret} label={t.budgets.secret} />
          <Button className="self-end" onClick={close}>
            {t.budgets.done}
          </Button>
        </div>
      )}
    </Dialog>
  )
}
