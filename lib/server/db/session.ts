/** Sessions: one row a sign-in. A cookie only names a row; whether it still counts is asked here on every request. */
import 'server-only'
import type { Queryable } from './pool'
import type { Role } from './user'

export interface LiveSession {
  readonly id: string
  readonly userId: number
  readonly email: string
  readonly name: string
  readonly workspaceId: number
  readonly workspaceName: string
  readonly isSample: boolean
  readonly role: Role
}

/** The session if its row is neither revoked nor expired and its user still belongs to its workspace; else null. */
export async function findLiveSession(connection: Queryable, id: string): Promise<LiveSession | null> {
  const { rows } = await connection.query<LiveSession & { stale: boolean }>(
    `SELECT s.id, u.id AS "userId", u.email, u.name, w.id AS "workspaceId", w.name AS "workspaceName",
            w.is_sample AS "isSample", m.role, s.last_seen_at < now() - interval '1 minute' AS stale
     FROM user_session s
     JOIN app_user u ON u.id = s.user_id
     JOIN workspace w ON w.id = s.workspace_id
     JOIN membership m ON m.workspace_id = s.workspace_id AND m.user_id = s.user_id
     WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > now()
       AND u.disabled_at IS NULL AND u.session_version = s.session_version`,
    [id],
  )
  const row = rows[0]
  if (row === undefined) return null
  const { stale, ...session } = row
  // Coarse on purpose: one write a minute, not one a request.
  if (stale) await connection.query('UPDATE user_session SET last_seen_at = now() WHERE id = $1', [id])
  return session
}

export async function insertSession(
  connection: Queryable,
  session: { id: string; userId: number; workspaceId: number; userAgent: string | null; lifetimeSeconds: number },
): Promise<void> {
  await connection.query(
    `INSERT INTO user_session (id, user_id, workspace_id, session_version, user_agent, expires_at)
     SELECT $1, u.id, $3, u.session_version, $4, now() + make_interval(secs => $5) FROM app_user u WHERE u.id = $2`,
    [session.id, session.userId, session.workspaceId, session.userAgent, session.lifetimeSeconds],
  )
}

/** False when the user has no such live session. */
export async function revokeSession(connection: Queryable, userId: number, id: string): Promise<boolean> {
  const { rowCount } = await connection.query(
    'UPDATE user_session SET revoked_at = now() WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL',
    [id, userId],
  )
  return rowCount === 1
}

/**
 * Raises the user's session version, which refuses every session made before.
 * @param keep the session that goes on, when the user did this himself
 */
export async function revokeAllSessions(connection: Queryable, userId: number, keep: string | null): Promise<void> {
  await connection.query('UPDATE app_user SET session_version = session_version + 1 WHERE id = $1', [userId])
  await connection.query(
    `UPDATE user_session SET revoked_at = now()
     WHERE user_id = $1 AND revoked_at IS NULL AND ($2::uuid IS NULL OR id <> $2)`,
    [userId, keep],
  )
  await connection.query(
    `UPDATE user_session s SET session_version = u.session_version
     FROM app_user u WHERE u.id = s.user_id AND s.id = $2 AND s.user_id = $1 AND s.revoked_at IS NULL`,
    [userId, keep],
  )
}

/** Ends the sessions a user has in one workspace, when the membership ends. */
export async function revokeWorkspaceSessions(
  connection: Queryable,
  userId: number,
  workspaceId: number,
): Promise<void> {
  await connection.query(
    'UPDATE user_session SET revoked_at = now() WHERE user_id = $1 AND workspace_id = $2 AND revoked_at IS NULL',
    [userId, workspaceId],
  )
}
