import type { ForecastMonth, ForecastReport, ForecastView } from '../../../lib/core/report/forecast'
import { exactUsd, monthName, percentOfMille, usdCents } from '../../../lib/core/report/format'
import { LeftOutNote } from '../currency/left-out-note'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { callsLink } from '../spend/drill'
import { ForecastChart } from './forecast-chart'

/** The month end and the next three, and how far off the same forecast was before. */
export function ForecastPanel({ forecast, view }: { forecast: ForecastReport; view: 'chart' | 'table' }) {
  if (forecast.months.length === 0) {
    return (
      <Panel id="forecast" title={t.forecast.title}>
        <p className="text-dim">{t.forecast.none}</p>
        <LeftOutNote of={forecast.left_out} />
      </Panel>
    )
  }
  return (
    <Panel
      id="forecast"
      title={t.forecast.title}
      note={t.forecast.note(forecast.as_of)}
      actions={
        <Link
          href={view === 'chart' ? '/bills?view=table#forecast' : '/bills#forecast'}
          scroll={false}
          className="text-sm whitespace-nowrap text-accent hover:underline"
        >
          {view === 'chart' ? t.forecast.showTable : t.forecast.showChart}
        </Link>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        {view === 'chart' ? <ForecastChart forecast={forecast} /> : <Months forecast={forecast} />}
        <Errors forecast={forecast} />
      </div>
      <LeftOutNote of={forecast.left_out} />
      <p className="mt-3 max-w-180 text-sm text-dim">{t.forecast.method}</p>
    </Panel>
  )
}

function Months({ forecast }: { forecast: ForecastView }) {
  return (
    <DataTable caption={t.forecast.title}>
      <thead>
        <tr>
          <HeadCell>{t.forecast.month}</HeadCell>
          <HeadCell align="right">{t.forecast.actual}</HeadCell>
          <HeadCell align="right">{t.forecast.expected}</HeadCell>
          <HeadCell align="right">{t.forecast.band}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {forecast.history.map(({ month, actual }) => (
          <tr key={month}>
            <RowHead>{monthName(month)}</RowHead>
            <Cell align="right">
              <Amount amount={actual} />
            </Cell>
            <Cell />
            <Cell />
          </tr>
        ))}
        {forecast.months.map((month) => (
          <tr key={month.month}>
            <RowHead>{monthName(month.month)}</RowHead>
            <Cell align="right">
              {month.to_date === null ? (
                <span className="text-dim">—</span>
              ) : (
                <>
                  <Amount amount={month.to_date} /> <span className="text-dim">{t.bills.soFar}</span>
                </>
              )}
            </Cell>
            <Cell align="right" className="font-medium">
              <Amount amount={month.forecast} />
            </Cell>
            <Cell align="right">{bandText(month)}</Cell>
          </tr>
        ))}
      </tbody>
    </DataTable>
  )
}

function bandText({ low, high }: ForecastMonth): string {
  return low === null || high === null ? t.forecast.noBand : t.forecast.bandOf(usdCents(low), usdCents(high))
}

function Amount({ amount }: { amount: string }) {
  return <span title={exactUsd(amount)}>{usdCents(amount)}</span>
}

function Errors({ forecast }: { forecast: ForecastView }) {
  if (forecast.errors.length === 0) return <p className="text-dim">{t.forecast.errorsNone}</p>
  return (
    <div>
      <h3 className="text-sm font-semibold">{t.forecast.errorsTitle}</h3>
      <p className="mb-1 text-sm text-dim">{t.forecast.errorsNote}</p>
      <DataTable caption={t.forecast.errorsTitle}>
        <thead>
          <tr>
            <HeadCell>{t.forecast.month}</HeadCell>
            <HeadCell align="right">{t.forecast.saidThen}</HeadCell>
            <HeadCell align="right">{t.forecast.came}</HeadCell>
            <HeadCell align="right">{t.forecast.error}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {forecast.errors.map((error) => (
            <tr key={error.month}>
              <RowHead className="whitespace-nowrap">{monthName(error.month)}</RowHead>
              <Cell align="right">
                <Amount amount={error.forecast} />
              </Cell>
              <Cell align="right">
                <Link href={callsLink(error.month, error.month)} className="hover:text-accent hover:underline">
                  <Amount amount={error.actual} />
                </Link>
              </Cell>
              <Cell align="right">
                {error.error_per_mille > 0 ? '+' : error.error_per_mille < 0 ? '−' : ''}
                {percentOfMille(error.error_per_mille)}
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </div>
  )
}
