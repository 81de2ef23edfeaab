'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { Button } from '../kit/button'
import { CodeLine } from '../kit/code-line'
import { Dialog } from '../kit/dialog'
import { Checkbox, Field, Input, Select } from '../kit/field'
import { t } from '../messages/en'
import { ask, textOf } from './request'

type ScopeName = keyof typeof t.account.scopes
const EXPIRIES = [30, 90, 365] as const

interface Made {
  readonly name: string
  readonly token: string
  readonly scopes: readonly ScopeName[]
}

/** A command that works as it stands: with the server's address and the token in it. */
function commandFor({ token, scopes }: Made, origin: string): { label: string; code: string } | null {
  const header = `-H "Authorization: Bearer ${token}"`
  if (scopes.includes('import') || scopes.includes('admin')) {
    const code = `curl ${header} --data-binary @usage.csv "${origin}/api/v1/imports?filename=usage.csv"`
    return { label: t.account.tokenCurl, code }
  }
  if (!scopes.includes('read')) return null
  return { label: t.account.tokenCurlReading, code: `curl ${header} "${origin}/api/v1/spend?group_by=month,model"` }
}

export function NewTokenDialog({
  open,
  onOpenChange,
  origin,
  scopes,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  origin: string
  scopes: readonly ScopeName[]
}) {
  const router = useRouter()
  const [made, setMade] = useState<Made | null>(null)
  const close = (next: boolean) => {
    onOpenChange(next)
    if (next || made === null) return
    setMade(null)
    router.refresh()
  }
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title={made === null ? t.account.newToken : t.account.tokenMade(made.name)}
      description={made === null ? t.account.tokensContext : t.account.tokenOnce}
    >
      {made === null ? (
        <TokenForm scopes={scopes} onMade={setMade} onCancel={() => close(false)} />
      ) : (
        <MadeToken made={made} origin={origin} onDone={() => close(false)} />
      )}
    </Dialog>
  )
}

function MadeToken({ made, origin, onDone }: { made: Made; origin: string; onDone: () => void }) {
  const command = commandFor(made, origin)
  return (
    <div className="mt-4 flex flex-col gap-3">
      <CodeLine code={made.token} label={t.account.token} />
      {command === null ? null : (
        <>
          <p className="text-sm text-dim">{command.label}</p>
          <CodeLine code={command.code} label={t.account.curl} />
        </>
      )}
      <div className="flex justify-end">
        <Button tone="primary" onClick={onDone}>
          {t.account.done}
        </Button>
      </div>
    </div>
  )
}

function TokenForm({
  scopes,
  onMade,
  onCancel,
}: {
  scopes: readonly ScopeName[]
  onMade: (made: Made) => void
  onCancel: () => void
}) {
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const name = String(fields.get('name')).trim()
    const chosen = scopes.filter((scope) => fields.has(`scope.${scope}`))
    if (chosen.length === 0) {
      setWhy(t.account.scopeMissing)
      return
    }
    const days = EXPIRIES.find((value) => String(value) === fields.get('expiry')) ?? null
    setBusy(true)
    const reply = await ask('POST', '/api/v1/tokens', { name, scopes: chosen, expires_in_days: days })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (reply.ok) onMade({ name, token: textOf(reply.body, 'token'), scopes: chosen })
  }
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
      <Field label={t.account.tokenName} hint={t.account.tokenNameHint}>
        {(control) => <Input {...control} name="name" required maxLength={100} autoComplete="off" />}
      </Field>
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1.5 text-sm font-medium">{t.account.tokenScopes}</legend>
        {scopes.map((scope) => (
          <Checkbox
            key={scope}
            name={`scope.${scope}`}
            defaultChecked={scope === 'import' || scope === 'read'}
            label={
              <>
                {t.account.scopes[scope]} <code className="font-mono text-xs text-dim">{scope}</code>
              </>
            }
          />
        ))}
      </fieldset>
      <Field label={t.account.tokenExpiry}>
        {(control) => (
          <Select {...control} name="expiry" defaultValue="365">
            {EXPIRIES.map((days) => (
              <option key={days} value={days}>
                {t.account.expiryDays(days)}
              </option>
            ))}
            <option value="never">{t.account.expiryNever}</option>
          </Select>
        )}
      </Field>
      {why === null ? null : (
        <p role="alert" className="text-sm text-bad">
          {why}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{t.kit.cancel}</Button>
        <Button type="submit" tone="primary" busy={busy}>
          {t.account.makeToken}
        </Button>
      </div>
    </form>
  )
}
