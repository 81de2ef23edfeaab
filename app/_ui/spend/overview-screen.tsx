import type { ReactNode } from 'react'
import type { ForecastMonth } from '../../../lib/core/report/forecast'
import {
  centsIn,
  compactUsd,
  countText,
  instantText,
  monthAlone,
  monthName,
  percentOfMille,
  percentOfMyriad,
  signedUsd,
  usdCents,
} from '../../../lib/core/report/format'
import type { PeriodChoice } from '../../../lib/core/report/period-choice'
import { SPEND_GROUPS, type SpendHeadline, type SpendOverview } from '../../../lib/core/report/spend-overview'
import { type AddressState, addressWith } from '../kit/address'
import { AnchorButton, LinkButton } from '../kit/button'
import { CodeLine } from '../kit/code-line'
import { Link } from '../kit/link'
import { HeadlineFigure } from '../kit/money'
import { Panel } from '../kit/panel'
import { PeriodControl } from '../kit/period-control'
import { SegmentedLinks } from '../kit/segmented-control'
import { EmptyState } from '../kit/states'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { callsLink } from './drill'
import { RankingPanel } from './ranking-panel'
import { SpendChartView } from './spend-chart'
import { SpendTable } from './spend-table'
import { UnpricedPanel } from './unpriced-panel'

const fine = 'underline decoration-line-strong/60 underline-offset-3 hover:decoration-current'

/** The overview: what this month costs, against what, how much of it is known, and where it goes. */
export function OverviewScreen({
  overview,
  choice,
  address,
  view,
  origin,
  forecast,
  why,
  savings,
}: {
  overview: SpendOverview
  /** Null where the shown month is not the one that runs. */
  forecast: ForecastMonth | null
  choice: PeriodChoice
  address: AddressState
  view: 'chart' | 'table'
  /** Where this server is reached, for the command line shown on an empty workspace. */
  origin: string
  /** Panels that arrive after the rest of the page. */
  why: ReactNode
  savings: ReactNode
}) {
  if (!overview.hasData) return <EmptyWorkspace origin={origin} />
  const { chart, headline, by } = overview
  const nowMs = Date.parse(overview.generatedAt)
  return (
    <>
      <TopLine
        left={
          overview.dataTo === null ? (
            t.shell.noDataYet
          ) : (
            <>
              {t.shell.dataTo(instantText(overview.dataTo))}
              {overview.freshness.slice(0, 4).map((source) => (
                <span key={source.host} title={instantText(source.lastAt)}>
                  {' · '}
                  {hostName(source.host)} {t.shell.ago(source.lastAt, nowMs)}
                </span>
              ))}
            </>
          )
        }
        right={<PeriodControl choice={choice} address={address} />}
      />
      <ScreenTitle
        sentence={
          headline.isUnfinished
            ? t.overview.soFar(monthName(headline.month))
            : t.overview.wholeMonth(monthName(headline.month))
        }
        figure={
          <Link href={callsLink(headline.month, headline.month)} className="hover:text-accent">
            <HeadlineFigure amount={headline.cost} />
          </Link>
        }
        context={<Context overview={overview} choice={choice} forecast={forecast} />}
      />
      {chart.total === '0' && overview.coverage.records === '0' ? (
        <EmptyState
          title={t.overview.nothingInPeriod}
          action={<LinkButton href={addressWith(address, { period: '12m' })}>{t.overview.showAll}</LinkButton>}
        >
          <p>{t.overview.nothingInPeriodText(monthName(choice.firstMonth), monthName(choice.lastMonth))}</p>
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-4">
          <Panel
            title={t.overview.monthlySpend(by)}
            note={[
              t.overview.chartNote(usdCents(chart.total), chart.months.length),
              overview.others.period.length === 0
                ? null
                : t.overview.besides(overview.others.period.map((one) => centsIn(one.cost, one.currency)).join(' + ')),
              chart.unfinishedMonth === null || view === 'table'
                ? null
                : t.overview.unfinishedNote(monthAlone(chart.unfinishedMonth)),
              forecast === null || chart.unfinishedMonth === null || view === 'table' ? null : t.overview.forecastNote,
              chart.unpricedRequests.every((count) => count === '0') ? null : t.overview.unpricedNote,
            ]
              .filter((part) => part !== null)
              .join(' · ')}
            actions={
              <SegmentedLinks
                label={t.overview.groupBy}
                segments={SPEND_GROUPS.map((group) => ({
                  href: addressWith(address, { by: group }),
                  label: t.overview.groups[group],
                  current: group === by,
                }))}
              />
            }
          >
            {view === 'chart' ? (
              <SpendChartView chart={chart} by={by} forecast={forecast} />
            ) : (
              <SpendTable chart={chart} by={by} />
            )}
            <p className="mt-2 text-right text-sm">
              <Link
                href={addressWith(address, { view: view === 'chart' ? 'table' : null })}
                scroll={false}
                className="text-accent hover:underline"
              >
                {view === 'chart' ? t.overview.showTable : t.overview.showChart}
              </Link>
            </p>
          </Panel>
          <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            {why}
            {savings}
            <RankingPanel chart={chart} by={by} />
            <UnpricedPanel coverage={overview.coverage} choice={choice} />
          </div>
        </div>
      )}
    </>
  )
}

