import type { BillView } from '../../../lib/core/report/bill'
import { percentOfMyriad } from '../../../lib/core/report/format'
import { Badge } from '../kit/badge'
import { t } from '../messages/en'

export function StatusBadge({ status }: { status: BillView['status'] }) {
  return (
    <span title={t.bills.statusExplained[status]}>
      <Badge>{t.bills.status[status]}</Badge>
    </span>
  )
}

/** Share of tokens priced; nothing where there are no tokens. */
export function PricedBadge({ perMyriad }: { perMyriad: number | null }) {
  if (perMyriad === null) return null
  return (
    <span title={t.bills.pricedExplained}>
      <Badge tone={perMyriad === 10_000 ? 'good' : 'warn'}>{t.bills.priced(percentOfMyriad(perMyriad))}</Badge>
    </span>
  )
}
