import { countText, monthName } from '../../../lib/core/report/format'
import type { SpendChart, SpendGroup } from '../../../lib/core/report/spend-overview'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Money } from '../kit/money'
import { t } from '../messages/en'
import { callsLink } from './drill'
import { seriesName } from './series-name'

const figure = 'hover:text-accent hover:underline'

/** The chart's twin: the same figures, exact, each a link to the calls behind it. Newest month first. */
export function SpendTable({ chart, by }: { chart: SpendChart; by: SpendGroup }) {
  const hasReported = chart.reported.some((amount) => amount !== null)
  const hasUnpriced = chart.unpricedRequests.some((count) => count !== '0')
  const first = chart.months[0]
  const last = chart.months.at(-1)
  if (first === undefined || last === undefined) return null
  const newestFirst = chart.months.map((month, index) => ({ month, index })).reverse()
  return (
    <DataTable caption={t.overview.monthlySpend(by)}>
      <thead>
        <tr>
          <HeadCell>{t.overview.month}</HeadCell>
          <HeadCell align="right">{t.overview.total}</HeadCell>
          {hasReported ? (
            <HeadCell align="right" title={t.overview.reportedNote}>
              {t.overview.reportedColumn}
            </HeadCell>
          ) : null}
          {hasUnpriced ? <HeadCell align="right">{t.overview.noRate}</HeadCell> : null}
          {chart.series.map((series) => (
            <HeadCell
              key={series.isOther ? 'other' : `=${series.key}`}
              align="right"
              className="min-w-24 whitespace-normal wrap-break-word"
            >
              {seriesName(by, series)}
            </HeadCell>
          ))}
        </tr>
      </thead>
      <tbody>
        {newestFirst.map(({ month, index }) => (
          <tr key={month}>
            <RowHead className="whitespace-nowrap">
              {monthName(month)}
              {month === chart.unfinishedMonth ? <span className="text-dim"> ({t.overview.unfinished})</span> : null}
            </RowHead>
            <Figure amount={chart.totals[index]} href={callsLink(month, month)} strong />
            {hasReported ? <Figure amount={chart.reported[index] ?? undefined} href={null} /> : null}
            {hasUnpriced ? <Unpriced count={chart.unpricedRequests[index]} month={month} /> : null}
            {chart.series.map((series) => (
              <Figure
                key={series.isOther ? 'other' : `=${series.key}`}
                amount={series.values[index]}
                href={series.isOther ? null : callsLink(month, month, { by, series })}
              />
            ))}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr className="font-semibold">
          <RowHead className="font-semibold">{t.overview.total}</RowHead>
          <Figure amount={chart.total} href={callsLink(first, last)} strong />
          {hasReported ? <Cell /> : null}
          {hasUnpriced ? <Cell /> : null}
          {chart.series.map((series) => (
            <Figure
              key={series.isOther ? 'other' : `=${series.key}`}
              amount={series.total}
              href={series.isOther ? null : callsLink(first, last, { by, series })}
              strong
            />
          ))}
        </tr>
      </tfoot>
    </DataTable>
  )
}

function Figure({ amount, href, strong }: { amount: string | undefined; href: string | null; strong?: boolean }) {
  return (
    <Cell align="right" className={strong ? 'font-semibold' : undefined}>
      {amount === undefined ? (
        <span className="text-dim">—</span>
      ) : href === null || amount === '0' ? (
        <Money amount={amount} className={amount === '0' ? 'text-dim' : undefined} />
      ) : (
        <Link href={href} className={figure}>
          <Money amount={amount} />
        </Link>
      )}
    </Cell>
  )
}

function Unpriced({ count, month }: { count: string | undefined; month: string }) {
  return (
    <Cell align="right">
      {count === undefined || count === '0' ? (
        <span className="text-dim">—</span>
      ) : (
        <Link href={callsLink(month, month, undefined, { unpriced: '1' })} className="text-warn hover:underline">
          △ {t.overview.noRateCalls(countText(count))}
        </Link>
      )}
    </Cell>
  )
}
