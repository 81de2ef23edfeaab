/**
 * Connections as the scheduler works on them. Who holds one is told by a lease on the database's clock, and whatever is
 * written compares the fencing number. Days become told, and the cursor moves, in the transaction that commits their import.
 */
import 'server-only'
import type { Problem } from '../../core/result'
import type { TriedDay } from '../../core/source/pull/days'
import type { PullKind } from '../../core/source/pull/pull-source'
import type { Trouble } from '../../core/source/pull/trouble'
import type { Queryable } from './pool'

/** Longer than one page may take; renewed with each. */
const LEASE = `interval '2 minutes'`

export interface ClaimedConnection {
  readonly workspaceId: number
  readonly workspaceName: string
  readonly id: string
  readonly name: string
  readonly kind: PullKind
  readonly baseUrl: string
  readonly sealed: Buffer
  readonly fromDay: string
  readonly everyHours: number
  readonly askedAt: Date | null
  readonly failures: number
  readonly fence: number
  readonly importId: string | null
  /** The database's clock when it was claimed. */
  readonly now: Date
}

/** Takes a connection that is due and that nobody holds; null when there is none. */
export async function claimConnection(
  connection: Queryable,
  owner: string,
  deadOwners: readonly string[],
): Promise<ClaimedConnection | null> {
  const { rows } = await connection.query<ClaimedConnection>(
    `WITH due AS (
       SELECT workspace_id, id FROM connection
       WHERE removed_at IS NULL AND paused_at IS NULL AND next_at <= now()
         AND (lease_until IS NULL OR lease_until < now() OR lease_owner = ANY ($2::text[]))
       ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
     UPDATE connection c SET fence = fence + 1, lease_owner = $1, lease_until = now() + ${LEASE}
     FROM due, workspace w WHERE c.workspace_id = due.workspace_id AND c.id = due.id AND w.id = c.workspace_id
     RETURNING c.workspace_id AS "workspaceId", w.name AS "workspaceName", c.id, c.name, c.kind, c.base_url AS "baseUrl", c.sealed,
       to_char(c.from_day, 'YYYY-MM-DD') AS "fromDay", c.every_hours AS "everyHours", c.asked_at AS "askedAt", c.failures, c.fence,
       c.import_id AS "importId", now() AS now`,
    [owner, deadOwners],
  )
  return rows[0] ?? null
}

/** Owners that hold connections, to find those that are gone. */
export async function listPullOwners(connection: Queryable): Promise<string[]> {
  const { rows } = await connection.query<{ lease_owner: string }>(
    'SELECT DISTINCT lease_owner FROM connection WHERE lease_owner IS NOT NULL',
  )
  return rows.map((row) => row.lease_owner)
}

const HELD = 'workspace_id = $1 AND id = $2 AND fence = $3 AND removed_at IS NULL'
const held = (claimed: ClaimedConnection) => [claimed.workspaceId, claimed.id, claimed.fence] as const

/** False when the connection was changed, paused for good or taken over. */
export async function renewPullLease(connection: Queryable, claimed: ClaimedConnection): Promise<boolean> {
  const { rowCount } = await connection.query(`UPDATE connection SET lease_until = now() + ${LEASE} WHERE ${HELD}`, [
    ...held(claimed),
  ])
  return rowCount === 1
}

/** Gives it back, to be looked at again after so long. */
export async function releaseConnection(
  connection: Queryable,
  claimed: ClaimedConnection,
  afterMs: number,
): Promise<void> {
  await connection.query(
    `UPDATE connection SET lease_owner = NULL, lease_until = NULL, next_at = now() + $4 * interval '1 millisecond' WHERE ${HELD}`,
    [...held(claimed), afterMs],
  )
}

export interface KnownDay extends TriedDay {
  /** Hex; null when nothing was told. */
  readonly digest: string | null
  /** The import that told it last; null when none did. */
  readonly importId: string | null
}

