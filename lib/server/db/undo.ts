/** Taking records back, exactly: what was added is removed and what was replaced returns. */
import 'server-only'
import { usdFromText, usdToText } from '../../core/money/usd'
import { removeBilled } from './billed-undo'
import { removeCounterRuns } from './counter-run'
import { chooseHeirs, placeHeirs, takeUndoLock } from './duplicate'
import type { Connection, Queryable } from './pool'
import { removeProviderIds } from './provider-id'
import { deltaSql, mergeDeltas, openDeltas } from './rollup'
import { settleDecided } from './set-aside'
import { RECORD_COLUMN_LIST, RECORD_COLUMNS } from './usage-record'

/** Sums for the audit log. */
export interface Removed extends Readonly<Record<string, unknown>> {
  readonly records: string
  readonly restored: string
  /** Rows that another import had offered too and that are its rows now. */
  readonly handed_over: string
  readonly cost: string
  readonly billed_lines: number
  readonly billed_restored: number
}

/** Null when the import is not committed. The caller holds the workspace's import lock and commits. */
export async function removeRecords(
  connection: Connection,
  workspaceId: number,
  id: string,
  actor: string,
): Promise<Removed | null> {
  await takeUndoLock(connection, workspaceId)
  const { rows } = await connection.query<{ no: number; first_at: Date | null; last_at: Date | null }>(
    `UPDATE import SET status = 'undone', undone_at = now(), undone_by = $3
     WHERE id = $2 AND workspace_id = $1 AND status = 'committed' RETURNING no, first_at, last_at`,
    [workspaceId, id, actor],
  )
  const row = rows[0]
  if (row === undefined) return null
  await openDeltas(connection)
  const span = { no: row.no, firstAt: row.first_at, lastAt: row.last_at }
  await chooseHeirs(connection, workspaceId, span)
  await removeProviderIds(connection, workspaceId, span)
  const gone = await connection.query<{ records: string; cost: string }>(
    `WITH gone AS (
       DELETE FROM usage_record WHERE workspace_id = $1 AND import_no = $2 AND ts >= $3 AND ts <= $4
       RETURNING ${RECORD_COLUMN_LIST}
     ), ${deltaSql('gone', -1)} SELECT count(*) AS records, coalesce(sum(cost), 0) AS cost FROM gone`,
    [workspaceId, row.no, row.first_at, row.last_at],
  )
  const handedOver = await placeHeirs(connection, workspaceId, row.no)
  const restored = await bringBack(connection, workspaceId, row.no)
  // Rows that came back or were handed over are of another source, and what this one told too may be told by none now.
  await settleDecided(connection, workspaceId, 'all')
  await mergeDeltas(connection, workspaceId, { kind: 'import_undo', no: row.no })
  const billed = await removeBilled(connection, workspaceId, row.no)
  await removeCounterRuns(connection, workspaceId, row.no)
  return {
    records: gone.rows[0]?.records ?? '0',
    restored,
    handed_over: handedOver.toString(),
    cost: usdToText(usdFromText(gone.rows[0]?.cost ?? '0')),
    billed_lines: billed.lines,
    billed_restored: billed.restored,
  }
}

/**
 * The history of a bucket is a chain: A's row replaced by B, B's by C. Undoing B in the middle takes its link out, so
 * that C now replaces A; undoing B at the end brings A's row back. It counts until the decisions in force are asked.
 */
async function bringBack(connection: Queryable, workspaceId: number, importNo: number): Promise<string> {
  await connection.query('DELETE FROM usage_restatement WHERE workspace_id = $1 AND import_no = $2', [
    workspaceId,
    importNo,
  ])
  // What it had replaced is replaced by the next version, of the history or the one that is stored.
  await connection.query(
    `UPDATE usage_restatement h SET by_import_no = l.import_no
     FROM (SELECT m.seq, m.ts, m.dedup_key, coalesce(
             (SELECT n.import_no FROM usage_restatement n WHERE n.workspace_id = m.workspace_id AND n.ts = m.ts
                AND n.dedup_key = m.dedup_key AND n.seq > m.seq ORDER BY n.seq LIMIT 1),
             (SELECT u.import_no FROM usage_record u WHERE u.workspace_id = m.workspace_id AND u.ts = m.ts
                AND u.dedup_key = m.dedup_key)) AS import_no
           FROM usage_restatement m WHERE m.workspace_id = $1 AND m.by_import_no = $2) AS l
     WHERE h.workspace_id = $1 AND h.ts = l.ts AND h.dedup_key = l.dedup_key AND h.seq = l.seq AND l.import_no IS NOT NULL`,
    [workspaceId, importNo],
  )
  const { rows } = await connection.query<{ records: string }>(
    `WITH history AS (
       DELETE FROM usage_restatement WHERE workspace_id = $1 AND by_import_no = $2
       RETURNING ${RECORD_COLUMNS.map((name) => (name === 'set_aside_by' ? 'NULL::int AS set_aside_by' : name)).join(', ')}
     ), back AS (
       INSERT INTO usage_record (${RECORD_COLUMN_LIST}) SELECT ${RECORD_COLUMN_LIST} FROM history RETURNING ${RECORD_COLUMN_LIST}
     ), ${deltaSql('back')} SELECT count(*) AS records FROM back`,
    [workspaceId, importNo],
  )
  return rows[0]?.records ?? '0'
}

/** False when the import is over. */
export async function markCancelled(connection: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE import SET status = 'cancelled', finished_at = now(), lease_owner = NULL, lease_until = NULL,
       rows_read = 0, accepted = 0, duplicate = 0, rejected = 0, restated = 0, unpriced = 0, cost = NULL
     WHERE id = $1 AND status IN ('receiving', 'stored', 'importing')`,
    [id],
  )
  return rowCount === 1
}
