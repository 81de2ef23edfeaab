import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'
import { cn } from './class-name'
import { Link } from './link'

const look = cva(
  'inline-flex items-center justify-center gap-1.5 rounded-md border text-sm font-medium whitespace-nowrap motion-safe:transition-colors select-none disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        /** The one action of a screen. */
        primary: 'border-ink bg-ink text-paper hover:bg-ink/88',
        plain: 'border-line bg-panel text-ink hover:bg-soft',
        quiet: 'border-transparent bg-transparent text-dim hover:bg-soft hover:text-ink',
        danger: 'border-bad/50 bg-panel text-bad hover:bg-soft',
      },
      size: { md: 'h-8 px-3', lg: 'h-10 px-4 text-base', sm: 'h-7 px-2', icon: 'size-8' },
    },
    defaultVariants: { tone: 'plain', size: 'md' },
  },
)

type Look = VariantProps<typeof look>

/** `busy` keeps the button's width, says so to assistive technology and refuses a second press. */
export function Button({
  tone,
  size,
  busy = false,
  className,
  type = 'button',
  disabled,
  ...rest
}: ComponentProps<'button'> & Look & { busy?: boolean }) {
  return (
    <button
      type={type}
      className={cn(look({ tone, size }), className)}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      {...rest}
    />
  )
}

/** A link that looks like a button: it goes somewhere. */
export function LinkButton({ tone, size, className, ...rest }: ComponentProps<typeof Link> & Look) {
  return <Link className={cn(look({ tone, size }), className)} {...rest} />
}

/** The same for a download or another origin, where the router must not interfere. */
export function AnchorButton({ tone, size, className, children, ...rest }: ComponentProps<'a'> & Look) {
  return (
    <a className={cn(look({ tone, size }), className)} {...rest}>
      {children}
    </a>
  )
}
