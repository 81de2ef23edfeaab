import type { Metadata } from 'next'
import { parsePeriodChoice } from '../../../lib/core/report/period-choice'
import { requirePagePrincipal } from '../../../lib/server/auth/page'
import { readOverview } from '../../../lib/server/read/overview'
import { readRateModels } from '../../../lib/server/read/rates'
import { t } from '../../_ui/messages/en'
import { RatesScreen } from '../../_ui/rates/rates-screen'
import { type PageQuery, singleValues } from '../page-query'

const MODELS_SHOWN = 100

export const metadata: Metadata = { title: t.rates.title }

export default async function RatesPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const principal = await requirePagePrincipal('/rates')
  const params = singleValues(await searchParams, ['q', 'host'])
  const nowMs = Date.now()
  const text = params.q ?? ''
  const host = params.host === undefined || params.host === '' ? null : params.host
  const [page, overview] = await Promise.all([
    readRateModels(principal, { text, host, limit: MODELS_SHOWN, nowMs }),
    readOverview(principal, { choice: parsePeriodChoice('12m', nowMs), by: 'host' }),
  ])
  return <RatesScreen page={page} unpriced={overview.coverage.unpricedModels} text={text} host={host} />
}
