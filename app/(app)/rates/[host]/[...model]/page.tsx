import type { Metadata } from 'next'
import { DAY_MS, isoOf } from '../../../../../lib/core/time/instant'
import { requirePagePrincipal } from '../../../../../lib/server/auth/page'
import { grantOf } from '../../../../../lib/server/auth/principal'
import { readRateEntries } from '../../../../../lib/server/read/rates'
import { t } from '../../../../_ui/messages/en'
import { RateDetailScreen } from '../../../../_ui/rates/rate-detail-screen'
import { orNotFound } from '../../../or-not-found'
import { type PageQuery, singleValues } from '../../../page-query'

export const metadata: Metadata = { title: t.rates.title }

export default async function RatePage({
  params,
  searchParams,
}: {
  params: Promise<{ host: string; model: string[] }>
  searchParams: Promise<PageQuery>
}) {
  const { host: hostPart, model: modelParts } = await params
  const host = decodeURIComponent(hostPart)
  const model = modelParts.map(decodeURIComponent).join('/')
  const principal = await requirePagePrincipal(`/rates/${hostPart}/${modelParts.join('/')}`)
  const { when } = singleValues(await searchParams, ['when'])
  const nowMs = Date.now()
  const entries = await orNotFound(readRateEntries(principal, { host, model, nowMs }))
  return (
    <RateDetailScreen
      host={host}
      model={model}
      entries={entries}
      conditionSet={when ?? ''}
      nowMs={nowMs}
      days={{ today: isoOf(nowMs).slice(0, 10), tomorrow: isoOf(nowMs + DAY_MS).slice(0, 10) }}
      canWrite={grantOf(principal, 'prices.write') === 'all'}
    />
  )
}
