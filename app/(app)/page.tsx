import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { parsePeriodChoice } from '../../lib/core/report/period-choice'
import { SPEND_GROUPS } from '../../lib/core/report/spend-overview'
import { requirePagePrincipal } from '../../lib/server/auth/page'
import { readForecast } from '../../lib/server/read/forecast'
import { readOverview } from '../../lib/server/read/overview'
import { t } from '../_ui/messages/en'
import { OverviewScreen } from '../_ui/spend/overview-screen'
import { originOf, type PageQuery, singleValues } from './page-query'

export const metadata: Metadata = { title: t.shell.overview }

export default async function OverviewPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const principal = await requirePagePrincipal()
  const params = singleValues(await searchParams, ['period', 'by', 'view'])
  const choice = parsePeriodChoice(params.period, Date.now())
  const by = SPEND_GROUPS.find((group) => group === params.by) ?? 'host'
  const [overview, forecast] = await Promise.all([readOverview(principal, { choice, by }), readForecast(principal)])
  return (
    <OverviewScreen
      overview={overview}
      forecast={forecast.months.find((month) => month.month === choice.lastMonth) ?? null}
      choice={choice}
      address={{ path: '/', params }}
      view={params.view === 'table' ? 'table' : 'chart'}
      origin={originOf(await headers())}
    />
  )
}
