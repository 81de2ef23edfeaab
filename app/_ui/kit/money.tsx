import type { ReactNode } from 'react'
import { centsIn, compactUsd, exactIn, exactUsd, fineUsd, splitUsd, usdCents } from '../../../lib/core/report/format'
import { cn } from './class-name'

const SHOWN = { cents: usdCents, compact: compactUsd, fine: fineUsd } as const

/**
 * An amount from exact decimal text. `cents` for bills and tables, `compact` (3 significant digits) for charts and tiles,
 * `fine` where single calls cost parts of a cent; the exact amount is on hover in either.
 */
export function Money({
  amount,
  as = 'cents',
  currency = 'USD',
  className,
}: {
  amount: string
  /** Amounts in another one are shown in cents with its name. */
  currency?: string
  as?: 'cents' | 'compact' | 'fine'
  className?: string | undefined
}) {
  return (
    <span className={cn('whitespace-nowrap', className)} title={exactIn(amount, currency)}>
      {currency === 'USD' ? SHOWN[as](amount) : centsIn(amount, currency)}
    </span>
  )
}

/** The number first: the one figure that answers the screen, cents small, the exact sum on hover. */
export function HeadlineFigure({ amount, suffix }: { amount: string; suffix?: ReactNode }) {
  const { whole, cents } = splitUsd(amount)
  return (
    <span className="text-[38px] leading-[1.15] font-semibold tracking-[-0.02em]" title={exactUsd(amount)}>
      {whole}
      <span className="align-[0.62em] text-[17px] font-medium tracking-normal text-dim">.{cents}</span>
      {suffix === undefined ? null : (
        <>
          {' '}
          <span className="inline-block text-xl leading-7 font-medium text-dim">{suffix}</span>
        </>
      )}
    </span>
  )
}