export async function knownDays(connection: Queryable, claimed: ClaimedConnection): Promise<KnownDay[]> {
  const { rows } = await connection.query<Omit<KnownDay, 'pulledMs'> & { pulledAt: Date | null }>(
    `SELECT to_char(day, 'YYYY-MM-DD') AS day, status, pulled_at AS "pulledAt", encode(digest, 'hex') AS digest,
       import_id AS "importId"
     FROM connection_day WHERE workspace_id = $1 AND connection_id = $2`,
    [claimed.workspaceId, claimed.id],
  )
  return rows.map(({ pulledAt, ...row }) => ({ ...row, pulledMs: pulledAt === null ? null : pulledAt.getTime() }))
}

/** What a fetched window will make of its days. */
export interface FetchedDays {
  /** When the fetch began, RFC 3339. */
  readonly fetched_at: string
  readonly days: readonly {
    readonly day: string
    /** Hex, SHA-256 of what was told. */
    readonly digest: string
    /** It is told in the import; otherwise an earlier one told the same. */
    readonly changed: boolean
    /** The day is over, and whole. */
    readonly whole: boolean
  }[]
}

/** Names the import that will hold the window, before its file is stored. False when the connection is no longer held. */
export async function expectImport(
  connection: Queryable,
  claimed: ClaimedConnection,
  importId: string,
  fetched: FetchedDays,
): Promise<boolean> {
  const { rowCount } = await connection.query(`UPDATE connection SET import_id = $4, waiting = $5 WHERE ${HELD}`, [
    ...held(claimed),
    importId,
    JSON.stringify(fetched),
  ])
  return rowCount === 1
}

/** The import that was named is no more: its window is fetched anew. */
export async function forgetExpected(connection: Queryable, claimed: ClaimedConnection): Promise<void> {
  await connection.query(`UPDATE connection SET import_id = NULL, waiting = NULL WHERE ${HELD}`, [...held(claimed)])
}

/** Where the import stands that a connection waits for; null when it was never begun. */
export async function expectedImport(
  connection: Queryable,
  id: string,
): Promise<{ readonly no: number; readonly status: string; readonly problem: Problem | null } | null> {
  const { rows } = await connection.query<{ no: number; status: string; problem: Problem | null }>(
    'SELECT no, status, problem FROM import WHERE id = $1',
    [id],
  )
  return rows[0] ?? null
}

/** The last statements of the transaction of an import that a connection brought. An import it no longer waits for moves nothing. */
export async function settlePulled(connection: Queryable, workspaceId: number, importId: string): Promise<void> {
  const { rows } = await connection.query<{ id: string; waiting: FetchedDays }>(
    'SELECT id, waiting FROM connection WHERE workspace_id = $1 AND import_id = $2 FOR UPDATE',
    [workspaceId, importId],
  )
  const row = rows[0]
  if (row !== undefined) await tellDays(connection, workspaceId, row.id, row.waiting, importId)
}

/** A window without anything new. False when the connection is no longer held. */
export async function settleUnchanged(
  connection: Queryable,
  claimed: ClaimedConnection,
  fetched: FetchedDays,
): Promise<boolean> {
  const { rowCount } = await connection.query(`SELECT 1 FROM connection WHERE ${HELD} FOR UPDATE`, [...held(claimed)])
  if (rowCount !== 1) return false
  await tellDays(connection, claimed.workspaceId, claimed.id, fetched, null)
  return true
}

