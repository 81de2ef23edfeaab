'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { ConnectionView } from '../../../lib/core/report/connection-view'
import { dayText, instantText } from '../../../lib/core/report/format'
import { ask } from '../auth/request'
import { Badge } from '../kit/badge'
import { Button } from '../kit/button'
import { ConfirmDialog } from '../kit/dialog'
import { toast } from '../kit/toast'
import { t } from '../messages/en'
import { DayStrip } from './day-strip'

const TONE = { good: 'good', failing: 'bad', paused: 'neutral', new: 'accent' } as const

/** One connection: whether it works, since when it does not and why, which days it told, and what can be done. */
export function ConnectionPanel({
  connection,
  mayWrite,
  onEdit,
}: {
  connection: ConnectionView
  mayWrite: boolean
  onEdit: () => void
}) {
  const router = useRouter()
  const [busy, setBusy] = useState<'pull' | 'pause' | 'remove' | null>(null)
  const [isRemoving, setRemoving] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const { name } = connection
  const path = `/api/v1/connections/${connection.id}`
  const send = async (step: 'pull' | 'pause' | 'remove', done: string) => {
    setBusy(step)
    const paused = connection.state !== 'paused'
    const reply =
      step === 'pull'
        ? await ask('POST', `${path}/pull`)
        : step === 'pause'
          ? await ask('PATCH', path, { paused })
          : await ask('DELETE', path)
    setBusy(null)
    setWhy(reply.ok ? null : reply.why)
    if (!reply.ok) return
    setRemoving(false)
    toast.success(done)
    router.refresh()
  }
  const isPaused = connection.state === 'paused'
  return (
    <section
      aria-label={name}
      className="min-w-0 rounded-md border border-line bg-panel p-4 sm:px-4.5"
      data-connection={connection.id}
    >
      <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h2 className="flex flex-wrap items-center gap-2 text-base font-semibold wrap-anywhere">
            {name}
            <Badge tone={TONE[connection.state]}>{t.connections.state[connection.state]}</Badge>
          </h2>
          <p className="text-sm text-dim wrap-anywhere">{factsOf(connection)}</p>
        </div>
        {mayWrite ? (
          <span className="flex flex-wrap gap-1">
            {isPaused ? null : (
              <Button
                size="sm"
                busy={busy === 'pull'}
                aria-label={t.connections.pullOf(name)}
                onClick={() => void send('pull', t.connections.pulled)}
              >
                {t.connections.pull}
              </Button>
            )}
            <Button
              size="sm"
              busy={busy === 'pause'}
              aria-label={isPaused ? t.connections.resumeOf(name) : t.connections.pauseOf(name)}
              onClick={() => void send('pause', isPaused ? t.connections.resumed(name) : t.connections.paused(name))}
            >
              {isPaused ? t.connections.resume : t.connections.pause}
            </Button>
            <Button size="sm" aria-label={t.connections.editOf(name)} onClick={onEdit}>
              {t.connections.edit}
            </Button>
            <Button size="sm" aria-label={t.connections.removeOf(name)} onClick={() => setRemoving(true)}>
              {t.connections.remove}
            </Button>
          </span>
        ) : null}
      </header>
      <Standing connection={connection} />
      {why === null || isRemoving ? null : (
        <p role="alert" className="mt-1 text-sm text-bad">
          {why}
        </p>
      )}
      <div className="mt-3">
        <DayStrip connection={connection} />
      </div>
      <ConfirmDialog
        open={isRemoving}
        onOpenChange={setRemoving}
        title={t.connections.removeTitle(name)}
        description={t.connections.removeText}
        confirmLabel={t.connections.remove}
        busy={busy === 'remove'}
        error={why}
        onConfirm={() => void send('remove', t.connections.removed(name))}
      />
    </section>
  )
}

function factsOf(connection: ConnectionView): string {
  return [
    connection.title,
    t.connections.keyEnding(connection.key.last4),
    t.connections.every(connection.every_hours),
    t.connections.since(dayText(`${connection.from}T00:00:00Z`)),
    connection.custom_address ? t.connections.customAddress(new URL(connection.base_url).host) : '',
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

/** "Last good pull 14:02, failing since 15:00 (401: The key was refused)" and what to do about it. */
function Standing({ connection }: { connection: ConnectionView }) {
  const { last_good_at: good, failing_since: failing, problem } = connection
  const told = good === null ? t.connections.neverPulled : t.connections.lastGood(instantText(good))
  return (
    <div className="mt-2 text-sm">
      {failing === null || problem === null ? (
        <p>
          {good === null && connection.state === 'new' ? t.connections.firstPull : told}
          <span className="text-dim">{comingOf(connection)}</span>
        </p>
      ) : (
        <>
          <p>
            {told},{' '}
            <span className="text-bad">
              {t.connections.failingSince(
                timeAfter(good, failing),
                t.connections.problem(problem.status, problem.message),
              )}
            </span>
          </p>
          <p className="text-dim">
            {problem.remedy}
            {comingOf(connection)}
          </p>
        </>
      )}
    </div>
  )
}

function comingOf(connection: ConnectionView): string {
  if (connection.fetching) return ` · ${t.connections.fetching}`
  if (connection.import_no !== null) return ` · ${t.connections.importing(connection.import_no)}`
  return connection.next_at === null || connection.state === 'new'
    ? ''
    : ` · ${t.connections.next(instantText(connection.next_at))}`
}

/** The time alone on the same day; the whole of it otherwise. */
function timeAfter(earlier: string | null, later: string): string {
  const whole = instantText(later)
  return earlier !== null && dayText(earlier) === dayText(later) ? later.slice(11, 16) : whole
}
