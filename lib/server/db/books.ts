/**
 * Do the books balance? Each query compares two tellings of the same thing; every difference is returned, with no
 * tolerance. Names I1 … I12 are those of docs/books.md.
 */
import 'server-only'
import { sealDifferences } from './audit-seal'
import type { BookDifference } from './book-difference'
import { billedDifferences } from './books-billed'
import { pullDifferences } from './books-pull'
import { DIMENSION, type DimensionName } from './dimension'
import type { Queryable } from './pool'
import { MAX_STORED_REJECTS } from './reject'
import { daySumsSql, hourSumsSql } from './rollup'
import { DAY_COLUMNS, HOUR_COLUMNS } from './rollup-columns'
import { unsettledRecords } from './set-aside'

export type { BookDifference } from './book-difference'

const MEASURES = [
  'records',
  'requests',
  'uncounted_records',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost',
  'unpriced_records',
  'unpriced_requests',
  'unpriced_tokens',
  'reported_records',
  'errors',
  'reported_cost',
]

/** `workspaceId` null checks all of them. */
export async function bookDifferences(connection: Queryable, workspaceId: number | null): Promise<BookDifference[]> {
  const found: BookDifference[] = []
  for (const check of [
    importCounts,
    importRecords,
    keptDuplicates,
    storedRejects,
    hoursAgree,
    daysAgree,
    keyIsUnique,
    moneyIsExact,
    costsAreDollars,
    sourcesAreSettled,
    workspacesAreApart,
    nothingLeftOver,
    billedDifferences,
    pullDifferences,
    sealDifferences,
  ]) {
    found.push(...(await check(connection, workspaceId)))
  }
  return found
}

type Check = (connection: Queryable, workspaceId: number | null) => Promise<BookDifference[]>

const importCounts: Check = async (connection, workspaceId) => {
  const { rows } = await connection.query<{ no: number; rows_read: string; sum: string }>(
    `SELECT no, rows_read, accepted + duplicate + rejected AS sum FROM import
     WHERE ($1::int IS NULL OR workspace_id = $1) AND status IN ('committed', 'undone') AND rows_read <> accepted + duplicate + rejected`,
    [workspaceId],
  )
  return rows.map((row) => ({
    rule: 'I1',
    place: `import #${row.no}: rows read against accepted + duplicate + rejected`,
    expected: row.rows_read,
    actual: row.sum,
  }))
}

/**
 * Records of an import are all there or none is; those restated since count as history. All lie within the times that the
 * import names, because its undo looks for them there.
 */
const importRecords: Check = async (connection, workspaceId) => {
  const { rows } = await connection.query<{
    no: number
    status: string
    what: string
    expected: string
    actual: string
  }>(
    `WITH stored AS (
       SELECT import_no, count(*) AS records, min(ts) AS first_at, max(ts) AS last_at FROM usage_record
       WHERE $1::int IS NULL OR workspace_id = $1 GROUP BY 1
     ), replaced AS (
       SELECT import_no, count(*) AS records FROM usage_restatement WHERE $1::int IS NULL OR workspace_id = $1 GROUP BY 1
     ), told AS (
       SELECT no, status, CASE WHEN status = 'committed' THEN accepted - billed_rows ELSE 0 END AS records FROM import
       WHERE $1::int IS NULL OR workspace_id = $1
     )
     SELECT coalesce(told.no, stored.import_no) AS no, coalesce(told.status, 'absent') AS status, 'records' AS what,
       coalesce(told.records, 0)::text AS expected, (coalesce(stored.records, 0) + coalesce(replaced.records, 0))::text AS actual
     FROM told FULL JOIN stored ON stored.import_no = told.no LEFT JOIN replaced ON replaced.import_no = told.no
     WHERE coalesce(told.records, 0) <> coalesce(stored.records, 0) + coalesce(replaced.records, 0)
     UNION ALL
     SELECT i.no, i.status, 'times of its records', format('%s to %s', i.first_at, i.last_at),
       format('%s to %s', s.first_at, s.last_at)
     FROM import i JOIN stored s ON s.import_no = i.no
     WHERE (i.first_at <= s.first_at AND i.last_at >= s.last_at) IS NOT TRUE`,
    [workspaceId],
  )
  return rows.map((row) => ({
    rule: 'I4',
    place: `import #${row.no} (${row.status}): ${row.what}`,
    expected: row.expected,
    actual: row.actual,
  }))
}

