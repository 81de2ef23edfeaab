/**
 * Uploads in parts, as rows of the import table. Between two parts nobody holds the row; whoever completes it, when all
 * bytes are there, holds it like any other worker.
 */
import 'server-only'
import type { ImportStatus } from '../../core/report/import-view'
import type { Queryable } from './pool'

/** How long an upload in parts may rest before what arrived of it is dropped. */
export const UPLOAD_RESTS_DAYS = 3
/** The same as SQL writes it. */
export const UPLOAD_RESTS = `interval '${UPLOAD_RESTS_DAYS} days'`

export interface UploadRow {
  readonly status: ImportStatus
  readonly createdBy: string
  readonly filename: string
  readonly bytesTotal: number
  readonly createdAt: Date
  /** All bytes are there and somebody makes them an import. */
  readonly isBeingCompleted: boolean
}

/** Null when the workspace has no such upload in parts. */
export async function findUpload(connection: Queryable, workspaceId: number, id: string): Promise<UploadRow | null> {
  const { rows } = await connection.query<Omit<UploadRow, 'bytesTotal'> & { bytesTotal: string }>(
    `SELECT status, created_by AS "createdBy", filename, bytes_total AS "bytesTotal", created_at AS "createdAt",
       lease_owner IS NOT NULL AS "isBeingCompleted"
     FROM import WHERE id = $1 AND workspace_id = $2 AND is_resumable`,
    [id, workspaceId],
  )
  const row = rows[0]
  return row === undefined ? null : { ...row, bytesTotal: Number.parseInt(row.bytesTotal, 10) }
}

/** Uploads in parts that are under way in the workspace, and the bytes that they still wait for in all workspaces. */
export async function openUploads(
  connection: Queryable,
  workspaceId: number,
): Promise<{ readonly count: number; readonly bytesToCome: number }> {
  const { rows } = await connection.query<{ count: string; bytes: string }>(
    `SELECT count(*) FILTER (WHERE workspace_id = $1) AS count,
       coalesce(sum(greatest(bytes_total - bytes_received, 0)), 0) AS bytes
     FROM import WHERE status = 'receiving' AND is_resumable`,
    [workspaceId],
  )
  return { count: Number.parseInt(rows[0]?.count ?? '', 10), bytesToCome: Number.parseInt(rows[0]?.bytes ?? '', 10) }
}

/** Notes how much is there and lets the upload rest again. */
export async function noteArrived(connection: Queryable, id: string, bytes: number): Promise<void> {
  await connection.query(
    `UPDATE import SET bytes_received = $2, lease_until = now() + ${UPLOAD_RESTS}
     WHERE id = $1 AND status = 'receiving' AND is_resumable AND lease_owner IS NULL`,
    [id, bytes],
  )
}

export async function lengthOf(connection: Queryable, id: string): Promise<number | null> {
  const { rows } = await connection.query<{ bytes: string }>(
    `SELECT bytes_total AS bytes FROM import WHERE id = $1 AND is_resumable AND status = 'receiving'`,
    [id],
  )
  return rows[0] === undefined ? null : Number.parseInt(rows[0].bytes, 10)
}

export interface WholeUpload {
  readonly id: string
  readonly bytesTotal: number
  readonly declaredSha256: Buffer | null
}

/**
 * Takes an upload whose bytes are all there. With `id` one that nobody holds; without, the uploads whose holder is gone.
 */
export async function holdWholeUploads(
  connection: Queryable,
  owner: string,
  of: { readonly id: string } | { readonly deadOwners: readonly string[] },
): Promise<readonly WholeUpload[]> {
  const [condition, value] =
    'id' in of
      ? ['id = $2 AND lease_owner IS NULL', of.id]
      : ['lease_owner IS NOT NULL AND (lease_until < now() OR lease_owner = ANY ($2::text[]))', of.deadOwners]
  const { rows } = await connection.query<{ id: string; bytes: string; sha256: Buffer | null }>(
    `UPDATE import SET lease_owner = $1, lease_until = now() + interval '15 seconds', bytes_received = bytes_total
     WHERE status = 'receiving' AND is_resumable AND ${condition}
     RETURNING id, bytes_total AS bytes, declared_sha256 AS sha256`,
    [owner, value],
  )
  return rows.map(({ id, bytes, sha256 }) => ({
    id,
    bytesTotal: Number.parseInt(bytes, 10),
    declaredSha256: sha256,
  }))
}
