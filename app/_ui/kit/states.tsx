import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '../messages/en'
import { cn } from './class-name'

/** An empty screen teaches: what will be here, the one button that fills it, and another way. */
export function EmptyState({
  title,
  children,
  action,
  className,
}: {
  title: ReactNode
  children?: ReactNode
  action?: ReactNode
  className?: string | undefined
}) {
  return (
    <div
      className={cn('rounded-md border border-dashed border-line-strong/60 bg-panel px-6 py-10 text-center', className)}
    >
      <h2 className="text-xl font-semibold">{title}</h2>
      {children === undefined ? null : <div className="mx-auto mt-2 max-w-130 text-dim">{children}</div>}
      {action === undefined ? null : <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  )
}

/** An error says what happened, what was kept and what to do, beside where it happened. */
export function ErrorState({
  what,
  kept,
  remedy,
  action,
  className,
}: {
  what: ReactNode
  kept?: ReactNode
  remedy?: ReactNode
  action?: ReactNode
  className?: string | undefined
}) {
  return (
    <div role="alert" className={cn('flex gap-3 rounded-md border border-bad/45 bg-panel p-4', className)}>
      <CircleAlert aria-hidden className="mt-0.5 size-4.5 shrink-0 text-bad" />
      <div className="min-w-0 space-y-1">
        <p className="font-medium break-words">{what}</p>
        {kept === undefined ? null : (
          <p className="text-dim">
            <span className="font-medium text-ink">{t.kit.kept}</span> {kept}
          </p>
        )}
        {remedy === undefined ? null : (
          <p className="text-dim">
            <span className="font-medium text-ink">{t.kit.toDo}</span> {remedy}
          </p>
        )}
        {action === undefined ? null : <div className="flex flex-wrap gap-2 pt-2">{action}</div>}
      </div>
    </div>
  )
}

/** A grey shape where something will be. `label` on the outermost one tells a screen reader that it loads. */
export function Skeleton({ className, label }: { className?: string; label?: string }) {
  return (
    <div
      role={label === undefined ? undefined : 'status'}
      className={cn('motion-safe:animate-pulse rounded-md bg-soft', className)}
    >
      {label === undefined ? null : <span className="sr-only">{label}</span>}
    </div>
  )
}
