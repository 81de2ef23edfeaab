'use client'
import { Download } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type ReactNode, useCallback } from 'react'
import { bytesText, countText, dayText, instantText } from '../../../lib/core/report/format'
import { type ImportDetail, type ImportView, isBilledOnly, isRunning } from '../../../lib/core/report/import-view'
import { MAPPABLE_CODES } from '../../../lib/core/source/mapping/draft'
import { Badge } from '../kit/badge'
import { Breadcrumb } from '../kit/breadcrumb'
import { AnchorButton, LinkButton } from '../kit/button'
import { cn } from '../kit/class-name'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { HeadlineFigure } from '../kit/money'
import { Panel } from '../kit/panel'
import { ErrorState } from '../kit/states'
import { toast } from '../kit/toast'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { BilledAmounts } from './billed-amounts'
import { BilledPanels } from './billed-panels'
import { outcomeOf } from './outcome'
import { RunningPanel } from './running-panel'
import { StatusBadge } from './status-badge'
import { UndoButton } from './undo-button'
import { useLiveImports } from './use-live-imports'

const nothing = () => {}

/** One import: what became of each of its rows, and the rows that were not taken. */
export function ImportDetailScreen({ detail, mayUndo }: { detail: ImportDetail; mayUndo: boolean }) {
  const router = useRouter()
  const onFinished = useCallback(
    (view: ImportView) => {
      if (view.status === 'committed') toast.success(outcomeOf(view))
      router.refresh()
    },
    [router],
  )
  const { views, earlierSample } = useLiveImports([detail.import], onFinished)
  const view = views.find((one) => one.id === detail.import.id) ?? detail.import
  return (
    <>
      <TopLine
        left={<Breadcrumb trail={[{ href: '/imports', label: t.imports.title }]} here={t.imports.inDetail(view.no)} />}
        right={
          <>
            {view.rejected === '0' ? null : (
              <AnchorButton
                href={`/api/v1/imports/${view.id}/rejects.csv`}
                download
                aria-label={t.imports.rejectsDownloadOf(view.no)}
              >
                <Download aria-hidden />
                {t.imports.rejectsDownload}
              </AnchorButton>
            )}
            {view.status === 'committed' && mayUndo && hasRecords(view) ? (
              <UndoButton view={view} size="md" onUndone={() => router.refresh()} />
            ) : null}
          </>
        }
      />
      <ScreenTitle
        sentence={
          <>
            {view.status === 'failed'
              ? t.imports.detailFailed(view.filename)
              : isBilledOnly(view)
                ? t.imports.detailBilled(countText(view.accepted), view.filename)
                : t.imports.detailDone(countText(view.accepted), view.filename)}{' '}
            <StatusBadge status={view.status} />{' '}
            {view.billed === null ? null : (
              <span title={t.imports.billedBadgeExplained}>
                <Badge tone="accent">{t.imports.billedBadge}</Badge>
              </span>
            )}
          </>
        }
        {...figureOf(view)}
        context={<Context view={view} />}
      />
      <div className="flex flex-col gap-4">
        {view.status === 'failed' ? (
          <ErrorState
            what={view.problem === null ? t.imports.failedNoReason : view.problem.message}
            kept={t.imports.failedKept(countText(view.rows_read))}
            remedy={view.problem === null ? t.imports.failedNoRemedy : view.problem.remedy}
            {...(isMappable(view)
              ? {
                  action: (
                    <LinkButton tone="primary" href={`/imports/${view.id}/map`}>
                      {t.mapping.open}
                    </LinkButton>
                  ),
                }
              : {})}
          />
        ) : null}
        {view.status === 'committed' && view.problem !== null ? (
          <p className="rounded-md border border-line bg-panel p-4 text-sm">
            {view.problem.message} <span className="text-dim">{view.problem.remedy}</span>{' '}
            {view.problem.code === 'MAPPING_USED' ? (
              <Link href={`/imports/${view.id}/map`} className="text-accent underline underline-offset-3">
                {t.mapping.change}
              </Link>
            ) : null}
          </p>
        ) : null}
        {isRunning(view.status) ? (
          <RunningPanel
            uploads={[]}
            running={[view]}
            earlierSample={earlierSample}
            onCancel={nothing}
            onRetry={nothing}
          />
        ) : view.rows_read === '0' ? null : (
          <Panel title={t.imports.counts}>
            <Counts view={view} />
          </Panel>
        )}
        {detail.billed === null || view.billed === null || isRunning(view.status) ? null : (
          <BilledPanels billed={view.billed} detail={detail.billed} />
        )}
        {isRunning(view.status) || view.rows_read === '0' ? null : <Rejects detail={detail} />}
      </div>
    </>
  )
}

