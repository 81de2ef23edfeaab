/**
 * Rows of the import table: their life from the first byte to committed, by whom they are worked on, and what became
 * of them. A worker holds a lease by the database's clock; whatever it writes compares the fencing number.
 */
import 'server-only'
import type { Problem } from '../../core/result'
import type { BilledOutcome } from './billed-merge'
import type { ImportCounts } from './import-writer'
import type { Queryable } from './pool'
import { UPLOAD_RESTS } from './upload'

/** How long a silent worker keeps an import. */
const LEASE = `interval '15 seconds'`

export type ImportSource = 'upload' | 'api' | 'cli' | 'sample' | 'pull'

/** What the user said beside the bytes. */
export interface ImportOptions {
  readonly format: string | null
  readonly host: string | null
  readonly timeZone: string | null
  /** Project of records that name none. */
  readonly project: string | null
  /** Id of the mapping that reads its columns. */
  readonly mapping?: string | null
}

export interface NewImport {
  readonly id: string
  readonly workspaceId: number
  readonly source: ImportSource
  readonly filename: string
  readonly options: ImportOptions
  readonly createdBy: string
  readonly bytesTotal: number | null
  /** Who receives it; null for an upload in parts, which nobody holds between two of them. */
  readonly owner: string | null
  readonly declaredSha256: Buffer | null
}

export interface ClaimedImport {
  readonly id: string
  readonly no: number
  readonly workspaceId: number
  readonly filename: string
  readonly source: ImportSource
  readonly options: ImportOptions
  readonly createdBy: string
  readonly sha256: Buffer
  readonly fence: number
  readonly attempts: number
  /** When the import was received: the same for every attempt. */
  readonly nowMs: number
}

export async function createImport(connection: Queryable, input: NewImport): Promise<number> {
  const { rows } = await connection.query<{ no: number }>(
    `INSERT INTO import (id, workspace_id, status, source, filename, options, created_by, bytes_total, lease_owner, lease_until,
       is_resumable, declared_sha256)
     VALUES ($1, $2, 'receiving', $3, $4, $5, $6, $7, $8::text, now() + CASE WHEN $8::text IS NULL THEN ${UPLOAD_RESTS} ELSE ${LEASE} END,
       $8::text IS NULL, $9) RETURNING no`,
    [
      input.id,
      input.workspaceId,
      input.source,
      input.filename,
      JSON.stringify(input.options),
      input.createdBy,
      input.bytesTotal,
      input.owner,
      input.declaredSha256,
    ],
  )
  return (rows[0] as { no: number }).no
}

/** Notes what has arrived. False when the import is no longer being received (it was cancelled). */
export async function noteReceived(connection: Queryable, id: string, bytes: number): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE import SET bytes_received = $2, lease_until = now() + ${LEASE} WHERE id = $1 AND status = 'receiving'`,
    [id, bytes],
  )
  return rowCount === 1
}

/** The file is whole and on the disk. False when the import was cancelled meanwhile. */
export async function markStored(connection: Queryable, id: string, bytes: number, sha256: Buffer): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE import SET status = 'stored', bytes_received = $2, bytes_total = $2, sha256 = $3, lease_owner = NULL, lease_until = NULL
     WHERE id = $1 AND status = 'receiving'`,
    [id, bytes, sha256],
  )
  if (rowCount === 1) await connection.query('NOTIFY import_stored')
  return rowCount === 1
}

