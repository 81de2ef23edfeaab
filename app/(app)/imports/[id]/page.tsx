import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../../lib/server/auth/page'
import { grantOf } from '../../../../lib/server/auth/principal'
import { getImport } from '../../../../lib/server/read/imports'
import { ImportDetailScreen } from '../../../_ui/imports/detail-screen'
import { t } from '../../../_ui/messages/en'
import { orNotFound } from '../../or-not-found'

export const metadata: Metadata = { title: t.imports.title }

export default async function ImportPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const principal = await requirePagePrincipal(`/imports/${id}`)
  const detail = await orNotFound(getImport(principal, { id }))
  const grant = grantOf(principal, 'import.undo')
  return (
    <ImportDetailScreen
      detail={detail}
      mayUndo={grant === 'all' || (grant === 'own' && detail.import.created_by === principal.actor)}
    />
  )
}
