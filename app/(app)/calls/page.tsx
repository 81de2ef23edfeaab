import type { Metadata } from 'next'
import type { CallFilter } from '../../../lib/core/report/call-view'
import { monthBounds, parsePeriodChoice } from '../../../lib/core/report/period-choice'
import { isMeter } from '../../../lib/core/usage/meter'
import { requirePagePrincipal } from '../../../lib/server/auth/page'
import { readCalls } from '../../../lib/server/read/calls'
import { CALL_FILTERS, CallsScreen } from '../../_ui/calls/calls-screen'
import { addressWith } from '../../_ui/kit/address'
import { t } from '../../_ui/messages/en'
import { orNotFound } from '../or-not-found'
import { type PageQuery, singleValues } from '../page-query'

export const metadata: Metadata = { title: t.calls.title }

export default async function CallsPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const params = singleValues(await searchParams, ['period', ...CALL_FILTERS, 'price', 'cursor'])
  const address = { path: '/calls', params }
  const principal = await requirePagePrincipal(addressWith(address, {}))
  const choice = parsePeriodChoice(params.period, Date.now())
  // The records of an import may be of any time, so an import is shown whole until a period is chosen.
  const wholeImport = params.import !== undefined && params.period === undefined
  const importNo = /^\d{1,9}$/.test(params.import ?? '') ? Number.parseInt(params.import ?? '', 10) : null
  const filter: CallFilter = {
    from: wholeImport ? '1970-01-01T00:00:00Z' : monthBounds(choice.firstMonth).from,
    to: wholeImport ? '2200-01-01T00:00:00Z' : monthBounds(choice.lastMonth).to,
    ...(params.host === undefined ? {} : { host: params.host }),
    ...(params.model === undefined ? {} : { model: params.model }),
    ...(params.project === undefined ? {} : { project: params.project }),
    ...(params.api_key === undefined ? {} : { api_key: params.api_key }),
    ...(params.user === undefined ? {} : { user: params.user }),
    ...(params.service_tier === undefined ? {} : { service_tier: params.service_tier }),
    ...(isMeter(params.meter ?? '') ? { meter: params.meter as string } : {}),
    ...(isMeter(params.meter ?? '') && params.price !== undefined ? { price: params.price } : {}),
    ...(params.unpriced === undefined ? {} : { unpriced: true }),
    ...(importNo === null ? {} : { import_no: importNo }),
  }
  const page = await orNotFound(readCalls(principal, { filter, cursor: params.cursor ?? null }))
  return (
    <CallsScreen
      page={page}
      filter={filter}
      period={{ ...choice, kind: wholeImport ? 'all' : choice.kind }}
      address={address}
    />
  )
}