/** Ends an import that was being received, or is held under `fence`, as failed. */
export async function markFailed(
  connection: Queryable,
  id: string,
  problem: Problem,
  fence: number | null,
  counts: { readonly rowsRead: number; readonly rejected: number } = { rowsRead: 0, rejected: 0 },
): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE import SET status = 'failed', problem = $2, finished_at = now(), lease_owner = NULL, lease_until = NULL,
       rows_read = $4, rejected = $5, accepted = 0, duplicate = 0, restated = 0, unpriced = 0, cost = NULL
     WHERE id = $1 AND ((status = 'receiving' AND $3::int IS NULL) OR (status = 'importing' AND fence = $3))`,
    [id, JSON.stringify(problem), fence, counts.rowsRead, counts.rejected],
  )
  return rowCount === 1
}

/**
 * Takes the oldest import that waits or whose worker fell silent; null when there is none. `deadOwners` are owners
 * known to be gone, whose leases need not run out. `only` limits it to one import.
 */
export async function claimImport(
  connection: Queryable,
  owner: string,
  deadOwners: readonly string[],
  only: string | null,
): Promise<ClaimedImport | null> {
  const { rows } = await connection.query<{
    id: string
    no: number
    workspace_id: number
    filename: string
    source: ImportSource
    options: ImportOptions
    created_by: string
    sha256: Buffer
    fence: number
    attempts: number
    created_at: Date
  }>(
    `UPDATE import SET status = 'importing', fence = fence + 1, attempts = attempts + 1, lease_owner = $1,
       lease_until = now() + ${LEASE}, bytes_read = 0, rows_read = 0, accepted = 0, duplicate = 0, rejected = 0,
       restated = 0, unpriced = 0, cost = NULL
     WHERE id = (
       SELECT id FROM import
       WHERE (status = 'stored' AND (lease_until IS NULL OR lease_until < now())
              OR status = 'importing' AND (lease_until < now() OR lease_owner = ANY ($2::text[])))
         AND ($3::uuid IS NULL OR id = $3)
       ORDER BY no FOR UPDATE SKIP LOCKED LIMIT 1)
     RETURNING id, no, workspace_id, filename, source, options, created_by, sha256, fence, attempts, created_at`,
    [owner, deadOwners, only],
  )
  const row = rows[0]
  if (row === undefined) return null
  return {
    id: row.id,
    no: row.no,
    workspaceId: row.workspace_id,
    filename: row.filename,
    source: row.source,
    options: row.options,
    createdBy: row.created_by,
    sha256: row.sha256,
    fence: row.fence,
    attempts: row.attempts,
    nowMs: row.created_at.getTime(),
  }
}

/** Owners that hold open imports, to find those that are gone. */
export async function listOwners(connection: Queryable): Promise<string[]> {
  const { rows } = await connection.query<{ lease_owner: string }>(
    `SELECT DISTINCT lease_owner FROM import WHERE status IN ('receiving', 'importing') AND lease_owner IS NOT NULL`,
  )
  return rows.map((row) => row.lease_owner)
}

/**
 * Uploads whose receiver is gone, or of which no part came for days, end as failed; returns their ids so that their bytes
 * can be dropped. An upload in parts that arrived whole is not among them: it only has to be completed.
 */
export async function failInterrupted(connection: Queryable, deadOwners: readonly string[]): Promise<string[]> {
  const problem: Problem = {
    code: 'UPLOAD_INTERRUPTED',
    message: 'The upload ended before the file was complete. Nothing of it was kept.',
    remedy: 'Upload the file again.',
  }
  const { rows } = await connection.query<{ id: string }>(
    `UPDATE import SET status = 'failed', problem = $2, finished_at = now(), lease_owner = NULL, lease_until = NULL
     WHERE status = 'receiving' AND (lease_until < now() OR lease_owner = ANY ($1::text[]))
       AND NOT (is_resumable AND lease_owner IS NOT NULL) RETURNING id`,
    [deadOwners, JSON.stringify(problem)],
  )
  return rows.map((row) => row.id)
}

export interface Progress {
  readonly bytesRead: number
  readonly rowsRead: number
  readonly rejected: number
  readonly format: string | null
  readonly generation: string | null
  /** Of usage. */
  readonly counts: Readonly<ImportCounts>
  /** Of billed cost; null while it is read, and without any. */
  readonly billed: BilledOutcome | null
}

/** Rows of both layers: usage, and billed cost once it is known. */
export const allOf = (usage: bigint, billed: bigint | undefined) => (billed === undefined ? usage : usage + billed)

/** Shows progress and renews the lease; false when the import was cancelled or belongs to another worker now. */
export async function noteProgress(
  connection: Queryable,
  claimed: ClaimedImport,
  progress: Progress,
  moneyText: (atto: bigint) => string,
): Promise<boolean> {
  const { counts } = progress
  const { rowCount } = await connection.query(
    `UPDATE import SET bytes_read = $3, rows_read = $4, rejected = $5, accepted = $6, duplicate = $7, restated = $8,
       unpriced = $9, cost = $10, format = $11, generation = $12, lease_until = now() + ${LEASE}
     WHERE id = $1 AND fence = $2 AND status = 'importing'`,
    [
      claimed.id,
      claimed.fence,
      progress.bytesRead,
      progress.rowsRead,
      progress.rejected,
      counts.accepted,
      counts.duplicate,
      counts.restated,
      counts.unpriced,
      counts.cost === null ? null : moneyText(counts.cost),
      progress.format,
      progress.generation,
    ],
  )
  return rowCount === 1
}

/** Keeps an import that waits for its turn: it has nothing to show yet. */
export async function renewLease(connection: Queryable, claimed: ClaimedImport): Promise<void> {
  await connection.query(
    `UPDATE import SET lease_until = now() + ${LEASE} WHERE id = $1 AND fence = $2 AND status = 'importing'`,
    [claimed.id, claimed.fence],
  )
}

/** The last statement of the import's own transaction: the marker that it committed. */
export async function markCommitted(
  connection: Queryable,
  claimed: ClaimedImport,
  progress: Progress,
  note: Problem | null,
  moneyText: (atto: bigint) => string,
): Promise<boolean> {
  const { counts, billed } = progress
  const { rowCount } = await connection.query(
    `UPDATE import SET status = 'committed', bytes_read = $3, rows_read = $4, rejected = $5, accepted = $6, duplicate = $7,
       restated = $8, unpriced = $9, cost = $10, format = $11, generation = $12, first_at = $13, last_at = $14,
       problem = $15, billed_rows = $16, billed = $17, finished_at = clock_timestamp(), lease_owner = NULL, lease_until = NULL
     WHERE id = $1 AND fence = $2 AND status = 'importing'`,
    [
      claimed.id,
      claimed.fence,
      progress.bytesRead,
      progress.rowsRead,
      progress.rejected,
      allOf(counts.accepted, billed?.accepted),
      allOf(counts.duplicate, billed?.duplicate),
      allOf(counts.restated, billed?.restated),
      counts.unpriced,
      counts.cost === null ? null : moneyText(counts.cost),
      progress.format,
      progress.generation,
      dateOf(counts.firstMs, billed?.firstMs, Math.min),
      dateOf(counts.lastMs, billed?.lastMs, Math.max),
      note === null ? null : JSON.stringify(note),
      allOf(0n, billed?.accepted),
      billed === null ? null : JSON.stringify({ withdrawn: billed.withdrawn.toString(), amounts: billed.amounts }),
    ],
  )
  return rowCount === 1
}

/** The outer of two instants, either of which may be unknown. */
function dateOf(
  usageMs: number | null,
  billedMs: number | null | undefined,
  outer: (a: number, b: number) => number,
): Date | null {
  const known = [usageMs, billedMs].filter((ms) => ms !== null && ms !== undefined)
  return known.length === 0 ? null : new Date(known.reduce((a, b) => outer(a, b)))
}

/** Gives an import back after a fault that was not the file's, to be taken up again after a pause. */
export async function returnToQueue(connection: Queryable, claimed: ClaimedImport): Promise<void> {
  await connection.query(
    `UPDATE import SET status = 'stored', lease_owner = NULL, lease_until = now() + interval '2 seconds'
     WHERE id = $1 AND fence = $2 AND status = 'importing'`,
    [claimed.id, claimed.fence],
  )
}

/** True when the workspace has an import that brought rows in or still may. */
export async function hasImport(connection: Queryable, workspaceId: number): Promise<boolean> {
  const { rows } = await connection.query(
    `SELECT 1 FROM import WHERE workspace_id = $1 AND status NOT IN ('receiving', 'failed', 'cancelled') LIMIT 1`,
    [workspaceId],
  )
  return rows.length > 0
}
