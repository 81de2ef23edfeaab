'use client'
import { signIn } from 'next-auth/react'
import { type FormEvent, useState } from 'react'
import { Button } from '../kit/button'
import { Checkbox, Field, Input } from '../kit/field'
import { t } from '../messages/en'
import { Entrance } from './entrance'
import { ask, numberOf } from './request'

/** @param code the one-time code of the address; empty when the page was opened without it */
export function SetUpForm({ code }: { code: string }) {
  const [why, setWhy] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [sample, setSample] = useState(false)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '')
    setBusy(true)
    setWhy(null)
    const reply = await ask('POST', '/api/set-up', {
      code: code === '' ? text('code').trim() : code,
      workspace_name: text('workspace_name'),
      name: text('name'),
      email: text('email'),
      password: text('password'),
      sample_data: sample,
    })
    if (!reply.ok) {
      setWhy(reply.why)
      setBusy(false)
      return
    }
    await signIn('password', { email: text('email'), password: text('password'), redirect: false })
    const sampleWorkspace = numberOf(reply.body, 'sample_workspace_id')
    if (sampleWorkspace === null) window.location.assign('/')
    else {
      await ask('POST', '/api/v1/account/workspace', { workspace_id: sampleWorkspace })
      // There one sees the sample being read in.
      window.location.assign('/imports')
    }
  }

  return (
    <Entrance title={t.account.setUpTitle} text={t.account.setUpText}>
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        {code !== '' ? null : (
          <Field label={t.account.setUpCode} hint={t.account.setUpCodeHint}>
            {(control) => <Input {...control} name="code" required autoComplete="off" className="font-mono" />}
          </Field>
        )}
        <Field label={t.account.workspaceName}>
          {(control) => (
            <Input
              {...control}
              name="workspace_name"
              required
              maxLength={100}
              defaultValue={t.account.workspaceNameDefault}
            />
          )}
        </Field>
        <Field label={t.account.email}>
          {(control) => (
            <Input {...control} name="email" type="email" autoComplete="username" required maxLength={254} />
          )}
        </Field>
        <Field label={t.account.password} hint={t.account.passwordHint}>
          {(control) => (
            <Input
              {...control}
              name="password"
              type="password"
              autoComplete="new-password"
              required
              minLength={12}
              maxLength={1000}
            />
          )}
        </Field>
        <div>
          <Checkbox
            label={t.account.withSample}
            checked={sample}
            onChange={(event) => setSample(event.currentTarget.checked)}
          />
          <p className="mt-1 pl-6 text-xs text-dim">{t.account.withSampleHint}</p>
        </div>
        {why === null ? null : (
          <p role="alert" className="rounded-md border border-bad/45 bg-panel p-3 text-sm">
            {why}
          </p>
        )}
        <Button type="submit" tone="primary" size="lg" busy={busy}>
          {t.account.setUpDo}
        </Button>
        {busy && sample ? (
          <p role="status" className="text-sm text-dim">
            {t.account.setUpSampleSlow}
          </p>
        ) : null}
      </form>
    </Entrance>
  )
}
