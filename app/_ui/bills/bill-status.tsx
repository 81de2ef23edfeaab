import type { BillStatus } from '../../../lib/core/report/bill-view'
import { percentOfMyriad } from '../../../lib/core/report/format'
import { Badge } from '../kit/badge'
import { t } from '../messages/en'

export function StatusBadge({ status }: { status: BillStatus }) {
  return (
    <span title={t.bills.statusExplained[status]}>
      <Badge tone={status === 'closed' ? 'good' : status === 'reviewed' ? 'accent' : 'neutral'}>
        {t.bills.status[status]}
      </Badge>
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
