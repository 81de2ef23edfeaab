'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { instantText } from '../../../lib/core/report/format'
import { Badge } from '../kit/badge'
import { Button } from '../kit/button'
import { ActionsCell, ActionsHeadCell, Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { ConfirmDialog } from '../kit/dialog'
import { Field, Input } from '../kit/field'
import { Panel } from '../kit/panel'
import { toast } from '../kit/toast'
import { t } from '../messages/en'
import { browserName } from './browser-name'
import { ask } from './request'
import { useWorkspaceSwitch } from './use-workspace-switch'

type RoleName = keyof typeof t.account.roles

export interface WorkspaceLine {
  readonly id: number
  readonly name: string
  readonly isSample: boolean
  readonly role: RoleName
  readonly isHere: boolean
}

export interface SessionLine {
  readonly id: string
  readonly userAgent: string | null
  readonly createdAt: string
  readonly lastSeenAt: string
  readonly isThisOne: boolean
}

export function AccountScreen({
  workspaces,
  sessions,
  hasPassword,
}: {
  workspaces: readonly WorkspaceLine[]
  sessions: readonly SessionLine[]
  hasPassword: boolean
}) {
  return (
    <div className="flex flex-col gap-4">
      <Sessions sessions={sessions} />
      {workspaces.length > 1 ? <Workspaces workspaces={workspaces} /> : null}
      <Panel title={t.account.changePassword} note={hasPassword ? t.account.changePasswordNote : undefined}>
        {hasPassword ? <PasswordForm /> : <p className="text-dim">{t.account.noPassword}</p>}
      </Panel>
    </div>
  )
}

function Sessions({ sessions }: { sessions: readonly SessionLine[] }) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)

  const end = async (id: string) => {
    const reply = await ask('DELETE', `/api/v1/account/sessions/${id}`)
    if (reply.ok) toast.success(t.account.sessionEnded)
    else toast.error(reply.why)
    router.refresh()
  }
  const everywhere = async () => {
    setBusy(true)
    const reply = await ask('POST', '/api/v1/account/sign-out-everywhere')
    if (reply.ok) window.location.assign('/sign-in')
    else {
      setBusy(false)
      setWhy(reply.why)
    }
  }
  return (
    <Panel
      title={t.account.sessions}
      note={t.account.sessionsNote}
      actions={<Button onClick={() => setOpen(true)}>{t.account.signOutEverywhere}</Button>}
    >
      <DataTable caption={t.account.sessions}>
        <thead>
          <tr>
            <HeadCell>{t.account.browser}</HeadCell>
            <HeadCell>{t.account.signedInAt}</HeadCell>
            <HeadCell>{t.account.lastSeen}</HeadCell>
            <ActionsHeadCell>{t.account.actions}</ActionsHeadCell>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => {
            const name = browserName(session.userAgent) ?? t.account.unknownBrowser
            return (
              <tr key={session.id}>
                <RowHead>
                  <span title={session.userAgent ?? undefined}>{name}</span>{' '}
                  {session.isThisOne ? <Badge tone="accent">{t.account.thisSession}</Badge> : null}
                </RowHead>
                <Cell className="whitespace-nowrap">{instantText(session.createdAt)}</Cell>
                <Cell className="whitespace-nowrap">{instantText(session.lastSeenAt)}</Cell>
                <ActionsCell>
                  {session.isThisOne ? null : (
                    <Button size="sm" aria-label={t.account.endSessionOf(name)} onClick={() => void end(session.id)}>
                      {t.account.endSession}
                    </Button>
                  )}
                </ActionsCell>
              </tr>
            )
          })}
        </tbody>
      </DataTable>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t.account.signOutEverywhere}
        description={t.account.signOutEverywhereText}
        confirmLabel={t.account.signOutEverywhere}
        busy={busy}
        error={why}
        onConfirm={() => void everywhere()}
      />
    </Panel>
  )
}

function Workspaces({ workspaces }: { workspaces: readonly WorkspaceLine[] }) {
  const { movingTo, move } = useWorkspaceSwitch()
  return (
    <Panel title={t.account.workspaces} note={t.account.workspacesNote}>
      <DataTable caption={t.account.workspaces}>
        <thead>
          <tr>
            <HeadCell>{t.account.workspace}</HeadCell>
            <HeadCell>{t.account.role}</HeadCell>
            <ActionsHeadCell>{t.account.actions}</ActionsHeadCell>
          </tr>
        </thead>
        <tbody>
          {workspaces.map((workspace) => (
            <tr key={workspace.id}>
              <RowHead>
                {workspace.name} {workspace.isSample ? <Badge tone="warn">{t.shell.sampleData}</Badge> : null}
              </RowHead>
              <Cell>{t.account.roles[workspace.role]}</Cell>
              <ActionsCell>
                {workspace.isHere ? (
                  <Badge tone="accent">{t.account.here}</Badge>
                ) : (
                  <Button
                    size="sm"
                    busy={movingTo === workspace.id}
                    aria-label={t.account.switchToNamed(workspace.name)}
                    onClick={() => void move(workspace.id, '/')}
                  >
                    {t.account.switchTo}
                  </Button>
                )}
              </ActionsCell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Panel>
  )
}

function PasswordForm() {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const fields = new FormData(form)
    setBusy(true)
    const reply = await ask('POST', '/api/v1/account/password', {
      current_password: String(fields.get('current')),
      new_password: String(fields.get('new')),
    })
    setBusy(false)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    form.reset()
    toast.success(t.account.passwordChanged)
    router.refresh()
  }
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-wrap items-start gap-3">
      <Field label={t.account.currentPassword} error={why} className="w-full max-w-72">
        {(control) => <Input {...control} name="current" type="password" autoComplete="current-password" required />}
      </Field>
      <Field label={t.account.newPassword} hint={t.account.passwordHint} className="w-full max-w-72">
        {(control) => (
          <Input
            {...control}
            name="new"
            type="password"
            autoComplete="new-password"
            required
            minLength={12}
            maxLength={1000}
          />
        )}
      </Field>
      <Button type="submit" busy={busy} className="mt-6.5 h-9">
        {t.account.changePassword}
      </Button>
    </form>
  )
}
