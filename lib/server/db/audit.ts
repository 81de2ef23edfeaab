/** The audit log: who did what to what. A row is written in the transaction of the change it speaks of. */
import 'server-only'
import type { Queryable } from './pool'

export interface AuditEntry {
  readonly workspaceId: number
  /** What `Principal.actor` says. */
  readonly actor: string
}

/**
 * @param action a verb of the closed vocabulary `noun.verb`, e.g. `token.create`
 * @param subject what was changed, as a person would name it, e.g. `import #12`
 * @param detail JSON; amounts and counts as strings; never a secret
 */
export async function writeAudit(
  connection: Queryable,
  principal: AuditEntry,
  action: string,
  subject: string,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await connection.query(
    'INSERT INTO audit_log (workspace_id, actor, action, subject, detail) VALUES ($1, $2, $3, $4, $5)',
    [principal.workspaceId, principal.actor, action, subject, JSON.stringify(detail)],
  )
}

export interface AuditRow {
  readonly id: string
  readonly at: Date
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: unknown
}

/** Newest first; `before` is the id of the last row of the page before. */
export async function listAudit(
  connection: Queryable,
  workspaceId: number,
  page: { before: string | null; limit: number },
): Promise<AuditRow[]> {
  const { rows } = await connection.query<AuditRow>(
    `SELECT id, at, actor, action, subject, detail FROM audit_log
     WHERE workspace_id = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [workspaceId, page.before, page.limit],
  )
  return rows
}