async function tellDays(
  connection: Queryable,
  workspaceId: number,
  id: string,
  fetched: FetchedDays,
  importId: string | null,
): Promise<void> {
  await connection.query(
    `INSERT INTO connection_day AS d (workspace_id, connection_id, day, status, pulled_at, digest, import_id)
     SELECT $1, $2, day::date, CASE WHEN whole THEN 'complete' ELSE 'pending' END, $4::timestamptz, decode(digest, 'hex'),
       CASE WHEN changed THEN $5::uuid END
     FROM jsonb_to_recordset($3::jsonb) AS told (day text, digest text, changed boolean, whole boolean)
     ON CONFLICT (workspace_id, connection_id, day) DO UPDATE SET
       -- A day that was whole stays so: a clock that was set back does not undo it.
       status = CASE WHEN d.status = 'complete' THEN d.status ELSE excluded.status END,
       pulled_at = excluded.pulled_at, digest = excluded.digest, import_id = coalesce(excluded.import_id, d.import_id), problem = NULL`,
    [workspaceId, id, JSON.stringify(fetched.days), fetched.fetched_at, importId],
  )
  await connection.query(
    `UPDATE connection SET last_good_at = now(), failing_since = NULL, failures = 0, problem = NULL, next_at = now(),
       import_id = NULL, waiting = NULL, lease_owner = NULL, lease_until = NULL, fence = fence + 1
     WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, id],
  )
  await moveCursor(connection, workspaceId, id)
}

/** To the first day that is not complete. */
async function moveCursor(connection: Queryable, workspaceId: number, id: string): Promise<void> {
  await connection.query(
    `UPDATE connection c SET cursor = (
       SELECT min(g)::date FROM generate_series(c.from_day::timestamp, greatest(c.from_day, (
           SELECT max(day) + 1 FROM connection_day WHERE workspace_id = $1 AND connection_id = $2))::timestamp, interval '1 day') g
       WHERE NOT EXISTS (SELECT 1 FROM connection_day d
         WHERE d.workspace_id = $1 AND d.connection_id = $2 AND d.day = g::date AND d.status = 'complete'))
     WHERE c.workspace_id = $1 AND c.id = $2`,
    [workspaceId, id],
  )
}

/**
 * A try that failed: its days are failed unless they are complete, and it is tried again after the pause. Writes nothing
 * when the connection is no longer held.
 */
export async function notePullTrouble(
  connection: Queryable,
  claimed: ClaimedConnection,
  days: readonly string[],
  trouble: Trouble,
  pauseMs: number,
): Promise<void> {
  const { rowCount } = await connection.query(
    `UPDATE connection SET failing_since = coalesce(failing_since, now()), failures = failures + 1, problem = $4,
       next_at = now() + $5 * interval '1 millisecond', lease_owner = NULL, lease_until = NULL, import_id = NULL, waiting = NULL
     WHERE ${HELD}`,
    [...held(claimed), JSON.stringify(trouble), pauseMs],
  )
  if (rowCount !== 1) return
  await connection.query(
    `INSERT INTO connection_day AS d (workspace_id, connection_id, day, status, problem)
     SELECT $1, $2, day::date, 'failed', $4 FROM unnest($3::text[]) AS day
     ON CONFLICT (workspace_id, connection_id, day) DO UPDATE SET
       status = CASE WHEN d.status = 'complete' THEN d.status ELSE 'failed' END, problem = excluded.problem`,
    [claimed.workspaceId, claimed.id, days, JSON.stringify(trouble)],
  )
}

/** An import that was taken back tells its days no more: they are fetched again. In the transaction of the undo. */
export async function forgetPulled(connection: Queryable, workspaceId: number, importId: string): Promise<void> {
  const { rows } = await connection.query<{ id: string }>(
    `WITH gone AS (
       UPDATE connection_day SET status = 'pending', pulled_at = NULL, digest = NULL, import_id = NULL
       WHERE workspace_id = $1 AND import_id = $2 RETURNING connection_id)
     SELECT DISTINCT connection_id AS id FROM gone`,
    [workspaceId, importId],
  )
  for (const { id } of rows) {
    await moveCursor(connection, workspaceId, id)
    await connection.query(
      'UPDATE connection SET next_at = least(next_at, now()) WHERE workspace_id = $1 AND id = $2',
      [workspaceId, id],
    )
  }
}
