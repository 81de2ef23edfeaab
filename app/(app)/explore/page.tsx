import type { Metadata } from 'next'
import { parsePeriodChoice } from '../../../lib/core/report/period-choice'
import { PIVOT_DIMENSIONS } from '../../../lib/core/report/pivot'
import { requirePagePrincipal } from '../../../lib/server/auth/page'
import { exploreInput, readExplore } from '../../../lib/server/read/explore'
import { ExploreScreen } from '../../_ui/explore/explore-screen'
import { addressWith } from '../../_ui/kit/address'
import { t } from '../../_ui/messages/en'
import { type PageQuery, singleValues } from '../page-query'

export const metadata: Metadata = { title: t.explore.title }

export default async function ExplorePage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const params = singleValues(await searchParams, ['period', 'rows', 'columns', 'measure', ...PIVOT_DIMENSIONS])
  const address = { path: '/explore', params }
  const principal = await requirePagePrincipal(addressWith(address, {}))
  const choice = parsePeriodChoice(params.period, Date.now())
  const exploration = await readExplore(principal, exploreInput(choice, params))
  return <ExploreScreen exploration={exploration} choice={choice} address={address} />
}
