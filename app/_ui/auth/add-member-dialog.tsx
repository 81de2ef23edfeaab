'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { Button } from '../kit/button'
import { Dialog } from '../kit/dialog'
import { Field, Input, Select } from '../kit/field'
import { toast } from '../kit/toast'
import { t } from '../messages/en'
import { ROLE_NAMES, type RoleName } from './member-line'
import { ask } from './request'

export function AddMemberDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const router = useRouter()
  const [role, setRole] = useState<RoleName>('viewer')
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const email = String(fields.get('email')).trim()
    const password = String(fields.get('password'))
    setBusy(true)
    const reply = await ask('POST', '/api/v1/members', {
      email,
      name: String(fields.get('name')),
      role,
      password: password === '' ? null : password,
    })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    onOpenChange(false)
    toast.success(t.account.memberAdded(email))
    router.refresh()
  }
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.account.addMember} description={t.account.addMemberText}>
      <form method="post" onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
        <Field label={t.account.email}>
          {(control) => <Input {...control} name="email" type="email" required maxLength={254} autoComplete="off" />}
        </Field>
        <Field label={`${t.account.yourName} (${t.account.optional})`}>
          {(control) => <Input {...control} name="name" maxLength={100} autoComplete="off" />}
        </Field>
        <Field label={t.account.role} hint={t.account.roleRights[role]}>
          {(control) => (
            <Select
              {...control}
              value={role}
              onChange={(event) => setRole(ROLE_NAMES.find((name) => name === event.currentTarget.value) ?? 'viewer')}
            >
              {ROLE_NAMES.map((name) => (
                <option key={name} value={name}>
                  {t.account.roles[name]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t.account.firstPassword} hint={t.account.firstPasswordHint} error={why}>
          {(control) => (
            <Input
              {...control}
              name="password"
              type="password"
              minLength={12}
              maxLength={1000}
              autoComplete="new-password"
            />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={() => onOpenChange(false)}>{t.kit.cancel}</Button>
          <Button type="submit" tone="primary" busy={busy}>
            {t.account.addMember}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
