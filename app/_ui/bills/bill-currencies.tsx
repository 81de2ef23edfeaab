import type { BillCurrencyView, BillView } from '../../../lib/core/report/bill-view'
import { centsIn, dayText, exactIn, usdCents } from '../../../lib/core/report/format'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { BillLines } from './bill-lines'
import { BillCorrections } from './bill-others'

/** What of the month is priced in other currencies: each a book of its own, with what it comes to in dollars beside it. */
export function BillCurrencies({ bill }: { bill: BillView }) {
  return bill.other_currencies.map((one) => (
    <Panel key={one.currency} title={t.bills.currencyTitle(one.currency)} note={t.bills.currencyNote}>
      <Converted of={one} />
      <BillLines book={{ ...one, month: bill.month, hasUnpriced: false }}>
        <BillCorrections of={one} />
      </BillLines>
    </Panel>
  ))
}

/** The amounts in other currencies and what everything comes to, for the line below the headline. */
export function CurrenciesContext({ bill }: { bill: BillView }) {
  const { other_currencies: others, together } = bill
  if (others.length === 0) return null
  const named = others.map((one) => centsIn(one.exact_total, one.currency)).join(' + ')
  return (
    <span className="block text-ink">
      {t.bills.besides(named)}
      {together === null ? (
        <span className="text-warn"> · {t.bills.notTogether}</span>
      ) : (
        <span title={exactIn(together.exact_amount, 'USD')}> · {t.bills.together(usdCents(together.amount))}</span>
      )}
    </span>
  )
}

function Converted({ of: { currency, converted, exact_total } }: { of: BillCurrencyView }) {
  const { exact_amount: exact, rates, missing } = converted
  if (exact === null) {
    return (
      <p className="mb-3 text-sm text-warn">
        {t.bills.notConverted(currency, missing.length)}{' '}
        <Link href="/settings/currency" className="text-accent underline underline-offset-3 print:hidden">
          {t.currency.enterThem}
        </Link>
      </p>
    )
  }
  const [first, last] = [rates[0], rates.at(-1)]
  return (
    <p className="mb-3 text-sm text-dim">
      <span className="text-ink" title={exactIn(exact, 'USD')}>
        {t.bills.convertedTo(centsIn(exact_total, currency), usdCents(exact))}
      </span>{' '}
      {first === undefined || last === undefined
        ? null
        : rates.length === 1
          ? t.bills.oneRate(first.rate, currency, dayText(first.day), first.source)
          : t.currency.shownAt(dayText(first.day), dayText(last.day), rates.length, [
              ...new Set(rates.map((one) => one.source)),
            ])}
    </p>
  )
}
