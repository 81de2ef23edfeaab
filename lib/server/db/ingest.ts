/** What POST /api/v1/usage and OTLP keep beside the records: one import row a day and sender, and replies for retries. */
import 'server-only'
import { randomUUID } from 'node:crypto'
import { usdFromAtto, usdToText } from '../../core/money/usd'
import type { ImportCounts } from './import-writer'
import { inTransaction, type Queryable } from './pool'

const API_IMPORT_LOCK = 711_003

/** Number of the import that gathers what this actor sends under this name; `name` holds the UTC day. */
export async function apiImport(
  workspaceId: number,
  actor: string,
  name: string,
  format: string,
): Promise<{ id: string; no: number }> {
  return await inTransaction(async (connection) => {
    await connection.query('SELECT pg_advisory_xact_lock($1, $2)', [API_IMPORT_LOCK, workspaceId])
    const find = await connection.query<{ id: string; no: number }>(
      `SELECT id, no FROM import WHERE workspace_id = $1 AND source = 'api' AND status = 'committed'
         AND created_by = $2 AND filename = $3 ORDER BY no DESC LIMIT 1`,
      [workspaceId, actor, name],
    )
    if (find.rows[0] !== undefined) return find.rows[0]
    const made = await connection.query<{ id: string; no: number }>(
      `INSERT INTO import (id, workspace_id, status, source, filename, format, created_by, finished_at)
       VALUES ($1, $2, 'committed', 'api', $4, $5, $3, now()) RETURNING id, no`,
      [randomUUID(), workspaceId, actor, name, format],
    )
    return made.rows[0] as { id: string; no: number }
  })
}

/** Adds a request's counts; false when the import was undone meanwhile. The row stays locked until the commit. */
export async function addToApiImport(
  connection: Queryable,
  id: string,
  bytes: number,
  rowsRead: number,
  rejected: number,
  counts: Readonly<ImportCounts>,
): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE import SET bytes_received = bytes_received + $2, bytes_read = bytes_read + $2, rows_read = rows_read + $3,
       rejected = rejected + $4, accepted = accepted + $5, duplicate = duplicate + $6, restated = restated + $7,
       unpriced = unpriced + $8, cost = CASE WHEN $9::numeric IS NULL THEN cost ELSE coalesce(cost, 0) + $9::numeric END,
       first_at = least(first_at, $10), last_at = greatest(last_at, $11), finished_at = now()
     WHERE id = $1 AND status = 'committed'`,
    [
      id,
      bytes,
      rowsRead,
      rejected,
      counts.accepted,
      counts.duplicate,
      counts.restated,
      counts.unpriced,
      counts.cost === null ? null : usdToText(usdFromAtto(counts.cost)),
      counts.firstMs === null ? null : new Date(counts.firstMs),
      counts.lastMs === null ? null : new Date(counts.lastMs),
    ],
  )
  return rowCount === 1
}

export interface StoredReply {
  readonly bodySha256: Buffer
  readonly reply: unknown
}

export async function findReply(connection: Queryable, workspaceId: number, key: string): Promise<StoredReply | null> {
  const { rows } = await connection.query<StoredReply>(
    'SELECT body_sha256 AS "bodySha256", reply FROM idempotency_key WHERE workspace_id = $1 AND key = $2',
    [workspaceId, key],
  )
  return rows[0] ?? null
}

/** False when the key is taken; waits for a transaction that is about to take it. */
export async function claimReply(
  connection: Queryable,
  workspaceId: number,
  key: string,
  bodySha256: Buffer,
): Promise<boolean> {
  const { rowCount } = await connection.query(
    `INSERT INTO idempotency_key (workspace_id, key, body_sha256, reply) VALUES ($1, $2, $3, 'null') ON CONFLICT DO NOTHING`,
    [workspaceId, key, bodySha256],
  )
  return rowCount === 1
}

export async function storeReply(
  connection: Queryable,
  workspaceId: number,
  key: string,
  reply: unknown,
): Promise<void> {
  await connection.query('UPDATE idempotency_key SET reply = $3 WHERE workspace_id = $1 AND key = $2', [
    workspaceId,
    key,
    JSON.stringify(reply),
  ])
}
