/** Saved what-if reports of the workspace. */
import 'server-only'
import { z } from 'zod'
import { authorise, grantOf, type Principal } from '../auth/principal'
import { pool } from '../db/pool'
import { findReports, listReports as listRows, liveLinksOf, type StoredLink, type StoredReport } from '../db/report'
import { AppError } from '../errors'
import { type Page, type PageQuery, pageOf } from './list-page'

const LISTED = 500

export interface ReportPage {
  readonly report: StoredReport
  readonly links: readonly StoredLink[]
  /** This person may share, switch and delete. */
  readonly mayWrite: boolean
}

/** Newest first. Throws INVALID_REQUEST for a cursor that is not of this list. */
export async function listReports(principal: Principal, query: PageQuery = {}): Promise<Page<StoredReport>> {
  authorise(principal, 'reports.read')
  const limit = query.limit ?? LISTED
  const after = query.cursor === undefined ? null : placeOf(query.cursor)
  const found = await listRows(pool(), principal.workspaceId, { after, limit: limit + 1 })
  return pageOf(found, limit, (report) => `${report.createdAt.getTime()}.${report.id}`)
}

function placeOf(cursor: string): Pick<StoredReport, 'createdAt' | 'id'> {
  const [ms = '', id = ''] = cursor.split('.')
  if (!/^\d{1,15}$/.test(ms) || !z.uuid().safeParse(id).success) {
    throw new AppError('INVALID_REQUEST', 'The cursor is not one of this list.')
  }
  return { createdAt: new Date(Number.parseInt(ms, 10)), id }
}

/** Throws NOT_FOUND, also for another workspace's. */
export async function readReport(principal: Principal, input: { readonly id: string }): Promise<ReportPage> {
  authorise(principal, 'reports.read')
  const [report] = z.uuid().safeParse(input.id).success
    ? await findReports(pool(), principal.workspaceId, [input.id])
    : []
  if (report === undefined) throw new AppError('NOT_FOUND', 'There is no such report.')
  return {
    report,
    links: await liveLinksOf(pool(), principal.workspaceId, report.id),
    mayWrite: grantOf(principal, 'reports.write') === 'all',
  }
}

const MOST_COMPARED = 4

/** Up to four reports in the order asked. Throws NOT_FOUND when one is missing or more are asked. */
export async function compareReports(
  principal: Principal,
  input: { readonly ids: readonly string[] },
): Promise<readonly StoredReport[]> {
  authorise(principal, 'reports.read')
  const ids = [...new Set(input.ids)]
  const missing = new AppError('NOT_FOUND', 'There is no such report, or more than four were asked for.')
  if (ids.length > MOST_COMPARED || ids.some((id) => !z.uuid().safeParse(id).success)) throw missing
  const found = new Map(
    (await findReports(pool(), principal.workspaceId, ids)).map((report) => [report.id, report] as const),
  )
  return ids.map((id) => {
    const report = found.get(id)
    if (report === undefined) throw missing
    return report
  })
}
