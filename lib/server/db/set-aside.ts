/**
 * Records that a decision about the authoritative source sets aside. Whether one counts follows from the decisions in force,
 * from which source its import is of, and from whether the authoritative source told the same record too; it is settled
 * anew, with the sums, by every transaction that changes any of these. Decisions of one host never overlap.
 */
import 'server-only'
import { listTellers } from '../../core/source/teller'
import { DIMENSION } from './dimension'
import { SAME_KEY } from './facts'
import { type Connection, joinInBulk, type Queryable } from './pool'
import { deltaSql } from './rollup'

/** A decision in force, as writers of records ask it. */
export interface DecisionInForce {
  readonly no: number
  readonly host: string
  /** Half-open. */
  readonly fromMs: number
  readonly toMs: number
  readonly source: string
}

export async function decisionsInForce(
  connection: Queryable,
  workspaceId: number,
): Promise<readonly DecisionInForce[]> {
  const { rows } = await connection.query<{ no: number; host: string; source: string; from_at: Date; to_at: Date }>(
    `SELECT no, host, source, from_at, to_at FROM source_decision WHERE workspace_id = $1 AND reversed_at IS NULL`,
    [workspaceId],
  )
  return rows.map(({ no, host, source, from_at, to_at }) => ({
    no,
    host,
    source,
    fromMs: from_at.getTime(),
    toMs: to_at.getTime(),
  }))
}

/** The import that is being written: what it is of is not in its row yet. */
export interface WritingImport {
  readonly no: number
  readonly source: string
}

/** Common table expressions: decisions in force with the host's id, and the source of every import. $1 to $5 are `scopeValues`. */
const DECIDED_AND_SOURCES = `decided AS (
    SELECT d.no, h.id AS host_id, d.from_at, d.to_at, d.source FROM source_decision d
      JOIN dimension h ON h.workspace_id = $1 AND h.kind = ${DIMENSION.host} AND h.value = d.host
    WHERE d.workspace_id = $1 AND d.reversed_at IS NULL
  ), source_of AS (
    SELECT i.no, CASE WHEN i.no = $4::int THEN $5::text ELSE coalesce(t.teller, i.format, '') END AS source
    FROM import i LEFT JOIN unnest($2::text[], $3::text[]) AS t (format, teller) ON t.format = i.format WHERE i.workspace_id = $1
  )`

/** Looked up by the record's key, whatever the server believes about the number of rows. */
const toldToo = (table: string) => `EXISTS (
    SELECT 1 FROM (
      SELECT import_no FROM ${table}
      WHERE workspace_id = u.workspace_id AND ts = u.ts AND dedup_key = u.dedup_key OFFSET 0) x
    JOIN source_of xs ON xs.no = x.import_no WHERE xs.source = d.source)`
/** Whether the record `u` of the import's source `s` counts under the decision `d`: its source told it, before or after another. */
const COUNTS = `(s.source = d.source OR ${toldToo('usage_duplicate')} OR ${toldToo('usage_restatement')})`

function scopeValues(workspaceId: number, writing: WritingImport | null): unknown[] {
  const tellers = listTellers()
  return [
    workspaceId,
    tellers.map(({ format }) => format),
    tellers.map(({ teller }) => teller),
    writing?.no ?? null,
    writing?.source ?? null,
  ]
}

/** What settling did to the sums. */
export interface SettledRecords {
  readonly setAside: bigint
  readonly counted: bigint
}

/**
 * Settles every record of a decided host and period, or only those that a staged row names too. The delta tables are open;
 * the caller holds the lock of undo, shared or alone, and merges.
 */
export async function settleDecided(
  connection: Connection,
  workspaceId: number,
  scope: 'all' | 'staged' | { readonly decision: number },
  writing: WritingImport | null = null,
): Promise<SettledRecords> {
  const wanted = `CASE WHEN ${COUNTS} THEN NULL ELSE d.no END`
  // Of staged rows each looks its record up, whatever the server believes about the number of records.
  const records =
    scope === 'staged'
      ? `usage_stage st CROSS JOIN LATERAL (
           SELECT * FROM usage_record r WHERE r.workspace_id = $1 AND r.ts = st.ts AND r.dedup_key = st.dedup_key OFFSET 0) u`
      : 'usage_record u'
  const one = typeof scope === 'object' ? `AND d.no = ${scope.decision}` : ''
  const settle = async () =>
    await change(
      connection,
      `WITH ${DECIDED_AND_SOURCES}
     SELECT DISTINCT u.workspace_id, u.ts, u.dedup_key, ${wanted} AS wanted
     FROM ${records} JOIN decided d ON u.workspace_id = $1 AND u.host_id = d.host_id AND u.ts >= d.from_at AND u.ts < d.to_at
       JOIN source_of s ON s.no = u.import_no
     WHERE u.set_aside_by IS DISTINCT FROM ${wanted} ${one}`,
      scopeValues(workspaceId, writing),
    )
  return scope === 'staged' ? await settle() : await joinInBulk(connection, settle)
}

