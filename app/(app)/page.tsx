import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { Suspense } from 'react'
import { parsePeriodChoice } from '../../lib/core/report/period-choice'
import { SPEND_GROUPS } from '../../lib/core/report/spend-overview'
import { requirePagePrincipal } from '../../lib/server/auth/page'
import type { Principal } from '../../lib/server/auth/principal'
import { readBillChange } from '../../lib/server/read/bill-change'
import { readForecast } from '../../lib/server/read/forecast'
import { readOverview } from '../../lib/server/read/overview'
import { readSavings } from '../../lib/server/read/savings'
import { Skeleton } from '../_ui/kit/states'
import { t } from '../_ui/messages/en'
import { ChangePanel } from '../_ui/spend/change-panel'
import { OverviewScreen } from '../_ui/spend/overview-screen'
import { SavingsPanel } from '../_ui/spend/savings-panel'
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
      why={
        <Suspense fallback={<Skeleton className="h-88" label={t.overview.comparing} />}>
          <Why principal={principal} month={overview.headline.month} />
        </Suspense>
      }
      savings={
        <Suspense fallback={<Skeleton className="h-88" label={t.savings.looking} />}>
          <Savings principal={principal} />
        </Suspense>
      }
    />
  )
}

/** Both take longer than the rest of the page and come after it. */
async function Why({ principal, month }: { principal: Principal; month: string }) {
  const change = await readBillChange(principal, { month })
  return change.before === '0' || change.after === '0' ? null : <ChangePanel change={change} />
}

async function Savings({ principal }: { principal: Principal }) {
  const savings = await readSavings(principal, Date.now())
  return savings === null ? null : <SavingsPanel savings={savings} />
}
