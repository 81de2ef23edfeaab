import type { ReactNode } from 'react'
import { cn } from './class-name'

/** The first line of a screen: at the left where its data ends or where one stands, at the right its controls. */
export function TopLine({ left, right }: { left: ReactNode; right?: ReactNode }) {
  return (
    <div className="mb-5 flex min-h-8 flex-wrap items-center justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 text-sm text-dim">{left}</div>
      {right === undefined ? null : <div className="flex max-w-full flex-wrap items-center gap-2">{right}</div>}
    </div>
  )
}

/** The title is the answer: a sentence above, the figure, one line of context below. */
export function ScreenTitle({
  sentence,
  figure,
  context,
  className,
}: {
  sentence: ReactNode
  figure?: ReactNode
  context?: ReactNode
  className?: string | undefined
}) {
  return (
    <div className={cn('mb-5 wrap-break-word', className)}>
      <h1 className={figure === undefined ? 'text-2xl font-semibold tracking-[-0.01em]' : 'text-lg text-dim'}>
        {sentence}
        {figure === undefined ? null : <span className="block text-ink">{figure}</span>}
      </h1>
      {context === undefined ? null : <div className="mt-1 text-base text-dim">{context}</div>}
    </div>
  )
}
