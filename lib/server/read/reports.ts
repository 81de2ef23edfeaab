/** Saved what-if reports of the workspace. */
import 'server-only'
import { z } from 'zod'
import { authorise, grantOf, type Principal } from '../auth/principal'
import { pool } from '../db/pool'
import { findReports, listReports as listRows, liveLinksOf, type StoredLink, type StoredReport } from '../db/report'
import { AppError } from '../errors'

const MOST_LISTED = 500

export interface ReportPage {
  readonly report: StoredReport
  readonly links: readonly StoredLink[]
  /** This person may share, switch and delete. */
  readonly mayWrite: boolean
}

/** The newest 500. */
export async function listReports(principal: Principal): Promise<readonly StoredReport[]> {
  authorise(principal, 'reports.read')
  return listRows(pool(), principal.workspaceId, MOST_LISTED)
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
