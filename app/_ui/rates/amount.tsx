import { countText, unitPrice } from '../../../lib/core/report/format'
import type { RateAmount } from '../../../lib/core/report/rate-view'
import { t } from '../messages/en'

/** A unit price with every digit; its unit is said when it is not a million tokens. */
export function RateFigure({ amount, per, currency }: Pick<RateAmount, 'amount' | 'per' | 'currency'>) {
  return (
    <span className="whitespace-nowrap">
      {currency === 'USD' ? unitPrice(amount) : `${amount} ${currency}`}
      {per === '1000000' ? null : <span className="text-dim"> {t.calls.per(per === '1' ? per : countText(per))}</span>}
    </span>
  )
}