/** Rows kept for the case that an earlier import is undone: never of an import that is not in the books. */
const keptDuplicates: Check = async (connection, workspaceId) => {
  const { rows } = await connection.query<{ no: number; expected: string; actual: string }>(
    `SELECT d.import_no AS no, CASE WHEN i.status = 'committed' THEN i.duplicate ELSE 0 END AS expected, d.records AS actual
     FROM (SELECT import_no, count(*) AS records FROM usage_duplicate WHERE $1::int IS NULL OR workspace_id = $1 GROUP BY 1) AS d
       LEFT JOIN import i ON i.no = d.import_no
     WHERE i.status IS DISTINCT FROM 'committed' OR d.records > i.duplicate`,
    [workspaceId],
  )
  return rows.map((row) => ({
    rule: 'I4',
    place: `import #${row.no}: duplicates kept (at most those it counted)`,
    expected: row.expected,
    actual: row.actual,
  }))
}

const storedRejects: Check = async (connection, workspaceId) => {
  const { rows } = await connection.query<{ no: number; expected: string; actual: string }>(
    `SELECT i.no, least(i.rejected, $2) AS expected, count(r.seq) AS actual
     FROM import i LEFT JOIN import_reject r ON r.import_id = i.id
     WHERE ($1::int IS NULL OR i.workspace_id = $1) AND i.status = 'committed' AND i.source <> 'api'
     GROUP BY i.id HAVING least(i.rejected, $2) <> count(r.seq)`,
    [workspaceId, MAX_STORED_REJECTS],
  )
  return rows.map((row) => ({
    rule: 'I1',
    place: `import #${row.no}: rejected rows kept with their reason`,
    expected: row.expected,
    actual: row.actual,
  }))
}

const hoursAgree: Check = (connection, workspaceId) =>
  rollupAgrees(connection, workspaceId, {
    table: 'usage_hour',
    time: 'hour',
    columns: HOUR_COLUMNS,
    sumsSql: hourSumsSql,
  })

const daysAgree: Check = (connection, workspaceId) =>
  rollupAgrees(connection, workspaceId, { table: 'usage_day', time: 'day', columns: DAY_COLUMNS, sumsSql: daySumsSql })

