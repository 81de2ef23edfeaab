/** Users, their workspaces and roles, and their identities at an OpenID Connect issuer. */
import 'server-only'
import type { Queryable } from './pool'

export type Role = 'admin' | 'finance' | 'engineer' | 'viewer'

export interface UserRow {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly passwordHash: string | null
  readonly disabled: boolean
}

const USER = `u.id, u.email, u.name, u.password_hash AS "passwordHash", u.disabled_at IS NOT NULL AS disabled`

/** @param email already normalised, see auth/email.ts */
export async function findUserByEmail(connection: Queryable, email: string): Promise<UserRow | null> {
  const { rows } = await connection.query<UserRow>(`SELECT ${USER} FROM app_user u WHERE u.email = $1`, [email])
  return rows[0] ?? null
}

export async function findUserByIdentity(
  connection: Queryable,
  issuer: string,
  subject: string,
): Promise<UserRow | null> {
  const { rows } = await connection.query<UserRow>(
    `SELECT ${USER} FROM oidc_identity i JOIN app_user u ON u.id = i.user_id WHERE i.issuer = $1 AND i.subject = $2`,
    [issuer, subject],
  )
  return rows[0] ?? null
}

export async function insertIdentity(
  connection: Queryable,
  identity: { issuer: string; subject: string; userId: number },
): Promise<void> {
  await connection.query(
    'INSERT INTO oidc_identity (issuer, subject, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [identity.issuer, identity.subject, identity.userId],
  )
}

/** True when the user already has an identity at that issuer: a second subject must not claim the same account. */
export async function hasIdentityAt(connection: Queryable, issuer: string, userId: number): Promise<boolean> {
  const { rowCount } = await connection.query('SELECT FROM oidc_identity WHERE issuer = $1 AND user_id = $2', [
    issuer,
    userId,
  ])
  return rowCount !== 0
}

/** Held until the transaction ends. */
export async function lockUser(connection: Queryable, id: number): Promise<void> {
  await connection.query('SELECT FROM app_user WHERE id = $1 FOR UPDATE', [id])
}

export async function anyUserExists(connection: Queryable): Promise<boolean> {
  const { rowCount } = await connection.query('SELECT FROM app_user LIMIT 1')
  return rowCount === 1
}

/** Held until the transaction ends: two set-ups at once take turns. */
export async function lockSetUp(connection: Queryable): Promise<void> {
  await connection.query("SELECT pg_advisory_xact_lock(hashtext('tokentab set-up'))")
}

export async function insertUser(
  connection: Queryable,
  user: { email: string; name: string; passwordHash: string | null },
): Promise<number> {
  const { rows } = await connection.query<{ id: number }>(
    'INSERT INTO app_user (email, name, password_hash) VALUES ($1, $2, $3) RETURNING id',
    [user.email, user.name, user.passwordHash],
  )
  const row = rows[0]
  if (row === undefined) throw new Error('INSERT … RETURNING gave no row')
  return row.id
}

export async function setPasswordHash(connection: Queryable, userId: number, passwordHash: string): Promise<void> {
  await connection.query('UPDATE app_user SET password_hash = $2 WHERE id = $1', [userId, passwordHash])
}

export async function setDisabled(connection: Queryable, userId: number, disabled: boolean): Promise<void> {
  await connection.query('UPDATE app_user SET disabled_at = CASE WHEN $2 THEN now() END WHERE id = $1', [
    userId,
    disabled,
  ])
}

export interface WorkspaceRow {
  readonly id: number
  readonly slug: string
  readonly name: string
  readonly isSample: boolean
}

export async function insertWorkspace(
  connection: Queryable,
  workspace: { slug: string; name: string; isSample: boolean },
): Promise<number> {
  const { rows } = await connection.query<{ id: number }>(
    'INSERT INTO workspace (slug, name, is_sample) VALUES ($1, $2, $3) RETURNING id',
    [workspace.slug, workspace.name, workspace.isSample],
  )
  const row = rows[0]
  if (row === undefined) throw new Error('INSERT … RETURNING gave no row')
  return row.id
}

export async function renameWorkspace(connection: Queryable, id: number, name: string): Promise<void> {
  await connection.query('UPDATE workspace SET name = $2 WHERE id = $1', [id, name])
}

/** Every workspace, own ones before the sample, oldest first. */
export async function listWorkspaces(connection: Queryable): Promise<WorkspaceRow[]> {
  const { rows } = await connection.query<WorkspaceRow>(
    'SELECT id, slug, name, is_sample AS "isSample" FROM workspace ORDER BY is_sample, id',
  )
  return rows
}

export interface WorkspaceOfUser extends WorkspaceRow {
  readonly role: Role
  /** The user's own address. */
  readonly email: string
}

/** Own workspaces before the sample, oldest first; but while none of the own has a file yet, the sample is shown first. */
export async function listWorkspacesOfUser(connection: Queryable, userId: number): Promise<WorkspaceOfUser[]> {
  const { rows } = await connection.query<WorkspaceOfUser>(
    `SELECT w.id, w.slug, w.name, w.is_sample AS "isSample", m.role, u.email
     FROM membership m JOIN workspace w ON w.id = m.workspace_id JOIN app_user u ON u.id = m.user_id
     WHERE m.user_id = $1
     ORDER BY w.is_sample = EXISTS (
       SELECT 1 FROM membership o JOIN workspace h ON h.id = o.workspace_id JOIN import i ON i.workspace_id = h.id
       WHERE o.user_id = $1 AND NOT h.is_sample), w.id`,
    [userId],
  )
  return rows
}

/** Each enabled user with the role held in the oldest workspace that is not a sample. */
export async function listRolesAtHome(connection: Queryable): Promise<{ userId: number; role: Role }[]> {
  const { rows } = await connection.query<{ userId: number; role: Role }>(
    `SELECT DISTINCT ON (m.user_id) m.user_id AS "userId", m.role
     FROM membership m JOIN workspace w ON w.id = m.workspace_id JOIN app_user u ON u.id = m.user_id
     WHERE NOT w.is_sample AND u.disabled_at IS NULL ORDER BY m.user_id, w.id`,
  )
  return rows
}
