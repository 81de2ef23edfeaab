'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useRef, useState } from 'react'
import { countText } from '../../../lib/core/report/format'
import type { ImportView } from '../../../lib/core/report/import-view'
import type { MappingDraft } from '../../../lib/core/source/mapping/draft'
import type { MappingSpec } from '../../../lib/core/source/mapping/spec'
import { Breadcrumb } from '../kit/breadcrumb'
import { Button } from '../kit/button'
import { Field, Input } from '../kit/field'
import { Panel } from '../kit/panel'
import { ErrorState } from '../kit/states'
import { toast } from '../kit/toast'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { MappingColumns } from './mapping-columns'
import { MappingPreview } from './mapping-preview'
import { MappingQuestions } from './mapping-questions'
import { MappingReading } from './mapping-reading'
import { applyMapping, previewMapping } from './mapping-request'
import type { Refusal } from './request'

/** The columns of a file that no format fits: what was guessed, what is asked, and what its rows would cost. */
export function MappingScreen({ view, draft, mayMap }: { view: ImportView; draft: MappingDraft; mayMap: boolean }) {
  const router = useRouter()
  const [shown, setShown] = useState(draft)
  const [spec, setSpec] = useState(draft.spec)
  const [busy, setBusy] = useState<'reading' | 'saving' | null>(null)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [name, setName] = useState(
    draft.saved === null ? view.filename.replace(/\.[^.]{1,8}$/, '').slice(0, 80) : draft.saved.name,
  )
  const latest = useRef(0)

  const change = async (next: MappingSpec) => {
    setSpec(next)
    setBusy('reading')
    latest.current += 1
    const mine = latest.current
    const reply = await previewMapping(view.id, next)
    // Only the answer to the last change counts.
    if (mine !== latest.current) return
    setBusy(null)
    setRefusal(reply.ok ? null : reply.refusal)
    if (!reply.ok) return
    setShown(reply.value)
    setSpec(reply.value.spec)
  }

  const apply = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setBusy('saving')
    const reply = await applyMapping(view.id, name, spec)
    setBusy(null)
    setRefusal(reply.ok ? null : reply.refusal)
    if (!reply.ok) return
    toast.success(reply.value.queued ? t.mapping.applied : t.mapping.saved)
    router.push(`/imports/${view.id}`)
    router.refresh()
  }

  const waits = view.status === 'failed'
  return (
    <>
      <TopLine
        left={
          <Breadcrumb
            trail={[
              { href: '/imports', label: t.imports.title },
              { href: `/imports/${view.id}`, label: t.imports.inDetail(view.no) },
            ]}
            here={t.mapping.title}
          />
        }
        right={
          <span role="status" className="text-sm text-dim">
            {busy === 'reading' ? t.mapping.working : ''}
          </span>
        }
      />
      <ScreenTitle
        sentence={t.mapping.sentence(view.filename)}
        context={t.mapping.context(countText(String(shown.sampled)), shown.saved === null ? null : shown.saved.name)}
      />
      <div className="flex flex-col gap-4">
        {refusal === null ? null : <ErrorState what={refusal.what} remedy={refusal.remedy} />}
        <MappingQuestions draft={shown} spec={spec} onChange={change} />
        <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
          <MappingColumns columns={shown.columns} spec={spec} onChange={change} />
          <MappingReading draft={shown} spec={spec} onChange={change} />
        </div>
        <MappingPreview draft={shown} />
        <Panel title={t.mapping.saveTitle} note={waits ? undefined : t.mapping.savedOnly}>
          {mayMap ? (
            <form onSubmit={apply} className="flex flex-wrap items-end gap-3">
              <Field label={t.mapping.name} hint={t.mapping.nameHint} className="min-w-64 flex-1 sm:max-w-96">
                {(control) => (
                  <Input
                    {...control}
                    required
                    maxLength={80}
                    value={name}
                    onChange={(event) => setName(event.target.value)}
                  />
                )}
              </Field>
              <div className="flex items-center gap-3 pb-5.5">
                <Button
                  type="submit"
                  tone="primary"
                  busy={busy === 'saving'}
                  disabled={busy !== null || shown.questions.length > 0}
                >
                  {waits ? t.mapping.apply : t.mapping.applySaved}
                </Button>
                {shown.questions.length === 0 ? null : (
                  <span className="text-sm text-warn">{t.mapping.stillOpen(shown.questions.length)}</span>
                )}
              </div>
            </form>
          ) : (
            <p className="text-sm text-dim">{t.mapping.mayNot}</p>
          )}
        </Panel>
      </div>
    </>
  )
}