/** Months first, for people; then every row of the rollup against the same sums of the records. */
async function rollupAgrees(
  connection: Queryable,
  workspaceId: number | null,
  rollup: {
    readonly table: string
    readonly time: string
    readonly columns: readonly string[]
    readonly sumsSql: (source: string) => string
  },
): Promise<BookDifference[]> {
  const { table, time } = rollup
  const scope = '($1::int IS NULL OR workspace_id = $1)'
  const list = rollup.columns.join(', ')
  const ofRecords = rollup.sumsSql(`(SELECT * FROM usage_record WHERE ${scope}) AS records`)
  const measured = `WITH fresh (${list}) AS (${ofRecords}), kept AS (SELECT ${list} FROM ${table} WHERE ${scope})`
  const months = (source: string) =>
    `SELECT workspace_id, to_char(${time}, 'YYYY-MM') AS month, ${MEASURES.map((name) => `coalesce(sum(${name}), 0) AS ${name}`).join(', ')}
     FROM ${source} GROUP BY 1, 2`
  const { rows } = await connection.query<{ place: string; measure: string; expected: string; actual: string }>(
    `${measured}, f AS (${months('fresh')}), k AS (${months('kept')})
     SELECT format('workspace %s, %s', workspace_id, month) AS place, measure, trim_scale(expected)::text AS expected, trim_scale(actual)::text AS actual
     FROM f FULL JOIN k USING (workspace_id, month)
     CROSS JOIN LATERAL (VALUES ${MEASURES.map((name) => `('${name}', coalesce(f.${name}, 0)::numeric, coalesce(k.${name}, 0)::numeric)`).join(', ')})
       AS m (measure, expected, actual)
     WHERE expected <> actual ORDER BY 1, 2`,
    [workspaceId],
  )
  const found = rows.map((row) => ({
    rule: 'I2',
    place: `${row.place}: ${row.measure} of ${table} against the records`,
    expected: row.expected,
    actual: row.actual,
  }))
  const differing = await connection.query<{ fresh: string; kept: string }>(
    `${measured} SELECT (SELECT count(*) FROM (SELECT ${list} FROM fresh EXCEPT SELECT ${list} FROM kept) AS a) AS fresh,
       (SELECT count(*) FROM (SELECT ${list} FROM kept EXCEPT SELECT ${list} FROM fresh) AS b) AS kept`,
    [workspaceId],
  )
  const row = differing.rows[0]
  if (row !== undefined && (row.fresh !== '0' || row.kept !== '0')) {
    found.push({
      rule: 'I2',
      place: `rows of ${table} that a rebuild from the records would change`,
      expected: '0',
      actual: `${row.fresh} missing or different, ${row.kept} wrong`,
    })
  }
  return found
}

const keyIsUnique: Check = async (connection) => {
  const { rows } = await connection.query<{ definition: string }>(
    `SELECT pg_get_indexdef(x.indexrelid) AS definition FROM pg_index x
     WHERE x.indrelid = 'usage_record'::regclass AND x.indisunique AND x.indisvalid`,
  )
  const wanted = '(workspace_id, ts, dedup_key)'
  if (rows.some((row) => row.definition.endsWith(wanted))) return []
  return [{ rule: 'I3', place: 'unique index of usage_record', expected: wanted, actual: 'absent or invalid' }]
}

const moneyIsExact: Check = async (connection) => {
  const { rows } = await connection.query<{ place: string; type: string }>(
    `SELECT format('%s.%s', table_name, column_name) AS place,
       format('%s(%s,%s)', data_type, numeric_precision, numeric_scale) AS type
     FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name IN ('cost', 'reported_cost', 'old_cost', 'new_cost')
       AND (data_type, numeric_precision, numeric_scale) IS DISTINCT FROM ('numeric', 38, 18)`,
  )
  return rows.map((row) => ({ rule: 'I7', place: row.place, expected: 'numeric(38,18)', actual: row.type }))
}

/** A stored cost is of prices in dollars; what is priced in another currency has none, and neither has what has no price. */
const costsAreDollars: Check = async (connection, workspaceId) => {
  const { rows } = await connection.query<{ workspace_id: number; records: string }>(
    `SELECT r.workspace_id, count(*) AS records FROM usage_record r
     LEFT JOIN price_set p ON p.workspace_id = r.workspace_id AND p.id = r.price_set_id
     WHERE ($1::int IS NULL OR r.workspace_id = $1) AND (r.cost IS NULL) = (coalesce(p.currency, '') = 'USD') GROUP BY 1 ORDER BY 1`,
    [workspaceId],
  )
  return rows.map((row) => ({
    rule: 'I7',
    place: `workspace ${row.workspace_id}: records whose cost is not of prices in dollars`,
    expected: '0',
    actual: row.records,
  }))
}

