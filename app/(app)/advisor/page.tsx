import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../lib/server/auth/page'
import { readAdvisor } from '../../../lib/server/read/advisor'
import { AdvisorScreen, EmptyAdvisor } from '../../_ui/advisor/advisor-screen'
import { t } from '../../_ui/messages/en'
import { orNotFound } from '../or-not-found'
import { type PageQuery, singleValues } from '../page-query'

export const metadata: Metadata = { title: t.advisor.title }

export default async function AdvisorPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const principal = await requirePagePrincipal()
  const { project } = singleValues(await searchParams, ['project'] as const)
  const advisor = await orNotFound(readAdvisor(principal, { project: project ?? null }, Date.now()))
  return advisor.state === 'empty' ? <EmptyAdvisor /> : <AdvisorScreen {...advisor} />
}
