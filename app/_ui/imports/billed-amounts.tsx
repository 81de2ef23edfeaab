import { billedCents, billedExact } from '../../../lib/core/report/billed-format'
import type { ImportBilled } from '../../../lib/core/report/import-view'

/** One figure a currency, never added to one another. */
export function BilledAmounts({ amounts }: { amounts: ImportBilled['amounts'] }) {
  return amounts.map(({ currency, amount }) => (
    <span key={currency} className="block whitespace-nowrap" title={billedExact(amount, currency)}>
      {billedCents(amount, currency)}
    </span>
  ))
}
