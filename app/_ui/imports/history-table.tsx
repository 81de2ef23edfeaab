'use client'
import { Download } from 'lucide-react'
import { Fragment } from 'react'
import { countText, dayText, instantText } from '../../../lib/core/report/format'
import type { ImportView } from '../../../lib/core/report/import-view'
import { MAPPABLE_CODES } from '../../../lib/core/source/mapping/draft'
import { Badge } from '../kit/badge'
import { AnchorButton } from '../kit/button'
import { cn } from '../kit/class-name'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Money } from '../kit/money'
import { t } from '../messages/en'
import { BilledAmounts } from './billed-amounts'
import { outcomeOf } from './outcome'
import { StatusBadge } from './status-badge'
import { UndoButton } from './undo-button'

const wide = 'hidden md:table-cell'
/** A row that the next one belongs to. */
const unruled = '*:border-b-0'
const COLUMNS = 10

/** Every import that ended: who, when, what, and what became of each row. */
export function HistoryTable({
  views,
  mayUndo,
  onUndone,
}: {
  views: readonly ImportView[]
  mayUndo: (view: ImportView) => boolean
  onUndone: () => void
}) {
  return (
    <DataTable caption={t.imports.historyTitle}>
      <thead>
        <tr>
          <HeadCell>{t.imports.file}</HeadCell>
          <HeadCell>{t.imports.state}</HeadCell>
          <HeadCell className={wide}>{t.imports.when}</HeadCell>
          <HeadCell className={wide}>{t.imports.period}</HeadCell>
          <HeadCell align="right" className={wide}>
            {t.imports.accepted}
          </HeadCell>
          <HeadCell align="right" className={wide}>
            {t.imports.duplicate}
          </HeadCell>
          <HeadCell align="right" className={wide}>
            {t.imports.rejected}
          </HeadCell>
          <HeadCell align="right" className={wide}>
            {t.imports.unpriced}
          </HeadCell>
          <HeadCell align="right">{t.imports.cost}</HeadCell>
          <HeadCell align="right" className={wide}>
            {t.imports.actions}
          </HeadCell>
        </tr>
      </thead>
      <tbody>
        {views.map((view) => (
          <Fragment key={view.id}>
            <tr className={cn(view.status === 'undone' && 'text-dim', view.status === 'failed' && unruled)}>
              <RowHead className="min-w-28 max-w-96 md:min-w-52">
                <Link href={`/imports/${view.id}`} className="font-medium wrap-anywhere hover:underline">
                  {view.filename}
                </Link>
                <span className="block text-dim">
                  #{view.no} · {view.format_title === null ? t.imports.unknownFormat : view.format_title}
                </span>
                <span className="mt-1 block md:hidden">
                  {t.imports.inShort(countText(view.accepted), countText(view.rejected))}
                </span>
                <NothingAdded view={view} />
                <span className="mt-1 block empty:hidden md:hidden">
                  <Actions view={view} mayUndo={mayUndo(view)} onUndone={onUndone} />
                </span>
              </RowHead>
              <Cell>
                <StatusBadge status={view.status} />
                {view.billed === null ? null : (
                  <Badge tone="accent" className="mt-1">
                    {t.imports.billedBadge}
                  </Badge>
                )}
              </Cell>
              <Cell className={cn(wide, 'whitespace-nowrap')}>
                <span title={instantText(view.created_at)}>{dayText(view.created_at)}</span>
                <span className="block max-w-44 truncate text-dim" title={view.created_by}>
                  {view.created_by}
                </span>
              </Cell>
              <Cell className={cn(wide, 'whitespace-nowrap')}>
                {view.first_at === null || view.last_at === null ? (
                  <span className="text-dim">—</span>
                ) : (
                  <>
                    {dayText(view.first_at)}
                    <span className="block">– {dayText(view.last_at)}</span>
                  </>
                )}
              </Cell>
              <Cell align="right" className={wide}>
                {countText(view.accepted)}
              </Cell>
              <Cell align="right" className={wide}>
                {countText(view.duplicate)}
              </Cell>
              <Cell align="right" className={cn(wide, view.rejected !== '0' && 'text-warn')}>
                {countText(view.rejected)}
              </Cell>
              <Cell align="right" className={cn(wide, view.unpriced !== '0' && 'text-warn')}>
                {countText(view.unpriced)}
              </Cell>
              <Cell align="right">
                {view.cost === null ? null : <Money amount={view.cost} />}
                {view.billed === null ? null : <BilledAmounts amounts={view.billed.amounts} />}
                {view.cost === null && (view.billed === null || view.billed.amounts.length === 0) ? (
                  <span className="text-dim">—</span>
                ) : null}
              </Cell>
              <Cell align="right" className={wide}>
                <Actions view={view} mayUndo={mayUndo(view)} onUndone={onUndone} />
              </Cell>
            </tr>
            {view.status === 'failed' ? <WhyFailed view={view} /> : null}
          </Fragment>
        ))}
      </tbody>
    </DataTable>
  )
}

function Actions({ view, mayUndo, onUndone }: { view: ImportView; mayUndo: boolean; onUndone: () => void }) {
  const undoable = view.status === 'committed' && (view.accepted !== '0' || view.restated !== '0') && mayUndo
  if (view.rejected === '0' && !undoable) return null
  return (
    <span className="inline-flex gap-1.5 max-md:flex-wrap">
      {view.rejected === '0' ? null : (
        <AnchorButton
          size="sm"
          href={`/api/v1/imports/${view.id}/rejects.csv`}
          download
          aria-label={t.imports.rejectsDownloadOf(view.no)}
        >
          <Download aria-hidden />
          {t.imports.rejectsDownload}
        </AnchorButton>
      )}
      {undoable ? <UndoButton view={view} onUndone={onUndone} /> : null}
    </span>
  )
}

/** Why it failed and what to do: a row of its own, because on a phone the column of the names is too narrow to read it in. */
function WhyFailed({ view: { id, filename, problem } }: { view: ImportView }) {
  return (
    <tr>
      <Cell colSpan={COLUMNS} className="pt-0 text-bad wrap-anywhere">
        {problem === null ? t.imports.failedNoReason : problem.message}
        <span className="block text-dim">{problem === null ? t.imports.failedNoRemedy : problem.remedy}</span>
        {problem !== null && MAPPABLE_CODES.includes(problem.code) ? (
          <Link
            href={`/imports/${id}/map`}
            aria-label={t.mapping.openOf(filename)}
            className="text-accent underline underline-offset-3"
          >
            {t.mapping.open}
          </Link>
        ) : null}
      </Cell>
    </tr>
  )
}

/** What a count alone would not say. */
function NothingAdded({ view }: { view: ImportView }) {
  if (view.status !== 'committed' || view.accepted !== '0' || view.duplicate === '0') return null
  return <span className="block text-dim">{outcomeOf(view)}</span>
}
