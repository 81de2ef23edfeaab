import { X } from 'lucide-react'
import { centsIn, countText, monthName } from '../../../lib/core/report/format'
import type { PeriodChoice } from '../../../lib/core/report/period-choice'
import {
  type Exploration,
  isAdditive,
  MEASURE_UNIT,
  PIVOT_DIMENSIONS,
  type Pivot,
} from '../../../lib/core/report/pivot'
import { type AddressState, addressWith } from '../kit/address'
import { AnchorButton, LinkButton } from '../kit/button'
import { Link } from '../kit/link'
import { HeadlineFigure } from '../kit/money'
import { Panel } from '../kit/panel'
import { PeriodControl } from '../kit/period-control'
import { EmptyState } from '../kit/states'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { PivotChart } from './pivot-chart'
import { PivotControls } from './pivot-controls'
import { PivotTable } from './pivot-table'
import { cellCalls, valueText } from './pivot-words'

/** Usage cut any way: the one figure, its chart, and the table whose cells lead to the calls. */
export function ExploreScreen({
  exploration,
  choice,
  address,
}: {
  exploration: Exploration
  choice: PeriodChoice
  address: AddressState
}) {
  const { pivot, otherCurrencies, unpricedRecords } = exploration
  const { rows, columns, measure, total } = pivot
  const answer = t.explore.answer(measure, rows, columns)
  const period = t.kit.customRange(monthName(choice.firstMonth), monthName(choice.lastMonth))
  const shown = total.value === null ? t.explore.unknown : valueText(measure, total.value)
  const filters = PIVOT_DIMENSIONS.flatMap((name) => {
    const value = address.params[name]
    return value === undefined ? [] : [{ name, value }]
  })
  return (
    <>
      <TopLine left={period} right={<PeriodControl choice={choice} address={address} />} />
      <ScreenTitle
        sentence={answer}
        figure={
          <Link href={cellCalls(address, choice, []) ?? '/calls'} className="hover:text-accent">
            {measure === 'cost' && total.value !== null ? (
              <HeadlineFigure amount={total.value} />
            ) : (
              <span className="text-[38px] leading-[1.15] font-semibold tracking-[-0.02em]">{shown}</span>
            )}
          </Link>
        }
        context={
          <>
            {unpricedRecords === '0' ? null : (
              <Link
                href={`${cellCalls(address, choice, []) ?? '/calls?'}&unpriced=1`}
                className="text-warn hover:underline"
              >
                △ {t.explore.unpriced(countText(unpricedRecords))}
              </Link>
            )}
            {otherCurrencies.length === 0 || MEASURE_UNIT[measure] !== 'usd' ? null : (
              <p>
                {t.explore.otherCurrencies(otherCurrencies.map((one) => centsIn(one.cost, one.currency)).join(' + '))}
              </p>
            )}
          </>
        }
      />
      <PivotControls rows={rows} columns={columns} measure={measure} address={address} />
      {filters.length === 0 ? null : (
        <nav aria-label={t.calls.filters} className="mb-4 flex flex-wrap gap-2">
          {filters.map(({ name, value }) => (
            <Link
              key={name}
              href={addressWith(address, { [name]: null })}
              aria-label={t.calls.removeFilter(t.explore.groups[name])}
              className="inline-flex max-w-full items-center gap-1.5 rounded-full bg-accent-soft px-2.5 py-0.5 text-sm text-accent hover:underline"
            >
              <span className="truncate">
                {t.explore.groups[name]}:{' '}
                {value === '' ? t.explore.noneOf(name) : name === 'host' ? hostName(value) : value}
              </span>
              <X aria-hidden className="size-3.5 shrink-0" />
            </Link>
          ))}
        </nav>
      )}
      {pivot.records === '0' ? (
        <EmptyState
          title={t.explore.emptyTitle}
          action={
            <>
              <LinkButton href="/imports">{t.explore.emptyAction}</LinkButton>
              {filters.length === 0 ? null : <LinkButton href={address.path}>{t.explore.clear}</LinkButton>}
            </>
          }
        >
          <p>{t.explore.emptyText}</p>
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-4">
          <Panel title={answer} note={t.explore.chartNote(isAdditive(measure))}>
            <PivotChart pivot={pivot} summary={t.explore.summary(answer, period, shown)} />
          </Panel>
          <Panel
            title={t.explore.measures[measure]}
            note={t.explore.tableNote}
            actions={
              <AnchorButton
                href={addressWith({ path: '/api/v1/explore.csv', params: fileParams(address, pivot, choice) }, {})}
                download
              >
                {t.explore.exportCsv}
              </AnchorButton>
            }
          >
            <PivotTable pivot={pivot} choice={choice} address={address} />
          </Panel>
        </div>
      )}
    </>
  )
}

/** The file is of the same table, whatever the address left to its defaults. */
function fileParams(address: AddressState, pivot: Pivot, choice: PeriodChoice): Record<string, string> {
  return {
    ...address.params,
    period: `${choice.firstMonth}..${choice.lastMonth}`,
    rows: pivot.rows,
    columns: pivot.columns ?? 'none',
    measure: pivot.measure,
  }
}
