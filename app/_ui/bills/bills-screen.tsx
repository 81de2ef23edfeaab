import type { BillSummary } from '../../../lib/core/report/bill-view'
import type { ForecastReport } from '../../../lib/core/report/forecast'
import { countText, monthName, percentOfMyriad } from '../../../lib/core/report/format'
import { LinkButton } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { HeadlineFigure, Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { EmptyState } from '../kit/states'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { callsLink } from '../spend/drill'
import { StatusBadge } from './bill-status'
import { ForecastPanel } from './forecast-panel'

/** Every month with usage; the latest finished one is the answer. */
export function BillsScreen({
  bills,
  forecast,
  view,
}: {
  bills: readonly BillSummary[]
  forecast: ForecastReport
  view: 'chart' | 'table'
}) {
  const latest = bills.find((bill) => !bill.unfinished) ?? bills[0]
  if (latest === undefined) {
    return (
      <>
        <h1 className="sr-only">{t.bills.title}</h1>
        <EmptyState
          title={t.bills.none}
          action={
            <LinkButton tone="primary" href="/imports">
              {t.bills.emptyAction}
            </LinkButton>
          }
        >
          {t.bills.noneText}
        </EmptyState>
      </>
    )
  }
  const month = monthName(latest.month)
  return (
    <>
      <TopLine left={t.bills.count(bills.length)} />
      <ScreenTitle
        sentence={latest.unfinished ? t.bills.latestUnfinished(month) : t.bills.latestFinished(month)}
        figure={
          <Link href={`/bills/${latest.month}`} className="hover:text-accent">
            {latest.exact_total === null ? t.bills.noAmount : <HeadlineFigure amount={latest.exact_total} />}
          </Link>
        }
        context={<NotInTotal bill={latest} />}
      />
      <Panel title={t.bills.listTitle} note={t.bills.listNote}>
        <DataTable caption={t.bills.listTitle}>
          <thead>
            <tr>
              <HeadCell>{t.bills.month}</HeadCell>
              <HeadCell>{t.bills.statusColumn}</HeadCell>
              <HeadCell align="right" className={wide}>
                {t.bills.recordsColumn}
              </HeadCell>
              <HeadCell align="right" className={wide}>
                {t.bills.pricedColumn}
              </HeadCell>
              <HeadCell align="right" className={wide}>
                {t.bills.unpricedColumn}
              </HeadCell>
              <HeadCell align="right">{t.bills.total}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {bills.map((bill) => (
              <MonthRow key={bill.month} bill={bill} />
            ))}
          </tbody>
        </DataTable>
      </Panel>
      <div className="mt-4">
        <ForecastPanel forecast={forecast} view={view} />
      </div>
    </>
  )
}

/** What stands beside the figure because it is not in it: other currencies, and calls whose cost nobody knows. */
function NotInTotal({ bill }: { bill: BillSummary }) {
  const isComplete = bill.unpriced_requests === '0'
  if (isComplete && bill.other_currencies.length === 0) return null
  return (
    <span className="flex flex-wrap gap-x-3">
      {bill.other_currencies.map(({ currency, exact_total }) => (
        <span key={currency}>
          + <Money amount={exact_total} currency={currency} />
        </span>
      ))}
      {isComplete ? null : (
        <Link
          href={callsLink(bill.month, bill.month, undefined, { unpriced: '1' })}
          className="text-warn hover:underline"
        >
          {t.bills.unpricedCalls(countText(bill.unpriced_requests))}
        </Link>
      )}
    </span>
  )
}

/** On a phone the month, its state and its total. */
const wide = 'hidden md:table-cell'

function MonthRow({ bill }: { bill: BillSummary }) {
  return (
    <tr>
      <RowHead className="whitespace-nowrap">
        <Link href={`/bills/${bill.month}`} className="font-medium hover:text-accent hover:underline">
          {monthName(bill.month)}
        </Link>
        {bill.unfinished ? <span className="text-dim"> · {t.bills.soFar}</span> : null}
        {bill.unpriced_requests === '0' ? null : (
          <span className="block text-xs text-warn md:hidden">
            {t.bills.unpricedCalls(countText(bill.unpriced_requests))}
          </span>
        )}
      </RowHead>
      <Cell>
        <StatusBadge status={bill.status} />
      </Cell>
      <Cell align="right" className={wide}>
        {countText(bill.records)}
      </Cell>
      <Cell align="right" className={wide}>
        {bill.priced_per_myriad === null ? '—' : percentOfMyriad(bill.priced_per_myriad)}
      </Cell>
      <Cell align="right" className={wide}>
        {bill.unpriced_requests === '0' ? (
          <span className="text-dim">—</span>
        ) : (
          <Link
            href={callsLink(bill.month, bill.month, undefined, { unpriced: '1' })}
            className="text-warn hover:underline"
          >
            {countText(bill.unpriced_requests)}
          </Link>
        )}
      </Cell>
      <Cell align="right" className="font-medium">
        {bill.exact_total === null ? (
          t.bills.noAmount
        ) : (
          <Link href={`/bills/${bill.month}`} className="hover:text-accent hover:underline">
            <Money amount={bill.exact_total} />
          </Link>
        )}
        {bill.other_currencies.map(({ currency, exact_total }) => (
          <span key={currency} className="block font-normal text-dim">
            <Money amount={exact_total} currency={currency} />
          </span>
        ))}
      </Cell>
    </tr>
  )
}
