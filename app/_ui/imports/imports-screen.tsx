'use client'
import { Upload as UploadIcon } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type ReactNode, useCallback, useEffect } from 'react'
import { useDropzone } from 'react-dropzone'
import { countText } from '../../../lib/core/report/format'
import { type ImportPage, type ImportView, isBilledOnly, isRunning } from '../../../lib/core/report/import-view'
import { AnchorButton, Button, LinkButton } from '../kit/button'
import { Panel } from '../kit/panel'
import { EmptyState } from '../kit/states'
import { toast } from '../kit/toast'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { HistoryTable } from './history-table'
import { ImportTabs } from './import-tabs'
import { outcomeOf } from './outcome'
import { OverlapPanel } from './overlap-panel'
import { undoImport } from './request'
import { RunningPanel } from './running-panel'
import { type OwnWorkspace, SampleNote } from './sample-note'
import { useLiveImports } from './use-live-imports'
import { useUploads } from './use-uploads'

/** The drop zone is the page: files may be dropped anywhere on it. */
export function ImportsScreen({
  page,
  mayImport,
  mayUndo,
  mayDecide,
  actor,
  firstPage,
  sample,
  children,
}: {
  page: ImportPage
  mayImport: boolean
  mayUndo: 'all' | 'own' | 'none'
  /** Which of two sources counts. */
  mayDecide: boolean
  /** Who is asking, to tell own imports. */
  actor: string
  firstPage: boolean
  /** Where one's own files belong, when this workspace holds sample data; null when it does not. */
  sample: { readonly own: OwnWorkspace } | null
  /** Formats and scripts, below the history. */
  children: ReactNode
}) {
  const router = useRouter()
  const onFinished = useCallback(
    (view: ImportView) => {
      if (view.status === 'failed') toast.error(outcomeOf(view), { description: view.problem?.message })
      else if (view.status === 'committed') toast.success(outcomeOf(view))
      router.refresh()
    },
    [router],
  )
  const { views, watch, earlierSample } = useLiveImports(page.items, onFinished)
  const onAccepted = useCallback((id: string) => void watch(id), [watch])
  const { uploads, add, remove, retry } = useUploads(onAccepted)
  const { getRootProps, getInputProps, inputRef, isDragActive, open } = useDropzone({
    onDrop: (files) => add(files),
    noClick: true,
    noKeyboard: true,
    disabled: !mayImport,
  })
  // A browser shows the page before it is alive: files given to the input until then raised no event that was heard.
  useEffect(() => {
    const early = inputRef.current
    if (early === null || early.files === null || early.files.length === 0) return
    add([...early.files])
    early.value = ''
  }, [add, inputRef])

  const end = async (view: ImportView) => {
    const refusal = await undoImport(view.id)
    if (refusal !== null) toast.error(refusal.what, { description: refusal.remedy ?? undefined })
    else toast.success(t.imports.cancelled(view.no))
    await watch(view.id)
    router.refresh()
  }

  const running = views.filter((view) => isRunning(view.status))
  const ended = views.filter((view) => !isRunning(view.status))
  return (
    <div {...getRootProps({ role: undefined, tabIndex: undefined })} className="min-h-[calc(100dvh-2rem)]">
      {/* The button below opens it: one name, one stop for the keyboard. */}
      <input {...getInputProps({ 'aria-hidden': true, tabIndex: -1 })} />
      {isDragActive ? (
        <div className="pointer-events-none fixed inset-3 z-30 grid place-items-center rounded-md border-2 border-dashed border-accent bg-accent-soft/90 text-2xl font-semibold text-accent">
          {t.imports.dropNow}
        </div>
      ) : null}
      <TopLine left={<ImportTabs tab="files" />} />
      <ScreenTitle sentence={answer(ended, page.next !== null || !firstPage)} />
      <div className="flex flex-col gap-4">
        {sample === null ? null : <SampleNote own={sample.own} />}
        {mayImport ? <DropHere onChoose={open} /> : <p className="text-dim">{t.imports.mayNotImport}</p>}
        <RunningPanel
          uploads={uploads}
          running={running}
          earlierSample={earlierSample}
          mayEnd={(view) => mayUndo === 'all' || (mayUndo === 'own' && view.created_by === actor)}
          onCancel={remove}
          onRetry={retry}
          onEnd={end}
        />
        <OverlapPanel revision={revisionOf(ended)} mayDecide={mayDecide} onChange={() => router.refresh()} />
        {ended.length === 0 ? (
          <EmptyState title={t.imports.historyEmpty}>
            <p>{t.imports.historyEmptyText}</p>
          </EmptyState>
        ) : (
          <Panel title={t.imports.historyTitle}>
            <HistoryTable
              views={ended}
              mayUndo={(view) => mayUndo === 'all' || (mayUndo === 'own' && view.created_by === actor)}
              onUndone={() => router.refresh()}
            />
            {page.next === null && firstPage ? null : (
              <div className="mt-3 flex gap-2">
                {firstPage ? null : <LinkButton href="/imports">{t.imports.newest}</LinkButton>}
                {page.next === null ? null : (
                  <LinkButton href={`/imports?${new URLSearchParams({ cursor: page.next })}`}>
                    {t.imports.older}
                  </LinkButton>
                )}
              </div>
            )}
          </Panel>
        )}
        {children}
      </div>
    </div>
  )
}

function answer(ended: readonly ImportView[], more: boolean): string {
  const committed = ended.filter((view) => view.status === 'committed' && !isBilledOnly(view))
  if (committed.length === 0) return t.imports.answerEmpty
  const rows = countText(committed.reduce((sum, view) => sum + usageRows(view), 0n).toString())
  const files = String(committed.length)
  return more ? t.imports.answerMore(rows, files) : t.imports.answer(rows, files)
}

/** Changes with every import that ends or is undone; empty while there is nothing that could be told twice. */
const revisionOf = (ended: readonly ImportView[]) =>
  ended.length < 2 ? '' : ended.map((view) => `${view.no}${view.status}`).join(' ')

const usageRows = (view: ImportView) => BigInt(view.accepted) - (view.billed === null ? 0n : BigInt(view.billed.rows))

function DropHere({ onChoose }: { onChoose: () => void }) {
  return (
    <section
      aria-label={t.imports.dropHere}
      className="flex flex-col items-center gap-2 rounded-md border border-dashed border-line-strong/70 bg-panel px-4 py-8 text-center"
    >
      <UploadIcon aria-hidden className="size-6 text-dim" />
      <p className="text-lg font-medium">{t.imports.dropHere}</p>
      <p className="max-w-140 text-sm text-dim">{t.imports.dropNote}</p>
      <div className="mt-2 flex flex-wrap justify-center gap-2">
        <Button tone="primary" onClick={onChoose}>
          {t.imports.choose}
        </Button>
        <AnchorButton href="/api/v1/formats/template.csv" download>
          {t.imports.templateLong}
        </AnchorButton>
      </div>
    </section>
  )
}
