'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import type { ConnectionKindView, ConnectionView } from '../../../lib/core/report/connection-view'
import { ImportTabs } from '../imports/import-tabs'
import { Button } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Panel } from '../kit/panel'
import { EmptyState } from '../kit/states'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { ConnectionDialog } from './connection-dialog'
import { ConnectionPanel } from './connection-panel'

const LOOK_AGAIN_MS = 4_000

/** Providers whose API is asked by itself: whether each works, and which days it told. */
export function ConnectionsScreen({
  connections,
  kinds,
  mayWrite,
}: {
  connections: readonly ConnectionView[]
  kinds: readonly ConnectionKindView[]
  mayWrite: boolean
}) {
  const [open, setOpen] = useState<ConnectionView | 'new' | null>(null)
  useFreshness(connections)
  const failing = connections.filter((one) => one.state === 'failing').length
  return (
    <>
      <TopLine
        left={<ImportTabs tab="connections" />}
        right={
          mayWrite && connections.length > 0 ? (
            <Button tone="primary" onClick={() => setOpen('new')}>
              {t.connections.add}
            </Button>
          ) : undefined
        }
      />
      <ScreenTitle
        sentence={
          connections.length === 0
            ? t.connections.answerNone
            : failing > 0
              ? t.connections.answerFailing(connections.length, failing)
              : t.connections.answer(connections.length)
        }
        context={<p className="max-w-200">{t.connections.context}</p>}
      />
      <div className="flex flex-col gap-4">
        {mayWrite ? null : <p className="text-dim">{t.connections.mayNotWrite}</p>}
        {connections.length === 0 ? (
          <EmptyState
            title={t.connections.emptyTitle}
            action={
              mayWrite ? (
                <Button tone="primary" onClick={() => setOpen('new')}>
                  {t.connections.add}
                </Button>
              ) : undefined
            }
          >
            <p>{t.connections.emptyText}</p>
            <p className="mt-2">{t.connections.emptyNote}</p>
          </EmptyState>
        ) : (
          connections.map((one) => (
            <ConnectionPanel key={one.id} connection={one} mayWrite={mayWrite} onEdit={() => setOpen(one)} />
          ))
        )}
        <KindsPanel kinds={kinds} />
      </div>
      {open === null ? null : (
        <ConnectionDialog kinds={kinds} connection={open === 'new' ? null : open} onClose={() => setOpen(null)} />
      )}
    </>
  )
}

/** While something is fetched, read or due, the page asks again. */
function useFreshness(connections: readonly ConnectionView[]): void {
  const router = useRouter()
  const times = connections.map((one) => (one.next_at === null ? null : Date.parse(one.next_at)))
  const isBusy = connections.some((one) => one.fetching || one.import_no !== null)
  const next = Math.min(...times.filter((at) => at !== null))
  useEffect(() => {
    const timer = setInterval(() => {
      if (isBusy || next <= Date.now()) router.refresh()
    }, LOOK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [isBusy, next, router])
}

function KindsPanel({ kinds }: { kinds: readonly ConnectionKindView[] }) {
  return (
    <Panel title={t.connections.kinds} note={t.connections.kindsNote}>
      <DataTable caption={t.connections.kinds}>
        <thead>
          <tr>
            <HeadCell>{t.connections.kind}</HeadCell>
            <HeadCell>{t.connections.tells}</HeadCell>
            <HeadCell>{t.connections.keyOf}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {kinds.map((one) => (
            <tr key={one.kind}>
              <RowHead>{one.title}</RowHead>
              <Cell>{one.reach_days === null ? t.connections.layer[one.layer] : t.connections.daily}</Cell>
              <Cell>
                <code className="mr-2 font-mono text-xs text-dim">{one.key_hint}</code>
                <a
                  href={one.key_url}
                  target="_blank"
                  rel="noreferrer noopener"
                  aria-label={t.connections.makeKeyOf(one.title)}
                  className="whitespace-nowrap text-accent underline underline-offset-3"
                >
                  {t.connections.makeKey}
                </a>
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Panel>
  )
}
