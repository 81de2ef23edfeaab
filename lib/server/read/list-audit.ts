/** The workspace's audit log, a page at a time, newest first. */
import 'server-only'
import { authorise, type Principal } from '../auth/principal'
import { type AuditRow, listAudit as listRows } from '../db/account-row'

export const AUDIT_PAGE_ROWS = 50

/** @param input.before id of the last row of the page before; null or not a number for the first page */
export async function listAudit(
  principal: Principal,
  input: { before: string | null },
): Promise<{ readonly rows: readonly AuditRow[]; readonly next: string | null }> {
  authorise(principal, 'audit.read')
  const before = input.before !== null && /^[0-9]{1,18}$/.test(input.before) ? input.before : null
  const rows = await listRows(principal.workspaceId, { before, limit: AUDIT_PAGE_ROWS + 1 })
  const shown = rows.slice(0, AUDIT_PAGE_ROWS)
  return { rows: shown, next: rows.length > AUDIT_PAGE_ROWS ? (shown.at(-1)?.id ?? null) : null }
}
