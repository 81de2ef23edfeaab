'use client'
import { signIn } from 'next-auth/react'
import { type FormEvent, useState } from 'react'
import { Button } from '../kit/button'
import { Field, Input } from '../kit/field'
import { refusalText } from '../messages/account'
import { t } from '../messages/en'
import { Entrance } from './entrance'

/**
 * @param next where to go afterwards: a path of this server, already checked
 * @param refusal code of a refusal this page was opened with
 * @param singleSignOn host of the identity provider; null when there is none
 */
export function SignInForm({
  next,
  refusal,
  singleSignOn,
}: {
  next: string
  refusal: string | null
  singleSignOn: string | null
}) {
  const [code, setCode] = useState(refusal)
  const [busy, setBusy] = useState(false)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    setBusy(true)
    setCode(null)
    try {
      const reply = await signIn('password', {
        email: String(fields.get('email')),
        password: String(fields.get('password')),
        redirect: false,
      })
      if (reply?.ok && !reply.error) {
        // A whole new page: nothing of an earlier person stays in this one's memory.
        window.location.assign(next)
        return
      }
      setCode(reply?.error ?? 'SIGN_IN_FAILED')
    } catch {
      // No reply, or one that is not JSON: the text says that nothing was changed.
      setCode('SIGN_IN_FAILED')
    }
    setBusy(false)
  }

  return (
    <Entrance title={t.account.signInTitle}>
      {code === null ? null : (
        <p role="alert" className="mb-4 rounded-md border border-bad/45 bg-panel p-3 text-sm">
          {refusalText(code)}
        </p>
      )}
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field label={t.account.email}>
          {(control) => (
            <Input {...control} name="email" type="email" autoComplete="username" required maxLength={254} autoFocus />
          )}
        </Field>
        <Field label={t.account.password}>
          {(control) => <Input {...control} name="password" type="password" autoComplete="current-password" required />}
        </Field>
        <Button type="submit" tone="primary" size="lg" busy={busy}>
          {t.account.signIn}
        </Button>
      </form>
      {singleSignOn === null ? null : (
        <>
          <p className="my-4 text-center text-sm text-dim">{t.account.or}</p>
          <Button size="lg" className="w-full" onClick={() => void signIn('oidc', { callbackUrl: next })}>
            {t.account.singleSignOn(singleSignOn)}
          </Button>
        </>
      )}
      <p className="mt-6 text-sm text-dim">{t.account.lostPassword}</p>
    </Entrance>
  )
}
