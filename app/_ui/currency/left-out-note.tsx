import { centsIn, usdCents } from '../../../lib/core/report/format'
import type { LeftOutView } from '../../../lib/core/report/left-out'
import { t } from '../messages/en'

/** What a figure in dollars leaves out, one line a currency; nothing where it leaves out nothing. */
export function LeftOutNote({ of }: { of: readonly LeftOutView[] }) {
  return of.map((one) => (
    <span key={one.currency} className="block text-xs text-warn wrap-anywhere">
      {t.currency.leftOut(
        centsIn(one.exact_amount, one.currency),
        one.in_usd === null ? null : usdCents(one.in_usd),
        one.missing.length,
      )}
    </span>
  ))
}
