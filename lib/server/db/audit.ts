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
