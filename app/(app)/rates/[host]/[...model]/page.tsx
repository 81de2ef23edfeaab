import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../../../lib/server/auth/page'
import { readRateEntries } from '../../../../../lib/server/read/rates'
import { t } from '../../../../_ui/messages/en'
import { RateDetailScreen } from '../../../../_ui/rates/rate-detail-screen'
import { orNotFound } from '../../../or-not-found'

export const metadata: Metadata = { title: t.rates.title }

export default async function RatePage({ params }: { params: Promise<{ host: string; model: string[] }> }) {
  const { host: hostPart, model: modelParts } = await params
  const host = decodeURIComponent(hostPart)
  const model = modelParts.map(decodeURIComponent).join('/')
  const principal = await requirePagePrincipal(`/rates/${hostPart}/${modelParts.join('/')}`)
  const entries = await orNotFound(readRateEntries(principal, { host, model, nowMs: Date.now() }))
  return <RateDetailScreen host={host} model={model} entries={entries} />
}
