'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../kit/button'
import { Dialog } from '../kit/dialog'
import { Field, Input } from '../kit/field'
import { toast } from '../kit/toast'
import { t } from '../messages/en'
import type { MemberLine } from './member-line'
import { ask, type Reply } from './request'

/** What an administrator may do to one member beside the role. */
export function ManageMemberDialog({
  member,
  open,
  onOpenChange,
}: {
  member: MemberLine
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const path = `/api/v1/members/${member.userId}`
  const finish = async (reply: Promise<Reply>, said: string) => {
    setBusy(true)
    const outcome = await reply
    setBusy(false)
    setWhy(outcome.ok ? null : outcome.why)
    if (!outcome.ok) return
    onOpenChange(false)
    toast.success(said)
    router.refresh()
  }
  const givePassword = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const password = String(new FormData(event.currentTarget).get('password'))
    void finish(ask('PATCH', path, { password }), t.account.passwordGiven(member.email))
  }
  const { email, disabled } = member
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={email} description={t.account.manageText}>
      {why === null ? null : (
        <p role="alert" className="mt-3 text-sm text-bad">
          {why}
        </p>
      )}
      <form method="post" onSubmit={givePassword} className="mt-4 flex flex-wrap items-start gap-2">
        <Field label={t.account.giveNewPassword} hint={t.account.passwordHint} className="min-w-56 flex-1">
          {(control) => (
            <Input
              {...control}
              name="password"
              type="password"
              required
              minLength={12}
              maxLength={1000}
              autoComplete="new-password"
            />
          )}
        </Field>
        <Button type="submit" busy={busy} className="mt-6.5 h-9">
          {t.account.givePassword}
        </Button>
      </form>
      <div className="mt-4 flex flex-col gap-3 border-t border-line pt-4">
        <Deed text={disabled ? t.account.enableText : t.account.disableText}>
          <Button
            busy={busy}
            tone={disabled ? 'plain' : 'danger'}
            onClick={() =>
              void finish(
                ask('PATCH', path, { disabled: !disabled }),
                disabled ? t.account.memberEnabled(email) : t.account.memberDisabled(email),
              )
            }
          >
            {disabled ? t.account.enable : t.account.disable}
          </Button>
        </Deed>
        <Deed text={t.account.removeText}>
          <Button
            busy={busy}
            tone="danger"
            onClick={() => void finish(ask('DELETE', path), t.account.memberRemoved(email))}
          >
            {t.account.remove}
          </Button>
        </Deed>
      </div>
    </Dialog>
  )
}

function Deed({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
      <p className="min-w-0 flex-1 basis-56 text-sm text-dim">{text}</p>
      {children}
    </div>
  )
}
