/**
 * Rows that were stored already when an import brought them. They wait in usage_duplicate: undoing the import that was
 * first hands its place to the next, so that undo restores the books of a world without it.
 */
import 'server-only'
import { FACTS, SAME_KEY, tokensOf } from './facts'
import type { Queryable } from './pool'
import { deltaSql } from './rollup'
import { RECORD_COLUMN_LIST, RECORD_COLUMNS } from './usage-record'

const UNDO_LOCK = 711_004

/** Held by whoever compares rows with stored ones: no import is undone meanwhile. Ends with the transaction. */
export async function shareUndoLock(connection: Queryable, workspaceId: number): Promise<void> {
  await connection.query('SELECT pg_advisory_xact_lock_shared($1, $2)', [UNDO_LOCK, workspaceId])
}

/** Held while an import is undone. Take the lock of imports first. */
export async function takeUndoLock(connection: Queryable, workspaceId: number): Promise<void> {
  await connection.query('SELECT pg_advisory_xact_lock($1, $2)', [UNDO_LOCK, workspaceId])
}

/** Keeps the staged rows that another import stored first; `refused` are those that contradict it. */
export async function keepDuplicates(
  connection: Queryable,
  workspaceId: number,
  importNo: number,
  refused: readonly number[],
): Promise<void> {
  await connection.query(
    `INSERT INTO usage_duplicate (${RECORD_COLUMN_LIST})
     SELECT ${RECORD_COLUMNS.map((name) => `s.${name}`).join(', ')} FROM usage_stage s JOIN usage_record u ON ${SAME_KEY}
     WHERE u.workspace_id = $1 AND u.import_no <> $2 AND u.ts >= (SELECT min(ts) FROM usage_stage)
       AND u.ts <= (SELECT max(ts) FROM usage_stage) AND s.seq <> ALL ($3::int[])`,
    [workspaceId, importNo, refused],
  )
}

const facts = (table: string) => FACTS.map((name) => `${table}.${name}`).join(', ')
const SAME_FACTS = `(${facts('u')}) IS NOT DISTINCT FROM (${facts('s')})`
/** The heir is priced as the row it follows was at last, when nothing that a price depends on tells them apart. */
const SAME_PRICE = `${SAME_FACTS} AND (u.host_id, u.region_id, u.pricing_facts) IS NOT DISTINCT FROM (s.host_id, s.region_id, s.pricing_facts)`
/**
 * A version that waits beside the undone one is of a call that grew, and larger than all that came before: what is told again of a
 * bucket says the same as some version of it.
 */
const LARGEST_LEFT = `NOT EXISTS (
  SELECT 1 FROM usage_restatement h WHERE h.workspace_id = u.workspace_id AND h.ts = u.ts AND h.dedup_key = u.dedup_key
    AND h.import_no <> u.import_no AND (${tokensOf('h')} >= ${tokensOf('s')} OR (${facts('h')}) IS NOT DISTINCT FROM (${facts('s')})))`

export interface UndoneSpan {
  readonly no: number
  readonly firstAt: Date | null
  readonly lastAt: Date | null
}

/**
 * Before the rows of an import are removed: forgets what it offered in vain, and chooses for each of its rows that another
 * import offered too the one that takes its place.
 */
export async function chooseHeirs(connection: Queryable, workspaceId: number, undone: UndoneSpan): Promise<void> {
  await connection.query('DELETE FROM usage_duplicate WHERE workspace_id = $1 AND import_no = $2', [
    workspaceId,
    undone.no,
  ])
  await connection.query(
    `CREATE TEMP TABLE usage_heir (seq bigint, heir_no int, ts timestamptz, dedup_key uuid, history_seq bigint,
       same_price boolean, price_set_id int, cost numeric(38,18), unpriced_code smallint) ON COMMIT DROP`,
  )
  await connection.query(
    `INSERT INTO usage_heir
     SELECT DISTINCT ON (u.ts, u.dedup_key) s.seq, s.import_no, u.ts, u.dedup_key, NULL::bigint,
       ${SAME_PRICE}, u.price_set_id, u.cost, u.unpriced_code
     FROM usage_record u JOIN usage_duplicate s ON ${SAME_KEY}
     WHERE u.workspace_id = $1 AND u.import_no = $2 AND u.ts >= $3 AND u.ts <= $4 AND (${SAME_FACTS} OR ${LARGEST_LEFT})
     ORDER BY u.ts, u.dedup_key, (${SAME_FACTS}) DESC, ${tokensOf('s')} DESC, s.import_no, s.seq`,
    [workspaceId, undone.no, undone.firstAt, undone.lastAt],
  )
  await connection.query(
    `INSERT INTO usage_heir
     SELECT DISTINCT ON (u.seq) s.seq, s.import_no, u.ts, u.dedup_key, u.seq,
       ${SAME_PRICE}, u.price_set_id, u.cost, u.unpriced_code
     FROM usage_restatement u JOIN usage_duplicate s ON ${SAME_KEY} AND ${SAME_FACTS} AND s.import_no <> u.by_import_no
     WHERE u.workspace_id = $1 AND u.import_no = $2
     ORDER BY u.seq, s.import_no, s.seq`,
    [workspaceId, undone.no],
  )
}

