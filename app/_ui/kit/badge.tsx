import type { ReactNode } from 'react'
import { cn } from './class-name'

const TONES = {
  neutral: 'border-line text-dim',
  good: 'border-good/50 text-good',
  warn: 'border-warn/50 text-warn',
  bad: 'border-bad/50 text-bad',
  accent: 'border-transparent bg-accent-soft text-accent',
} as const

/** A short word about a state; the word carries the meaning, the colour repeats it. */
export function Badge({
  tone = 'neutral',
  children,
  className,
}: {
  tone?: keyof typeof TONES
  children: ReactNode
  className?: string | undefined
}) {
  return (
    <span
      className={cn(
        'inline-flex items-center rounded-full border px-2 text-xs leading-5 whitespace-nowrap',
        TONES[tone],
        className,
      )}
    >
      {children}
    </span>
  )
}
