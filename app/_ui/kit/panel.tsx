import type { ReactNode } from 'react'
import { cn } from './class-name'

/** A sheet on the page: 1 px line, no shadow. The title is a heading; `actions` stand at its right. */
export function Panel({
  title,
  note,
  actions,
  children,
  className,
  id,
}: {
  title?: ReactNode
  note?: ReactNode
  actions?: ReactNode
  children: ReactNode
  className?: string | undefined
  id?: string
}) {
  return (
    <section id={id} className={cn('min-w-0 rounded-md border border-line bg-panel p-4 sm:px-4.5', className)}>
      {title === undefined ? null : (
        <header className="mb-3 flex flex-wrap items-start justify-between gap-x-4 gap-y-2 sm:flex-nowrap">
          <div className="min-w-0 wrap-break-word">
            <h2 className="text-base font-semibold">{title}</h2>
            {note === undefined ? null : <p className="text-sm text-dim">{note}</p>}
          </div>
          {actions}
        </header>
      )}
      {children}
    </section>
  )
}
