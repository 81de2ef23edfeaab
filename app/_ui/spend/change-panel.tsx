import type { BillChangeView } from '../../../lib/core/report/bill-change'
import { monthAlone, signedUsd } from '../../../lib/core/report/format'
import { WaterfallChart } from '../bills/waterfall-chart'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'

/** Why the headline's month differs from the one before, in effects that add up exactly. */
export function ChangePanel({ change }: { change: BillChangeView }) {
  const before = monthAlone(change.before_month)
  return (
    <Panel
      title={t.overview.why(monthAlone(change.month), before)}
      note={`${t.overview.whyNote(signedUsd(change.change))}${change.days === null ? '' : ` · ${t.change.days(change.days)}`}`}
    >
      <WaterfallChart change={change} />
      <p className="mt-2 text-right text-sm">
        <Link href={`/bills/${change.month}/changes`} className="text-accent hover:underline">
          {t.overview.whyMore}
        </Link>
      </p>
    </Panel>
  )
}
