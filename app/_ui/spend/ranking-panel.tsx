import { monthAlone, monthName, percentOfMille, signedUsd } from '../../../lib/core/report/format'
import { seriesColours } from '../../../lib/core/report/series-colour'
import type { SpendChart, SpendGroup } from '../../../lib/core/report/spend-overview'
import { rankGroups } from '../../../lib/core/report/spend-ranking'
import { cn } from '../kit/class-name'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { callsLink } from './drill'
import { colourOf, seriesName } from './series-name'

const wide = 'hidden sm:table-cell'

/** What costs most: each group in the last month of the period, the month before and the whole period. */
export function RankingPanel({ chart, by }: { chart: SpendChart; by: SpendGroup }) {
  const first = chart.months[0]
  const last = chart.months.at(-1)
  const before = chart.months.at(-2) ?? null
  if (first === undefined || last === undefined) return null
  const colours = seriesColours(by, chart.series).map(colourOf)
  // A part of a month is not compared with a whole one.
  const unfinished = last === chart.unfinishedMonth
  const title = t.overview.whereItGoes(by)
  return (
    <Panel title={title} note={t.overview.whereNote(monthName(last), unfinished, chart.months.length)}>
      <DataTable caption={title}>
        <thead>
          <tr>
            <HeadCell>{t.overview.name(by)}</HeadCell>
            <HeadCell align="right">{monthAlone(last)}</HeadCell>
            {before === null ? null : (
              <HeadCell align="right" className={wide}>
                {monthAlone(before)}
              </HeadCell>
            )}
            {before === null || unfinished ? null : <HeadCell align="right">{t.overview.change}</HeadCell>}
            <HeadCell align="right">{t.overview.inAll}</HeadCell>
            <HeadCell align="right" className={wide}>
              {t.overview.share}
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          {rankGroups(chart).map(({ series, place, lastMonth, monthBefore, change, sharePerMille }) => (
            <tr key={series.isOther ? 'other' : `=${series.key}`}>
              <RowHead className="min-w-32">
                <span className="flex items-center gap-2">
                  <span
                    aria-hidden
                    className="size-2.5 shrink-0 rounded-[2px]"
                    style={{ background: colours[place] }}
                  />
                  <span className="min-w-0 wrap-anywhere">{seriesName(by, series)}</span>
                </span>
              </RowHead>
              <Cell align="right">
                <Figure amount={lastMonth} href={series.isOther ? null : callsLink(last, last, { by, series })} />
              </Cell>
              {monthBefore === null || before === null ? null : (
                <Cell align="right" className={wide}>
                  <Figure
                    amount={monthBefore}
                    href={series.isOther ? null : callsLink(before, before, { by, series })}
                  />
                </Cell>
              )}
              {change === null || unfinished ? null : (
                <Cell align="right" className="text-dim">
                  {change === '0' ? '—' : signedUsd(change)}
                </Cell>
              )}
              <Cell align="right">
                <Figure amount={series.total} href={series.isOther ? null : callsLink(first, last, { by, series })} />
              </Cell>
              <Cell align="right" className={cn(wide, 'text-dim')}>
                {sharePerMille === null
                  ? '—'
                  : sharePerMille === 0
                    ? t.overview.shareTiny
                    : percentOfMille(sharePerMille)}
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Panel>
  )
}

function Figure({ amount, href }: { amount: string; href: string | null }) {
  if (href === null || amount === '0') return <Money amount={amount} />
  return (
    <Link href={href} className="hover:text-accent hover:underline">
      <Money amount={amount} />
    </Link>
  )
}