/** Computed cost where there is usage; else what was billed. The two are never one figure. */
function figureOf(view: ImportView): { readonly figure?: ReactNode } {
  if (view.cost !== null) return { figure: <HeadlineFigure amount={view.cost} /> }
  if (view.billed === null || view.billed.amounts.length === 0) return {}
  return {
    figure: (
      <span className="text-[38px] leading-[1.15] font-semibold tracking-[-0.02em]">
        <BilledAmounts amounts={view.billed.amounts} />
      </span>
    ),
  }
}

/** Its file is kept, and only the meaning of its columns is wanting. */
const isMappable = (view: ImportView) =>
  view.status === 'failed' && view.problem !== null && MAPPABLE_CODES.includes(view.problem.code)

/** An import that added nothing has nothing to take back. */
const hasRecords = (view: ImportView) => view.accepted !== '0' || view.restated !== '0'

function Context({ view }: { view: ImportView }) {
  const parts = [
    view.format_title === null ? t.imports.unknownFormat : view.format_title,
    view.first_at === null || view.last_at === null ? null : `${dayText(view.first_at)} – ${dayText(view.last_at)}`,
    `${t.imports.sentBy} ${view.created_by}, ${instantText(view.created_at)}`,
    t.imports.source[view.source],
    bytesText(view.bytes_received),
    view.undone_by === null || view.undone_at === null
      ? null
      : t.imports.undoneBy(view.undone_by, instantText(view.undone_at)),
    view.status === 'committed' && view.accepted === '0' && view.duplicate !== '0' ? outcomeOf(view) : null,
  ].filter((part) => part !== null)
  return (
    <>
      {parts.join(' · ')}
      {view.status === 'committed' && !isBilledOnly(view) && view.first_at !== null ? (
        <>
          {' · '}
          <Link
            href={`/calls?${new URLSearchParams({ import: String(view.no) })}`}
            className="text-accent underline underline-offset-3"
          >
            {t.imports.seeCalls}
          </Link>
        </>
      ) : null}
    </>
  )
}

function Counts({ view }: { view: ImportView }) {
  const rows = [
    { label: t.imports.readRows, count: view.rows_read, note: null, warn: false },
    { label: t.imports.accepted, count: view.accepted, note: t.imports.acceptedNote, warn: false },
    { label: t.imports.duplicate, count: view.duplicate, note: t.imports.duplicateNote, warn: false },
    { label: t.imports.restated, count: view.restated, note: t.imports.restatedNote, warn: false },
    { label: t.imports.rejected, count: view.rejected, note: t.imports.rejectedNote, warn: view.rejected !== '0' },
    { label: t.imports.unpriced, count: view.unpriced, note: t.imports.unpricedNote, warn: view.unpriced !== '0' },
    ...(view.set_aside === '0'
      ? []
      : [{ label: t.sources.setAside, count: view.set_aside, note: t.sources.countNote, warn: false }]),
  ]
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 xl:grid-cols-6">
      {rows.map((row) => (
        <div key={row.label}>
          <dt className="text-sm text-dim">{row.label}</dt>
          <dd className={cn('text-xl font-semibold', row.warn && 'text-warn')}>{countText(row.count)}</dd>
          {row.note === null ? null : <dd className="text-xs text-dim">{row.note}</dd>}
        </div>
      ))}
    </dl>
  )
}

function Rejects({ detail }: { detail: ImportDetail }) {
  const { rejects } = detail
  if (rejects.length === 0) {
    return (
      <Panel title={t.imports.rejectsTitle}>
        <p className="text-sm text-dim">{t.imports.rejectsNone}</p>
      </Panel>
    )
  }
  return (
    <Panel
      title={t.imports.rejectsTitle}
      note={t.imports.rejectsNote(countText(String(rejects.length)), countText(detail.import.rejected))}
    >
      <DataTable caption={t.imports.rejectsTitle}>
        <thead>
          <tr>
            <HeadCell align="right">{t.imports.line}</HeadCell>
            <HeadCell>{t.imports.column}</HeadCell>
            <HeadCell>{t.imports.reason}</HeadCell>
            <HeadCell>{t.imports.remedy}</HeadCell>
            <HeadCell>{t.imports.raw}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {rejects.map((row) => (
            <tr key={row.seq}>
              <RowHead className="text-right">{countText(row.line)}</RowHead>
              <Cell className="font-mono text-xs">{row.column === null ? '—' : row.column}</Cell>
              <Cell className="min-w-48">{row.message}</Cell>
              <Cell className="min-w-48 text-dim">{row.remedy}</Cell>
              <Cell className="max-w-80">
                <span className="block truncate font-mono text-xs text-dim" title={row.raw}>
                  {row.raw}
                </span>
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Panel>
  )
}
