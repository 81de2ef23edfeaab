'use client'
import { bytesText, countText } from '../../../lib/core/report/format'
import { type ProgressSample, progressOf } from '../../../lib/core/report/import-progress'
import type { ImportView } from '../../../lib/core/report/import-view'
import { Button } from '../kit/button'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { ErrorState } from '../kit/states'
import { t } from '../messages/en'
import { ProgressBar } from './progress-bar'
import type { Upload } from './use-uploads'

/** What is on its way: uploads of this tab, then imports the server works on, whoever sent them. */
export function RunningPanel({
  uploads,
  running: all,
  earlierSample,
  mayEnd,
  onCancel,
  onRetry,
  onEnd,
}: {
  uploads: readonly Upload[]
  running: readonly ImportView[]
  earlierSample: (id: string) => ProgressSample | null
  mayEnd?: (view: ImportView) => boolean
  onCancel: (key: string) => void
  onRetry: (key: string) => void
  /** Stops an import that another page sent or that the server works on. */
  onEnd?: (view: ImportView) => void
}) {
  const own = new Set(uploads.map((one) => one.importId))
  const running = all.filter((view) => !own.has(view.id))
  if (uploads.length === 0 && running.length === 0) return null
  const refused = uploads.filter((one) => one.refusal !== null)
  const going = uploads.filter((one) => one.refusal === null)
  return (
    <div className="flex flex-col gap-3">
      {refused.map((one) => (
        <ErrorState
          key={one.key}
          what={`${t.imports.refused(one.file.name)} ${one.refusal === null ? '' : one.refusal.what}`}
          kept={t.imports.nothingKept}
          remedy={one.refusal?.remedy ?? undefined}
          action={
            <>
              {one.file.size === 0 ? null : <Button onClick={() => onRetry(one.key)}>{t.imports.retry}</Button>}
              <Button tone="quiet" onClick={() => onCancel(one.key)}>
                {t.imports.dismiss}
              </Button>
            </>
          }
        />
      ))}
      {going.length + running.length === 0 ? null : (
        <Panel title={t.imports.now} note={t.imports.closeable}>
          <ul className="flex flex-col divide-y divide-line">
            {going.map((one) => (
              <UploadRow key={one.key} upload={one} onCancel={onCancel} />
            ))}
            {running.map((view) => (
              <RunningRow
                key={view.id}
                view={view}
                earlier={earlierSample(view.id)}
                onEnd={onEnd !== undefined && mayEnd?.(view) === true ? onEnd : null}
              />
            ))}
          </ul>
        </Panel>
      )}
    </div>
  )
}

function UploadRow({ upload, onCancel }: { upload: Upload; onCancel: (key: string) => void }) {
  const { file, phase, sent } = upload
  const words =
    phase === 'queued'
      ? t.imports.waitingToUpload
      : phase === 'hashing'
        ? t.imports.hashing
        : phase === 'waiting'
          ? t.imports.connectionLost
          : sent >= file.size
            ? t.imports.uploaded
            : t.imports.uploading(bytesText(String(sent)), bytesText(String(file.size)))
  const percent =
    phase === 'sending' || phase === 'waiting' ? Math.min(100, Math.floor((sent * 100) / file.size)) : null
  return (
    <li className="py-3 first:pt-0 last:pb-0">
      <div className="mb-1.5 flex items-center justify-between gap-4">
        <span className="min-w-0 truncate font-medium">{file.name}</span>
        <Button size="sm" tone="quiet" onClick={() => onCancel(upload.key)}>
          {t.imports.cancelUpload}
        </Button>
      </div>
      <ProgressBar percent={phase === 'queued' ? 0 : percent} label={t.imports.progressOf(file.name)} />
      <p className="mt-1.5 text-sm text-dim">{words}</p>
    </li>
  )
}

function RunningRow({
  view,
  earlier,
  onEnd,
}: {
  view: ImportView
  earlier: ProgressSample | null
  onEnd: ((view: ImportView) => void) | null
}) {
  const progress = progressOf(view, earlier, performance.now())
  const words: string[] = []
  if (progress.phase === 'receiving') {
    const total = view.bytes_total === null ? null : bytesText(view.bytes_total)
    words.push(t.imports.receiving(bytesText(view.bytes_received), total))
    words.push(t.imports.chooseAgain)
  } else if (progress.phase === 'waiting') {
    words.push(t.imports.waiting)
  } else {
    words.push(t.imports.rowsRead(countText(view.rows_read)))
    if (progress.rowsPerSecond !== null) words.push(t.imports.perSecond(countText(progress.rowsPerSecond)))
    if (progress.secondsLeft !== null) words.push(t.imports.secondsLeft(progress.secondsLeft))
  }
  return (
    <li className="py-3 first:pt-0 last:pb-0">
      <div className="mb-1.5 flex flex-wrap items-center justify-between gap-x-4">
        <Link href={`/imports/${view.id}`} className="min-w-0 truncate font-medium hover:underline">
          {view.filename}
        </Link>
        <span className="flex items-center gap-3 text-sm text-dim">
          <span>
            {view.format_title === null ? t.imports.inDetail(view.no) : view.format_title}
            {progress.percent === null ? '' : ` · ${progress.percent} %`}
          </span>
          {onEnd === null ? null : (
            <Button size="sm" tone="quiet" aria-label={t.imports.cancelImportOf(view.no)} onClick={() => onEnd(view)}>
              {t.imports.cancelUpload}
            </Button>
          )}
        </span>
      </div>
      <ProgressBar percent={progress.percent} label={t.imports.progressOf(view.filename)} />
      <p className="mt-1.5 text-sm text-dim">{words.join(' · ')}</p>
      {progress.phase === 'importing' ? <Counts view={view} /> : null}
    </li>
  )
}

function Counts({ view }: { view: ImportView }) {
  const counts = [
    { label: t.imports.accepted, value: view.accepted, warn: false },
    { label: t.imports.duplicate, value: view.duplicate, warn: false },
    { label: t.imports.rejected, value: view.rejected, warn: view.rejected !== '0' },
    { label: t.imports.unpriced, value: view.unpriced, warn: view.unpriced !== '0' },
  ]
  return (
    <dl className="mt-1 flex flex-wrap gap-x-5 text-sm">
      {counts.map((one) => (
        <div key={one.label} className="flex gap-1.5">
          <dt className="text-dim">{one.label}</dt>
          <dd className={one.warn ? 'text-warn' : undefined}>{countText(one.value)}</dd>
        </div>
      ))}
    </dl>
  )
}
