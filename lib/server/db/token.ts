/** API tokens: stored as a SHA-256 and a prefix to recognise them by. */
import 'server-only'
import type { Queryable } from './pool'
import type { Role } from './user'

export interface LiveToken {
  readonly id: string
  readonly name: string
  readonly prefix: string
  readonly scopes: string[]
  readonly workspaceId: number
  readonly workspaceName: string
  readonly isSample: boolean
  readonly userId: number | null
  /** The owner's role now; admin for a token made on the command line. */
  readonly role: Role
}

/** The token if it is neither revoked nor expired and its owner is still a member; else null. */
export async function findLiveToken(connection: Queryable, hash: Buffer): Promise<LiveToken | null> {
  const { rows } = await connection.query<LiveToken & { stale: boolean }>(
    `SELECT t.id, t.name, t.prefix, t.scopes, w.id AS "workspaceId", w.name AS "workspaceName",
            w.is_sample AS "isSample", t.user_id AS "userId", COALESCE(m.role, 'admin') AS role,
            t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute' AS stale
     FROM api_token t
     JOIN workspace w ON w.id = t.workspace_id
     LEFT JOIN app_user u ON u.id = t.user_id AND u.disabled_at IS NULL
     LEFT JOIN membership m ON m.user_id = u.id AND m.workspace_id = t.workspace_id
     WHERE t.hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
       AND (t.user_id IS NULL OR m.role IS NOT NULL)`,
    [hash],
  )
  const row = rows[0]
  if (row === undefined) return null
  const { stale, ...token } = row
  // Coarse on purpose: one write a minute, not one a request.
  if (stale) await connection.query('UPDATE api_token SET last_used_at = now() WHERE id = $1', [token.id])
  return token
}

export interface NewToken {
  readonly id: string
  readonly workspaceId: number
  readonly userId: number | null
  readonly name: string
  readonly prefix: string
  readonly hash: Buffer
  readonly scopes: readonly string[]
  readonly expiresAt: Date | null
}

export async function insertToken(connection: Queryable, token: NewToken): Promise<void> {
  await connection.query(
    `INSERT INTO api_token (id, workspace_id, user_id, name, prefix, hash, scopes, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [token.id, token.workspaceId, token.userId, token.name, token.prefix, token.hash, token.scopes, token.expiresAt],
  )
}

/** What was revoked, or null when there is no such token for that owner (any owner when `ownerId` is null). */
export async function revokeToken(
  connection: Queryable,
  workspaceId: number,
  id: string,
  ownerId: number | null,
): Promise<{ name: string; prefix: string } | null> {
  const { rows } = await connection.query<{ name: string; prefix: string }>(
    `UPDATE api_token SET revoked_at = now()
     WHERE workspace_id = $1 AND id = $2 AND revoked_at IS NULL AND ($3::int IS NULL OR user_id = $3)
     RETURNING name, prefix`,
    [workspaceId, id, ownerId],
  )
  return rows[0] ?? null
}
