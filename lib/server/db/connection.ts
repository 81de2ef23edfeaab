/** Connections to providers' APIs as people make and see them. The key is only ever written here. */
import 'server-only'
import type { DayStatus } from '../../core/source/pull/days'
import type { PullKind } from '../../core/source/pull/pull-source'
import type { Trouble } from '../../core/source/pull/trouble'
import type { Queryable } from './pool'

export interface ConnectionRow {
  readonly id: string
  readonly name: string
  readonly kind: PullKind
  readonly baseUrl: string
  readonly last4: string
  /** "2026-11-03" */
  readonly fromDay: string
  readonly everyHours: number
  readonly cursor: string
  readonly nextAt: Date
  readonly lastGoodAt: Date | null
  readonly failingSince: Date | null
  readonly problem: Trouble | null
  readonly pausedAt: Date | null
  /** Number of the import that waits or runs. */
  readonly importNo: number | null
  readonly isFetching: boolean
  readonly createdBy: string
  readonly createdAt: Date
  /** The database's clock. */
  readonly now: Date
}

const DAY = (column: string) => `to_char(${column}, 'YYYY-MM-DD')`

/** Those that are not removed, oldest first; `id` narrows to one. */
export async function listConnections(
  connection: Queryable,
  workspaceId: number,
  id: string | null = null,
): Promise<ConnectionRow[]> {
  const { rows } = await connection.query<ConnectionRow>(
    `SELECT c.id, c.name, c.kind, c.base_url AS "baseUrl", c.last4, ${DAY('c.from_day')} AS "fromDay",
       c.every_hours AS "everyHours", ${DAY('c.cursor')} AS cursor, c.next_at AS "nextAt", c.last_good_at AS "lastGoodAt",
       c.failing_since AS "failingSince", c.problem, c.paused_at AS "pausedAt", i.no AS "importNo",
       coalesce(c.lease_until > now(), false) AS "isFetching", c.created_by AS "createdBy", c.created_at AS "createdAt", now() AS now
     FROM connection c LEFT JOIN import i ON i.id = c.import_id
     WHERE c.workspace_id = $1 AND c.removed_at IS NULL AND ($2::uuid IS NULL OR c.id = $2) ORDER BY c.created_at, c.id`,
    [workspaceId, id],
  )
  return rows
}

export interface ConnectionDayRow {
  readonly connectionId: string
  readonly day: string
  readonly status: DayStatus
  readonly pulledAt: Date | null
  readonly problem: Trouble | null
  readonly importId: string | null
  readonly importNo: number | null
  /** Rows of that import which could not be read. */
  readonly rejected: string | null
}

/** Days that were tried, oldest first; `id` narrows to one connection. */
export async function listConnectionDays(
  connection: Queryable,
  workspaceId: number,
  id: string | null = null,
): Promise<ConnectionDayRow[]> {
  const { rows } = await connection.query<ConnectionDayRow>(
    `SELECT d.connection_id AS "connectionId", ${DAY('d.day')} AS day, d.status, d.pulled_at AS "pulledAt", d.problem,
       d.import_id AS "importId", i.no AS "importNo", i.rejected
     FROM connection_day d LEFT JOIN import i ON i.id = d.import_id
     WHERE d.workspace_id = $1 AND ($2::uuid IS NULL OR d.connection_id = $2) ORDER BY d.connection_id, d.day`,
    [workspaceId, id],
  )
  return rows
}

export interface NewConnection {
  readonly id: string
  readonly name: string
  readonly kind: PullKind
  readonly baseUrl: string
  readonly sealed: Buffer
  readonly last4: string
  readonly fromDay: string
  readonly everyHours: number
  readonly createdBy: string
}

export async function insertConnection(connection: Queryable, workspaceId: number, row: NewConnection): Promise<void> {
  await connection.query(
    `INSERT INTO connection (workspace_id, id, name, kind, base_url, sealed, last4, from_day, cursor, every_hours, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8::date, $8::date, $9, $10)`,
    [
      workspaceId,
      row.id,
      row.name,
      row.kind,
      row.baseUrl,
      row.sealed,
      row.last4,
      row.fromDay,
      row.everyHours,
      row.createdBy,
    ],
  )
}

export interface ConnectionChange {
  readonly name: string
  readonly baseUrl: string
  readonly everyHours: number
  readonly isPaused: boolean
  /** A new key; null leaves the stored one. */
  readonly key: { readonly sealed: Buffer; readonly last4: string } | null
}

/**
 * Another key or address is tried at once on the last days, and whoever fetches with the old ones is fenced off. A pause that ends does not
 * wait either. False when it is not there.
 */
export async function updateConnection(
  connection: Queryable,
  workspaceId: number,
  id: string,
  change: ConnectionChange,
): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE connection SET name = $3, every_hours = $5,
       fence = fence + 1, lease_owner = NULL, lease_until = NULL,
       asked_at = CASE WHEN $7::bytea IS NOT NULL OR base_url <> $4 THEN now() ELSE asked_at END,
       next_at = CASE WHEN $7::bytea IS NOT NULL OR base_url <> $4 OR every_hours <> $5 OR paused_at IS NOT NULL THEN now() ELSE next_at END,
       base_url = $4, paused_at = CASE WHEN $6 THEN coalesce(paused_at, now()) END,
       sealed = coalesce($7, sealed), last4 = coalesce($8, last4)
     WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL`,
    [
      workspaceId,
      id,
      change.name,
      change.baseUrl,
      change.everyHours,
      change.isPaused,
      change.key?.sealed ?? null,
      change.key?.last4 ?? null,
    ],
  )
  return rowCount === 1
}

/** Due at once, and the last days are fetched again. False when it is not there, or paused. */
export async function askForPull(connection: Queryable, workspaceId: number, id: string): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE connection SET asked_at = now(), next_at = now()
     WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL AND paused_at IS NULL`,
    [workspaceId, id],
  )
  return rowCount === 1
}

/** Forgets the key; what was fetched stays. False when it is not there. */
export async function removeConnection(connection: Queryable, workspaceId: number, id: string): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE connection SET removed_at = now(), sealed = '', fence = fence + 1, lease_owner = NULL, lease_until = NULL,
       import_id = NULL, waiting = NULL
     WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL`,
    [workspaceId, id],
  )
  return rowCount === 1
}
