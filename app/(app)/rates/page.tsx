import type { Metadata } from 'next'
import { DAY_MS, isoOf } from '../../../lib/core/time/instant'
import { requirePagePrincipal } from '../../../lib/server/auth/page'
import { grantOf } from '../../../lib/server/auth/principal'
import { listNames, readRateModels } from '../../../lib/server/read/rates'
import { readRevisions } from '../../../lib/server/read/revisions'
import { readUnpricedQueue } from '../../../lib/server/read/unpriced'
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
  const [page, unpriced, names, revisions] = await Promise.all([
    readRateModels(principal, { text, host, limit: MODELS_SHOWN, nowMs }),
    readUnpricedQueue(principal),
    listNames(principal),
    readRevisions(principal),
  ])
  const today = isoOf(nowMs).slice(0, 10)
  return (
    <RatesScreen
      page={page}
      unpriced={unpriced}
      names={names}
      revisions={revisions.rows}
      days={{ monthStart: `${today.slice(0, 7)}-01`, today, tomorrow: isoOf(nowMs + DAY_MS).slice(0, 10) }}
      canWrite={grantOf(principal, 'prices.write') === 'all'}
      canUpdate={grantOf(principal, 'prices.write') === 'all' && principal.role === 'admin'}
      text={text}
      host={host}
    />
  )
}