/** A record counts, or a decision in force sets it aside, exactly as its source and the decisions say. */
const sourcesAreSettled: Check = async (connection, workspaceId) => {
  const { rows: deciding } = await connection.query<{ id: number }>(
    `SELECT DISTINCT workspace_id AS id FROM source_decision WHERE $1::int IS NULL OR workspace_id = $1
     UNION SELECT workspace_id FROM usage_record WHERE set_aside_by IS NOT NULL AND ($1::int IS NULL OR workspace_id = $1)`,
    [workspaceId],
  )
  const found: BookDifference[] = []
  for (const { id } of deciding) {
    for (const { no, records } of await unsettledRecords(connection, id)) {
      found.push({
        rule: 'I11',
        place: `import #${no}: records that count or are set aside against the decisions about sources`,
        expected: '0',
        actual: records,
      })
    }
  }
  return found
}

/** The names that sums carry, "none" aside; only the daily ones know users. */
function namesOf(name: string): string {
  const kind = DIMENSION[name as DimensionName]
  return `SELECT DISTINCT workspace_id, '${name}', ${kind}, ${name}_id FROM ${name === 'user' ? 'usage_day' : 'usage_hour'} WHERE ${name}_id <> 0`
}

const workspacesAreApart: Check = async (connection) => {
  const { rows } = await connection.query<{ place: string; records: string }>(
    `SELECT 'records of no workspace' AS place, count(*) AS records FROM usage_record r
       WHERE NOT EXISTS (SELECT 1 FROM workspace w WHERE w.id = r.workspace_id)
     UNION ALL
     SELECT 'records whose import is of another workspace', count(*) FROM usage_record r JOIN import i ON i.no = r.import_no
       WHERE i.workspace_id <> r.workspace_id
     UNION ALL
     SELECT 'waiting rows whose import is of another workspace', count(*)
       FROM (SELECT workspace_id, import_no FROM usage_restatement UNION ALL SELECT workspace_id, import_no FROM usage_duplicate) AS r
       WHERE NOT EXISTS (SELECT 1 FROM import i WHERE i.no = r.import_no AND i.workspace_id = r.workspace_id)
     UNION ALL
     SELECT format('sums whose %s is of another workspace', column_name), count(*) FROM (
       ${['host', 'model', 'project', 'api_key', 'service_tier', 'region', 'user'].map(namesOf).join(' UNION ALL ')}
     ) AS n (workspace_id, column_name, kind, id)
       WHERE NOT EXISTS (SELECT 1 FROM dimension d WHERE d.workspace_id = n.workspace_id AND d.kind = n.kind AND d.id = n.id)
       GROUP BY column_name
     UNION ALL
     SELECT 'hours whose prices are of another workspace', count(*) FROM usage_hour h
       WHERE h.price_set_id <> 0
         AND NOT EXISTS (SELECT 1 FROM price_set p WHERE p.workspace_id = h.workspace_id AND p.id = h.price_set_id)`,
  )
  return rows
    .filter((row) => row.records !== '0')
    .map((row) => ({ rule: 'I9', place: row.place, expected: '0', actual: row.records }))
}

const nothingLeftOver: Check = async (connection, workspaceId) => {
  const { rows } = await connection.query<{ no: number; status: string }>(
    `SELECT no, status FROM import WHERE ($1::int IS NULL OR workspace_id = $1)
       AND status IN ('receiving', 'importing') AND lease_until < now() - interval '60 seconds'`,
    [workspaceId],
  )
  return rows.map((row) => ({
    rule: 'I10',
    place: `import #${row.no}`,
    expected: 'somebody works on it',
    actual: `${row.status}, abandoned`,
  }))
}

/** Files that must be on the disk as they arrived. */
export async function listStoredFiles(
  connection: Queryable,
  workspaceId: number | null,
): Promise<{ id: string; no: number; bytes: string; sha256: string }[]> {
  const { rows } = await connection.query<{ id: string; no: number; bytes: string; sha256: string }>(
    `SELECT id, no, bytes_received AS bytes, encode(sha256, 'hex') AS sha256 FROM import
     WHERE ($1::int IS NULL OR workspace_id = $1) AND sha256 IS NOT NULL AND status IN ('stored', 'importing', 'committed', 'undone')
     ORDER BY no`,
    [workspaceId],
  )
  return rows
}
