'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import type { ConnectionKindView, ConnectionView } from '../../../lib/core/report/connection-view'
import { ask } from '../auth/request'
import { Button } from '../kit/button'
import { Dialog } from '../kit/dialog'
import { Field, Input, Select } from '../kit/field'
import { toast } from '../kit/toast'
import { t } from '../messages/en'

const EVERY = [1, 6, 24] as const
const FIELDS = ['name', 'key', 'base_url', 'from'] as const
type Place = (typeof FIELDS)[number]

/** Which field a refusal is about; null for the form as a whole. */
function placeOf(code: string, why: string): Place | null {
  if (code === 'ADDRESS_REFUSED') return 'base_url'
  if (code === 'KEY_REQUIRED') return 'key'
  if (code === 'DAY_REFUSED') return 'from'
  return FIELDS.find((field) => why.startsWith(`${field}: `)) ?? null
}

/** Makes a connection, or changes the one given. */
export function ConnectionDialog({
  kinds,
  connection,
  onClose,
}: {
  kinds: readonly ConnectionKindView[]
  connection: ConnectionView | null
  onClose: () => void
}) {
  const router = useRouter()
  const first = kinds.find((one) => one.kind === connection?.kind) ?? kinds[0]
  const [kind, setKind] = useState(first)
  const [name, setName] = useState(connection?.name ?? first?.title ?? '')
  const [address, setAddress] = useState(connection?.base_url ?? first?.base_url ?? '')
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<{ readonly place: Place | null; readonly why: string } | null>(null)
  if (kind === undefined) return null
  const choose = (chosen: string) => {
    const next = kinds.find((one) => one.kind === chosen) ?? kind
    if (name === kind.title) setName(next.title)
    if (address === kind.base_url) setAddress(next.base_url)
    setKind(next)
  }
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (field: string) => String(form.get(field) ?? '').trim()
    const key = text('key')
    const common = { name, every_hours: Number.parseInt(text('every_hours'), 10), ...(key === '' ? {} : { key }) }
    setBusy(true)
    const reply =
      connection === null
        ? await ask('POST', '/api/v1/connections', {
            ...common,
            kind: kind.kind,
            ...(address.trim() === kind.base_url ? {} : { base_url: address }),
            ...(text('from') === '' ? {} : { from: text('from') }),
          })
        : await ask('PATCH', `/api/v1/connections/${connection.id}`, {
            ...common,
            ...(address.trim() === connection.base_url ? {} : { base_url: address }),
          })
    setBusy(false)
    if (!reply.ok) {
      setRefusal({ place: placeOf(reply.code, reply.why), why: reply.why })
      return
    }
    toast.success(connection === null ? t.connections.added(name) : t.connections.saved(name))
    router.refresh()
    onClose()
  }
  const errorAt = (place: Place | null) => (refusal !== null && refusal.place === place ? refusal.why : null)
  const isMoved = connection !== null && address.trim() !== connection.base_url
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={connection === null ? t.connections.addTitle : t.connections.editTitle(connection.name)}
      description={connection === null ? t.connections.addText : t.connections.editText}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
        {connection === null ? (
          <Field label={t.connections.kind}>
            {(control) => (
              <Select {...control} value={kind.kind} onChange={(event) => choose(event.target.value)}>
                {kinds.map((one) => (
                  <option key={one.kind} value={one.kind}>
                    {one.title}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        ) : null}
        <Field label={t.connections.name} error={errorAt('name')}>
          {(control) => (
            <Input
              {...control}
              value={name}
              onChange={(event) => setName(event.target.value)}
              required
              maxLength={100}
              autoComplete="off"
            />
          )}
        </Field>
        <Field
          label={t.connections.key}
          hint={
            isMoved
              ? t.connections.keyAgain
              : connection === null
                ? t.connections.keyHint(kind.key_hint)
                : t.connections.keyKept(connection.key.last4)
          }
          error={errorAt('key')}
        >
          {(control) => (
            <Input
              {...control}
              name="key"
              type="password"
              required={connection === null}
              maxLength={500}
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
        <Field label={t.connections.address} hint={t.connections.addressHint} error={errorAt('base_url')}>
          {(control) => (
            <Input
              {...control}
              type="url"
              value={address}
              onChange={(event) => setAddress(event.target.value)}
              required
              maxLength={500}
              autoComplete="off"
            />
          )}
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          {connection === null ? (
            <Field label={t.connections.from} hint={t.connections.fromHint(kind.reach_days)} error={errorAt('from')}>
              {(control) => <Input {...control} name="from" type="date" />}
            </Field>
          ) : null}
          <Field label={t.connections.everyLabel}>
            {(control) => (
              <Select {...control} name="every_hours" defaultValue={String(connection?.every_hours ?? 6)}>
                {EVERY.map((hours) => (
                  <option key={hours} value={hours}>
                    {t.connections.every(hours)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        {errorAt(null) === null ? null : (
          <p role="alert" className="text-sm text-bad">
            {errorAt(null)}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t.kit.cancel}</Button>
          <Button type="submit" tone="primary" busy={busy}>
            {connection === null ? t.connections.add : t.connections.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
