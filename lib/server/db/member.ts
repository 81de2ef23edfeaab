/** Membership: who belongs to a workspace, in which role. */
import 'server-only'
import type { Queryable } from './pool'
import type { Role } from './user'

export async function insertMembership(
  connection: Queryable,
  membership: { workspaceId: number; userId: number; role: Role },
): Promise<void> {
  await connection.query('INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, $3)', [
    membership.workspaceId,
    membership.userId,
    membership.role,
  ])
}

/** Locks the workspace's row, so that two changes of its last two administrators take turns; null when not a member. */
export async function lockMember(
  connection: Queryable,
  workspaceId: number,
  userId: number,
): Promise<{ email: string; role: Role; disabled: boolean } | null> {
  await connection.query('SELECT FROM workspace WHERE id = $1 FOR UPDATE', [workspaceId])
  const { rows } = await connection.query<{ email: string; role: Role; disabled: boolean }>(
    `SELECT u.email, m.role, u.disabled_at IS NOT NULL AS disabled
     FROM membership m JOIN app_user u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.user_id = $2`,
    [workspaceId, userId],
  )
  return rows[0] ?? null
}

/** How many administrators other than this user could still sign in. */
export async function countOtherAdmins(connection: Queryable, workspaceId: number, userId: number): Promise<number> {
  const { rows } = await connection.query(
    `SELECT u.id FROM membership m JOIN app_user u ON u.id = m.user_id
     WHERE m.workspace_id = $1 AND m.user_id <> $2 AND m.role = 'admin' AND u.disabled_at IS NULL`,
    [workspaceId, userId],
  )
  return rows.length
}

export async function updateRole(
  connection: Queryable,
  membership: { workspaceId: number; userId: number; role: Role },
): Promise<void> {
  await connection.query('UPDATE membership SET role = $3 WHERE workspace_id = $1 AND user_id = $2', [
    membership.workspaceId,
    membership.userId,
    membership.role,
  ])
}

/** True when the user also belongs to another workspace that is not a sample: its account is not one workspace's to disable. */
export async function belongsElsewhere(connection: Queryable, workspaceId: number, userId: number): Promise<boolean> {
  const { rowCount } = await connection.query(
    `SELECT FROM membership m JOIN workspace w ON w.id = m.workspace_id
     WHERE m.user_id = $2 AND m.workspace_id <> $1 AND NOT w.is_sample LIMIT 1`,
    [workspaceId, userId],
  )
  return rowCount === 1
}

/** In the sample everybody has the role held at home, in the oldest own workspace, and nobody without one is there. */
export async function followHomeInSample(connection: Queryable, userId: number): Promise<void> {
  await connection.query(
    `WITH home AS (
       SELECT m.role FROM membership m JOIN workspace w ON w.id = m.workspace_id
       WHERE m.user_id = $1 AND NOT w.is_sample ORDER BY w.id LIMIT 1),
     gone AS (
       DELETE FROM membership m USING workspace w
       WHERE m.user_id = $1 AND w.id = m.workspace_id AND w.is_sample AND NOT EXISTS (SELECT FROM home))
     UPDATE membership m SET role = home.role FROM workspace w, home
     WHERE m.user_id = $1 AND w.id = m.workspace_id AND w.is_sample`,
    [userId],
  )
}

export async function deleteMembership(connection: Queryable, workspaceId: number, userId: number): Promise<void> {
  await connection.query('DELETE FROM membership WHERE workspace_id = $1 AND user_id = $2', [workspaceId, userId])
}

/** True when the workspace has a member. */
export async function hasMember(connection: Queryable, workspaceId: number): Promise<boolean> {
  const { rowCount } = await connection.query('SELECT FROM membership WHERE workspace_id = $1 LIMIT 1', [workspaceId])
  return rowCount === 1
}

export async function isMember(connection: Queryable, workspaceId: number, userId: number): Promise<boolean> {
  const { rowCount } = await connection.query('SELECT FROM membership WHERE workspace_id = $1 AND user_id = $2', [
    workspaceId,
    userId,
  ])
  return rowCount === 1
}
