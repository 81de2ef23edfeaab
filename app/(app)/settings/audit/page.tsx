import type { Metadata } from 'next'
import { requirePagePrincipal } from '../../../../lib/server/auth/page'
import { grantOf } from '../../../../lib/server/auth/principal'
import { listAudit } from '../../../../lib/server/read/list-audit'
import { AuditTable } from '../../../_ui/auth/audit-table'
import { NotYours, SettingsFrame } from '../../../_ui/auth/settings-frame'
import { t } from '../../../_ui/messages/en'
import { type PageQuery, singleValues } from '../../page-query'

export const metadata: Metadata = { title: t.account.tabs.audit }

export default async function AuditPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const principal = await requirePagePrincipal('/settings/audit')
  if (grantOf(principal, 'audit.read') === 'none') return <NotYours tab="audit" role={principal.role} />
  const { before } = singleValues(await searchParams, ['before'])
  const { rows, next } = await listAudit(principal, { before: before ?? null })
  return (
    <SettingsFrame tab="audit" sentence={t.account.auditSentence} context={t.account.auditContext}>
      <AuditTable
        next={next}
        lines={rows.map((row) => {
          const detail = JSON.stringify(row.detail)
          return { ...row, at: row.at.toISOString(), detail: detail === '{}' ? '' : detail }
        })}
      />
    </SettingsFrame>
  )
}
