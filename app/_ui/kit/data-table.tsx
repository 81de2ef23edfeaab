import type { ComponentProps, ReactNode } from 'react'
import { cn } from './class-name'

/** A box that scrolls must be reachable by keyboard (WCAG 2.1.1), although it is no control. */
const KEYBOARD_SCROLLING = { tabIndex: 0 } as const

/**
 * A ledger table. It scrolls inside its own box on a narrow screen; the box takes the focus so that it can be scrolled
 * by keyboard. `caption` names it for screen readers.
 */
export function DataTable({
  caption,
  children,
  className,
}: {
  caption: string
  children: ReactNode
  className?: string | undefined
}) {
  return (
    <section aria-label={caption} {...KEYBOARD_SCROLLING} className="relative -mx-1 overflow-x-auto px-1">
      <table className={cn('w-full border-collapse text-sm', className)}>
        <caption className="sr-only">{caption}</caption>
        {children}
      </table>
    </section>
  )
}

type Align = { align?: 'left' | 'right' }

export function HeadCell({ align = 'left', className, ...rest }: ComponentProps<'th'> & Align) {
  return (
    <th
      scope="col"
      className={cn(
        'border-b border-line px-2 py-2 font-medium whitespace-nowrap text-dim',
        align === 'right' ? 'text-right' : 'text-left',
        className,
      )}
      {...rest}
    />
  )
}

export function Cell({ align = 'left', className, ...rest }: ComponentProps<'td'> & Align) {
  return (
    <td
      className={cn(
        'border-b border-line px-2 py-2 align-top',
        align === 'right' ? 'text-right whitespace-nowrap' : 'text-left',
        className,
      )}
      {...rest}
    />
  )
}

/** On a narrow screen what can be done with a row stays at its right edge, over the columns that scroll; tables stand on panels. */
const staying = 'sticky right-0 bg-panel'

/** Head of the column of actions. */
export function ActionsHeadCell({ children }: { children: ReactNode }) {
  return (
    <HeadCell align="right" className={staying}>
      {children}
    </HeadCell>
  )
}

/** What can be done with a row. */
export function ActionsCell({ children }: { children: ReactNode }) {
  return (
    <Cell align="right" className={staying}>
      {children}
    </Cell>
  )
}

/** The name of a row, so that a screen reader reads it before each figure. */
export function RowHead({ className, ...rest }: ComponentProps<'th'>) {
  return (
    <th
      scope="row"
      className={cn('border-b border-line px-2 py-2 text-left align-top font-normal', className)}
      {...rest}
    />
  )
}
