import { type ComponentProps, type ReactNode, useId } from 'react'
import { cn } from './class-name'

const box =
  'w-full rounded-md border border-line-strong/60 bg-panel px-2.5 text-base text-ink placeholder:text-dim disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-bad'

/**
 * A labelled control. The error is announced with the control and stands beside it; the hint says units or rules before
 * they are broken. The child gets `id`, `aria-invalid` and `aria-describedby`.
 */
export function Field({
  label,
  hint,
  error,
  className,
  children,
}: {
  label: ReactNode
  hint?: ReactNode
  error?: string | null | undefined
  className?: string | undefined
  children: (control: { id: string; 'aria-invalid': boolean; 'aria-describedby': string | undefined }) => ReactNode
}) {
  const id = useId()
  const hintId = hint === undefined ? null : `${id}-hint`
  const errorId = error ? `${id}-error` : null
  const describedBy = [hintId, errorId].filter((part) => part !== null).join(' ')
  return (
    <div className={cn('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-invalid': errorId !== null,
        'aria-describedby': describedBy === '' ? undefined : describedBy,
      })}
      {hintId === null ? null : (
        <p id={hintId} className="text-xs text-dim">
          {hint}
        </p>
      )}
      {errorId === null ? null : (
        <p id={errorId} role="alert" className="text-sm text-bad">
          {error}
        </p>
      )}
    </div>
  )
}

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={cn(box, 'h-9', className)} {...rest} />
}

/** The platform's own select: it works by keyboard, by touch and with a screen reader everywhere. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <select className={cn(box, 'h-9 pr-8', className)} {...rest}>
      {children}
    </select>
  )
}

export function Checkbox({ label, className, ...rest }: ComponentProps<'input'> & { label: ReactNode }) {
  return (
    <label className={cn('flex items-start gap-2 text-base', className)}>
      <input type="checkbox" className="mt-0.75 size-4 accent-(--accent)" {...rest} />
      <span>{label}</span>
    </label>
  )
}
