/** Re-pricings of the workspace, newest first. */
import 'server-only'
import { subtractUsd, usdFromText, usdToText } from '../../core/money/usd'
import type { RevisionView } from '../../core/report/reprice-view'
import { authorise, type Principal } from '../auth/principal'
import { pool } from '../db/pool'
import { listRevisions } from '../db/reprice'
import { numberOf, type Page, type PageQuery, pageOf } from './list-page'

const SHOWN = 50

export async function readRevisions(principal: Principal, query: PageQuery = {}): Promise<Page<RevisionView>> {
  authorise(principal, 'prices.read')
  const limit = query.limit ?? SHOWN
  const before = numberOf(query.cursor)
  const found = await listRevisions(pool(), principal.workspaceId, { before, limit: limit + 1 })
  const { rows, next } = pageOf(found, limit, (row) => String(row.no))
  const views = rows.map((row) => ({
    id: row.id,
    no: row.no,
    from: row.from_at.toISOString(),
    to: row.to_at.toISOString(),
    filter: row.filter,
    reason: row.reason,
    actor: row.actor,
    at: row.at.toISOString(),
    records_changed: row.records,
    newly_priced: row.newly_priced,
    before: row.cost_before,
    after: row.cost_after,
    difference: usdToText(subtractUsd(usdFromText(row.cost_after), usdFromText(row.cost_before))),
    undone_at: row.undone_at?.toISOString() ?? null,
    undone_by: row.undone_by,
  }))
  return { rows: views, next }
}
