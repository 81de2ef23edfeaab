import type { ConvertedTotal as View } from '../../../lib/core/report/exchange-view'
import { dayText } from '../../../lib/core/report/format'
import { Link } from '../kit/link'
import { t } from '../messages/en'

/** The total once more in the display currency, with the rates that made it; or why it is not shown. */
export function ConvertedTotal({ total, amountText }: { total: View; amountText: string | null }) {
  const [first, last] = [total.rates[0], total.rates.at(-1)]
  return (
    <p className="mb-4 text-sm text-dim">
      {total.amount === null || amountText === null ? (
        <>
          {t.currency.missing(total.currency, total.missing.length)}{' '}
          <Link href="/settings/currency" className="text-accent underline underline-offset-3 print:hidden">
            {t.currency.enterThem}
          </Link>
        </>
      ) : (
        <>
          <span className="text-ink" title={total.amount}>
            {t.currency.shown(amountText, total.currency)}
          </span>{' '}
          {first === undefined || last === undefined
            ? null
            : t.currency.shownAt(dayText(first.day), dayText(last.day), total.rates.length, [
                ...new Set(total.rates.map((one) => one.source)),
              ])}
        </>
      )}
    </p>
  )
}
