import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../../../lib/server/auth/page'
import { grantOf } from '../../../../../lib/server/auth/principal'
import { draftMapping } from '../../../../../lib/server/read/import-mapping'
import { getImportView } from '../../../../../lib/server/read/imports'
import { MappingScreen } from '../../../../_ui/imports/mapping-screen'
import { t } from '../../../../_ui/messages/en'
import { orNotFound } from '../../../or-not-found'

export const metadata: Metadata = { title: t.mapping.title }

export default async function MapPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const principal = await requirePagePrincipal(`/imports/${id}/map`)
  const view = await orNotFound(getImportView(principal, { id }))
  const draft = await orNotFound(draftMapping(principal, { id, spec: null }))
  return <MappingScreen view={view} draft={draft} mayMap={grantOf(principal, 'import.create') !== 'none'} />
}
