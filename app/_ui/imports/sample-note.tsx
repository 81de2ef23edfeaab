'use client'
import { Info } from 'lucide-react'
import { useWorkspaceSwitch } from '../auth/use-workspace-switch'
import { Button } from '../kit/button'
import { t } from '../messages/en'

/** The workspace of one's own that files belong in; null when one has none. */
export type OwnWorkspace = { readonly id: number; readonly name: string } | null

/** Said before the first file is dropped into a workspace of sample data. Nothing is forbidden by it. */
export function SampleNote({ own }: { own: OwnWorkspace }) {
  const { movingTo, move } = useWorkspaceSwitch()
  return (
    <section
      aria-label={t.shell.sampleData}
      className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md border border-line bg-panel px-4 py-3"
    >
      <Info aria-hidden className="size-4 shrink-0 text-dim" />
      <p className="min-w-0 flex-1 basis-64">
        <span className="font-medium">{t.imports.sampleHere}</span>{' '}
        <span className="text-dim">{t.imports.sampleHereText}</span>
      </p>
      {own === null ? null : (
        <Button busy={movingTo !== null} className="max-w-full" onClick={() => void move(own.id, '/imports')}>
          <span className="truncate">{t.account.switchToNamed(own.name)}</span>
        </Button>
      )}
    </section>
  )
}