function Context({
  overview,
  choice,
  forecast,
}: {
  overview: SpendOverview
  choice: PeriodChoice
  forecast: ForecastMonth | null
}) {
  const { coverage, headline, others } = overview
  return (
    <>
      {others.month.length === 0 ? null : (
        <>
          <Link href={`/bills/${headline.month}`} className={fine}>
            {t.overview.besides(others.month.map((one) => centsIn(one.cost, one.currency)).join(' + '))}
          </Link>
          {' · '}
        </>
      )}
      {forecast === null ? null : (
        <>
          <Link href="/bills#forecast" className={fine}>
            {t.forecast.overview(
              compactUsd(forecast.forecast),
              forecast.low === null || forecast.high === null
                ? null
                : t.forecast.bandOf(compactUsd(forecast.low), compactUsd(forecast.high)),
            )}
          </Link>
          {' · '}
        </>
      )}
      <Comparison headline={headline} />
      {headline.reportedCost === null ? null : (
        <>
          {' · '}
          <span className={fine} title={t.overview.reportedNote}>
            {t.overview.reported(
              usdCents(headline.reportedCost),
              headline.reportedDifference === null ? null : signedUsd(headline.reportedDifference),
            )}
          </span>
        </>
      )}
      {' · '}
      {coverage.unpricedRequests === '0' ? (
        coverage.pricedTokensPerMyriad === null ? (
          t.overview.noTokens
        ) : (
          t.overview.allPriced
        )
      ) : (
        <>
          <Link href={callsLink(choice.firstMonth, choice.lastMonth, undefined, { unpriced: '1' })} className={fine}>
            {coverage.pricedTokensPerMyriad === null
              ? null
              : `${t.overview.priced(percentOfMyriad(coverage.pricedTokensPerMyriad))} — `}
            {t.overview.unpriced(countText(coverage.unpricedRequests), coverage.unpricedModels.length)}
          </Link>
          {', '}
          <Link href="/rates#unpriced" className="text-accent underline underline-offset-3">
            {t.overview.addRates}
          </Link>
        </>
      )}
    </>
  )
}

function Comparison({ headline }: { headline: SpendHeadline }) {
  const { comparison } = headline
  if (comparison === null) return t.overview.noComparison
  const month = monthAlone(comparison.month)
  if (comparison.change === '0') return t.overview.sameAs(comparison.days, month)
  const less = comparison.change.startsWith('-')
  return (
    <Link
      href={callsLink(comparison.month, comparison.month)}
      className="hover:underline"
      title={usdCents(comparison.cost)}
    >
      <span className={less ? 'font-medium text-good' : 'font-medium text-bad'}>{signedUsd(comparison.change)}</span>
      {comparison.changePerMille === null ? null : ` (${percentOfMille(comparison.changePerMille)})`}{' '}
      {less ? t.overview.less : t.overview.more} {t.overview.moreThan(comparison.days, month)}
    </Link>
  )
}

function EmptyWorkspace({ origin }: { origin: string }) {
  return (
    <div className="mx-auto max-w-175 pt-[8vh]">
      <h1 className="sr-only">{t.shell.overview}</h1>
      <EmptyState
        title={t.overview.emptyTitle}
        action={
          <>
            <LinkButton href="/imports" tone="primary" size="lg">
              {t.overview.emptyImport}
            </LinkButton>
            <AnchorButton href="/api/v1/formats/template.csv" download size="lg">
              {t.overview.emptyTemplate}
            </AnchorButton>
          </>
        }
      >
        <p>{t.overview.emptyText}</p>
      </EmptyState>
      <p className="mt-6 mb-1.5 text-sm text-dim">{t.overview.emptyCurl}</p>
      <CodeLine
        label={t.overview.emptyCurlLabel}
        code={`curl -H "Authorization: Bearer $TOKENTAB_TOKEN" --data-binary @usage.csv "${origin}/api/v1/imports?filename=usage.csv"`}
      />
      <p className="mt-6 text-sm text-dim">{t.overview.emptySample}</p>
    </div>
  )
}