/** Everything that a decision set aside counts again; the decision is reversed already. */
export async function releaseSetAside(
  connection: Connection,
  workspaceId: number,
  no: number,
): Promise<SettledRecords> {
  return await change(
    connection,
    `SELECT u.workspace_id, u.ts, u.dedup_key, NULL::int AS wanted FROM usage_record u
       JOIN source_decision d ON d.workspace_id = $1 AND d.no = $2
     WHERE u.workspace_id = $1 AND u.ts >= d.from_at AND u.ts < d.to_at AND u.set_aside_by = $2`,
    [workspaceId, no],
  )
}

async function change(connection: Connection, select: string, values: readonly unknown[]): Promise<SettledRecords> {
  await connection.query('DROP TABLE IF EXISTS aside_change')
  await connection.query(
    'CREATE TEMP TABLE aside_change (workspace_id int, ts timestamptz, dedup_key uuid, wanted int) ON COMMIT DROP',
  )
  const { rowCount } = await connection.query(`INSERT INTO aside_change ${select}`, [...values])
  if (rowCount === 0) return { setAside: 0n, counted: 0n }
  await connection.query('ANALYZE aside_change')
  const bounds = 'u.ts >= (SELECT min(ts) FROM aside_change) AND u.ts <= (SELECT max(ts) FROM aside_change)'
  const same = SAME_KEY.replaceAll('s.', 'c.')
  // Locked, and looked at as the last writer left it: two senders of one call may settle it at once.
  await connection.query(
    `WITH was AS (SELECT u.* FROM usage_record u JOIN aside_change c ON ${same} WHERE ${bounds} FOR UPDATE OF u), ${deltaSql('was', -1)}
     SELECT count(*) FROM was`,
  )
  const { rows } = await connection.query<{ aside: string; counted: string }>(
    `WITH now AS (UPDATE usage_record u SET set_aside_by = c.wanted FROM aside_change c WHERE ${same} AND ${bounds} RETURNING u.*),
       ${deltaSql('now')}
     SELECT count(set_aside_by) AS aside, count(*) FILTER (WHERE set_aside_by IS NULL) AS counted FROM now`,
  )
  const row = rows[0]
  return { setAside: BigInt(row?.aside ?? '0'), counted: BigInt(row?.counted ?? '0') }
}

/** For the books: records that count although a decision sets them aside, or the other way about. */
export async function unsettledRecords(
  connection: Queryable,
  workspaceId: number,
): Promise<readonly { readonly no: number; readonly records: string }[]> {
  const { rows } = await connection.query<{ no: number; records: string }>(
    `WITH ${DECIDED_AND_SOURCES}, wrong AS (
       SELECT u.import_no AS no FROM decided d
         JOIN usage_record u ON u.workspace_id = $1 AND u.host_id = d.host_id AND u.ts >= d.from_at AND u.ts < d.to_at
         JOIN source_of s ON s.no = u.import_no
       WHERE u.set_aside_by IS DISTINCT FROM CASE WHEN ${COUNTS} THEN NULL ELSE d.no END
       UNION ALL
       SELECT u.import_no FROM usage_record u WHERE u.workspace_id = $1 AND u.set_aside_by IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM decided d WHERE d.no = u.set_aside_by AND d.host_id = u.host_id AND u.ts >= d.from_at AND u.ts < d.to_at)
     ) SELECT no, count(*)::text AS records FROM wrong GROUP BY 1 ORDER BY 1`,
    scopeValues(workspaceId, null),
  )
  return rows
}

/** By number of the import, how many of its records are set aside; imports without any are left out. */
export async function setAsideByImport(
  connection: Queryable,
  workspaceId: number,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await connection.query<{ no: number; records: string }>(
    `SELECT import_no AS no, count(*)::text AS records FROM usage_record
     WHERE workspace_id = $1 AND import_no = ANY ($2::int[]) AND set_aside_by IS NOT NULL GROUP BY 1`,
    [workspaceId, [...numbers]],
  )
  return new Map(rows.map(({ no, records }) => [no, records]))
}