/**
 * After the rows of the undone import are removed, and before the rows it restated come back: puts the heirs in their
 * places. Returns how many.
 */
export async function placeHeirs(connection: Queryable, workspaceId: number, undoneNo: number): Promise<bigint> {
  const { rows: heirs } = await connection.query('SELECT 1 FROM usage_heir LIMIT 1')
  if (heirs.length === 0) return 0n
  const own = new Set(['price_set_id', 'cost', 'unpriced_code'])
  const values = RECORD_COLUMNS.map((name) => {
    if (own.has(name)) return `CASE WHEN h.same_price THEN h.${name} ELSE d.${name} END AS ${name}`
    // What set it aside when it came may be reversed: the decisions in force are asked afterwards.
    return name === 'set_aside_by' ? 'NULL::int AS set_aside_by' : `d.${name}`
  }).join(', ')
  // What a price revision noted of the undone row holds for the row that follows it.
  await connection.query(
    `UPDATE price_revision_record p SET import_no = h.heir_no FROM usage_heir h
     WHERE p.workspace_id = $1 AND p.import_no = $2 AND p.ts = h.ts AND p.dedup_key = h.dedup_key AND h.same_price`,
    [workspaceId, undoneNo],
  )
  await connection.query(
    `UPDATE import i SET restated = restated + n.records
     FROM (SELECT h.heir_no, count(*) AS records FROM usage_restatement r JOIN usage_heir h ON r.ts = h.ts AND r.dedup_key = h.dedup_key
           WHERE r.workspace_id = $1 AND r.by_import_no = $2 GROUP BY 1) AS n WHERE i.no = n.heir_no`,
    [workspaceId, undoneNo],
  )
  const { rows } = await connection.query<{ records: string }>(
    `WITH heir AS (
       DELETE FROM usage_duplicate d USING usage_heir h WHERE d.workspace_id = $1 AND d.seq = h.seq
       RETURNING ${values}, h.history_seq
     ), history AS (
       INSERT INTO usage_restatement (${RECORD_COLUMN_LIST}, by_import_no, replaced_at, seq) OVERRIDING SYSTEM VALUE
       SELECT ${RECORD_COLUMN_LIST.split(', ')
         .map((name) => `heir.${name}`)
         .join(', ')}, r.by_import_no, r.replaced_at, r.seq
       FROM heir JOIN usage_restatement r ON r.workspace_id = $1 AND r.ts = heir.ts AND r.dedup_key = heir.dedup_key
         AND r.seq = heir.history_seq AND r.import_no = $2
     ), stored AS (
       INSERT INTO usage_record (${RECORD_COLUMN_LIST}) SELECT ${RECORD_COLUMN_LIST} FROM heir WHERE history_seq IS NULL RETURNING *
     ), ${deltaSql('stored')}, counted AS (
       UPDATE import i SET accepted = accepted + n.records, duplicate = duplicate - n.records, unpriced = i.unpriced + n.unpriced,
         cost = CASE WHEN n.cost IS NULL THEN i.cost ELSE coalesce(i.cost, 0) + n.cost END,
         first_at = least(i.first_at, n.first_at), last_at = greatest(i.last_at, n.last_at)
       FROM (SELECT import_no, count(*) AS records, count(*) FILTER (WHERE price_set_id = 0) AS unpriced, sum(cost) AS cost,
               min(ts) AS first_at, max(ts) AS last_at FROM heir GROUP BY import_no) AS n
       WHERE i.no = n.import_no
     ) SELECT count(*) AS records FROM heir`,
    [workspaceId, undoneNo],
  )
  return BigInt(rows[0]?.records ?? '0')
}
