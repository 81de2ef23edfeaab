import { sumUsd, usdFromText, usdToText } from '../../../lib/core/money/usd'
import type { BillCorrectionView, BillView } from '../../../lib/core/report/bill-view'
import { instantText, monthName, signedUsd } from '../../../lib/core/report/format'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { ErrorState } from '../kit/states'
import { t } from '../messages/en'

/** Who reviewed, closed and reopened the month, and what happened to its usage since. Nothing for an untouched month. */
export function StatePanel({ bill }: { bill: BillView }) {
  const { review, close, reopened } = bill
  if (review === null && close === null && reopened.length === 0) return null
  return (
    <Panel title={t.bills.stateTitle} className="print:mt-4">
      <ul className="flex flex-col gap-2 text-sm">
        {close === null ? null : (
          <li>
            {t.bills.closedBy(close.closed_by, instantText(close.closed_at))} · {t.bills.versionOf(close.version)}
            {close.note === null ? null : (
              <span className="block wrap-anywhere">{t.bills.closeNoteOf(close.note)}</span>
            )}
            <span className="block text-dim">
              {t.bills.hash}
              <code className="block text-xs break-all">{close.sha256}</code>
            </span>
            {close.fault === null ? (
              <span className="block text-dim">
                {close.verified_at === null
                  ? t.bills.notVerifiedYet
                  : t.bills.verifiedAt(instantText(close.verified_at))}
              </span>
            ) : (
              <ErrorState className="mt-2" what={t.bills.faultFound} remedy={close.fault} />
            )}
          </li>
        )}
        {review === null ? null : (
          <li>
            {t.bills.reviewedBy(review.reviewed_by, instantText(review.reviewed_at))}
            {review.changed && close === null ? (
              <span className="block text-warn">{t.bills.changedSinceReview}</span>
            ) : null}
          </li>
        )}
        {reopened.map((one) => (
          <li key={one.version}>
            {t.bills.reopenedBy(one.version, one.reopened_by, instantText(one.reopened_at))}
            <span className="block text-dim wrap-anywhere">{one.reason}</span>
          </li>
        ))}
        {close === null ? null : (
          <li>
            <span className="font-medium">{t.bills.sinceClose}</span>
            {bill.since_close.length === 0 ? <span className="block text-dim">{t.bills.sinceCloseNone}</span> : null}
            {byMonth(bill.since_close).map(([month, amount]) => (
              <Link key={month} href={`/bills/${month}`} className="block hover:text-accent hover:underline">
                {t.bills.sinceCloseText(signedUsd(amount), monthName(month))}
              </Link>
            ))}
          </li>
        )}
      </ul>
    </Panel>
  )
}

/** Exact sums by the month that charges them. */
function byMonth(lines: readonly BillCorrectionView[]): [month: string, amount: string][] {
  return [...new Set(lines.map((line) => line.billed_in))].map((month) => [
    month,
    usdToText(sumUsd(lines.filter((line) => line.billed_in === month).map((line) => usdFromText(line.exact_amount)))),
  ])
}
