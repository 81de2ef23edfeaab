import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { requirePagePrincipal } from '../../../lib/server/auth/page'
import { grantOf } from '../../../lib/server/auth/principal'
import { listFormats } from '../../../lib/server/read/formats'
import { listImportPage } from '../../../lib/server/read/imports'
import { listWorkspaceChoices } from '../../../lib/server/read/list-workspaces'
import { FormatsPanel } from '../../_ui/imports/formats-panel'
import { ImportsScreen } from '../../_ui/imports/imports-screen'
import { t } from '../../_ui/messages/en'
import { originOf, type PageQuery, singleValues } from '../page-query'

const IMPORTS_A_PAGE = 25

export const metadata: Metadata = { title: t.imports.title }

export default async function ImportsPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const principal = await requirePagePrincipal('/imports')
  const { cursor } = singleValues(await searchParams, ['cursor'])
  const page = await listImportPage(principal, { cursor: cursor ?? null, limit: IMPORTS_A_PAGE })
  const own = principal.isSample ? (await listWorkspaceChoices(principal)).find((one) => !one.isSample) : undefined
  return (
    <ImportsScreen
      page={page}
      mayImport={grantOf(principal, 'import.create') !== 'none'}
      mayUndo={grantOf(principal, 'import.undo')}
      mayDecide={grantOf(principal, 'sources.decide') !== 'none'}
      actor={principal.actor}
      firstPage={cursor === undefined}
      sample={principal.isSample ? { own: own === undefined ? null : { id: own.id, name: own.name } } : null}
    >
      <FormatsPanel formats={listFormats(principal)} origin={originOf(await headers())} />
    </ImportsScreen>
  )
}
