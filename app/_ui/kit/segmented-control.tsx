import type { ReactNode } from 'react'
import { cn } from './class-name'
import { Link } from './link'

const frame = 'inline-flex max-w-full sm:shrink-0 overflow-x-auto rounded-md border border-line bg-panel'
const segment =
  'flex h-8 items-center border-l border-line px-1.5 text-sm sm:px-3 whitespace-nowrap text-dim first:border-l-0 hover:text-ink focus-visible:-outline-offset-2'
const chosen = 'bg-soft font-medium text-ink'

export interface LinkSegment {
  readonly href: string
  readonly label: ReactNode
  readonly current: boolean
}

/** A choice that is part of the address: each segment is a link, so back works and the view can be sent to a colleague. */
export function SegmentedLinks({
  label,
  segments,
  className,
  children,
}: {
  label: string
  segments: readonly LinkSegment[]
  className?: string | undefined
  /** A last segment that is not a link, such as the custom period. */
  children?: ReactNode
}) {
  return (
    <nav aria-label={label} className={cn(frame, className)}>
      {segments.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          scroll={false}
          aria-current={item.current ? 'true' : undefined}
          className={cn(segment, item.current && chosen)}
        >
          {item.label}
        </Link>
      ))}
      {children}
    </nav>
  )
}

/** The same for a choice that lives on the page only. */
export function SegmentedButtons<Value extends string>({
  label,
  value,
  options,
  onChange,
  className,
}: {
  label: string
  value: Value
  options: readonly { readonly value: Value; readonly label: ReactNode }[]
  onChange: (value: Value) => void
  className?: string | undefined
}) {
  return (
    <fieldset aria-label={label} className={cn(frame, className)}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={cn(segment, option.value === value && chosen)}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  )
}

/** Classes of one segment, for a popover trigger that stands in a segmented control. */
export function segmentClass(current: boolean): string {
  return cn(segment, current && chosen)
}
