/** Links by which somebody without an account reads one report until a day. */
import 'server-only'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { authorise, type Principal } from '../auth/principal'
import { makeLinkText } from '../auth/token-text'
import { writeAudit } from '../db/audit'
import { inTransaction } from '../db/pool'
import { findReports, insertLink, revokeLink } from '../db/report'
import { AppError } from '../errors'

export const shareReportInput = z.strictObject({
  expires_in_days: z.int().min(1).max(365).default(30),
})

export interface MadeLink {
  readonly id: string
  /** Answered once and never again; only its SHA-256 is stored. */
  readonly secret: string
  readonly expiresAt: Date
}

export async function shareReport(
  principal: Principal,
  input: z.input<typeof shareReportInput> & { readonly reportId: string },
): Promise<MadeLink> {
  authorise(principal, 'reports.write')
  const { reportId, ...rest } = input
  const { expires_in_days: days } = shareReportInput.parse(rest)
  const missing = new AppError('NOT_FOUND', 'There is no such report.')
  if (!z.uuid().safeParse(reportId).success) throw missing
  const made = makeLinkText()
  const id = randomUUID()
  const expiresAt = new Date(Date.now() + days * 86_400_000)
  await inTransaction(async (connection) => {
    const [report] = await findReports(connection, principal.workspaceId, [reportId])
    if (report === undefined) throw missing
    const { workspaceId, actor } = principal
    await insertLink(connection, { workspaceId, id, reportId, hash: made.hash, createdBy: actor, expiresAt })
    await writeAudit(connection, principal, 'report.share', `report ${reportId}`, { link: id, expiresAt })
  })
  return { id, secret: made.text, expiresAt }
}

/** From the next request on the link opens nothing. */
export async function revokeReportLink(
  principal: Principal,
  input: { readonly reportId: string; readonly linkId: string },
): Promise<void> {
  authorise(principal, 'reports.write')
  const missing = new AppError('NOT_FOUND', 'There is no such link, or it is already revoked.')
  if (!z.uuid().safeParse(input.reportId).success || !z.uuid().safeParse(input.linkId).success) throw missing
  await inTransaction(async (connection) => {
    if (!(await revokeLink(connection, principal.workspaceId, input.reportId, input.linkId))) throw missing
    await writeAudit(connection, principal, 'report.unshare', `report ${input.reportId}`, { link: input.linkId })
  })
}
