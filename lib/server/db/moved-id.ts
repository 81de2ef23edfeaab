/** Records of an import whose id is stored at another time are taken out of the books again. */
import 'server-only'
import type { ToldTime } from './id-entry'
import { INSTANT, listText } from './list-text'
import { type Connection, lookUpByIndex, type Queryable } from './pool'
import { NO_PRICE_SET } from './price-set'
import { deltaSql } from './rollup'
import { RECORD_COLUMN_LIST } from './usage-record'

/** A record refused because its id is stored at another time. */
export interface MovedId {
  readonly line: number
  readonly byteOffset: number
  /** What the row said, as JSON. */
  readonly raw: string
  readonly isPriced: boolean
  /** What it had added to the import's cost in dollars; null when it added none. */
  readonly cost: string | null
}

/** Where one of them is stored, and the time at which its id is stored as well. */
export interface MovedPlace {
  /** The whole key as hexadecimal digits. */
  readonly key: string
  readonly ms: number
  readonly storedMs: number
}

/**
 * Of these times of ids those at which this import wrote a record although the id is stored at another of them, by another
 * import or by an earlier line of its own.
 */
export async function movedAmong(
  connection: Queryable,
  workspaceId: number,
  importNo: number,
  told: readonly ToldTime[],
): Promise<readonly MovedPlace[]> {
  const look = () =>
    connection.query<{ key: string; ms: string; stored_ms: string }>(
      `SELECT replace(dedup_key::text, '-', '') AS key, extract(epoch FROM ts) * 1000 AS ms,
       extract(epoch FROM stored_at) * 1000 AS stored_ms
     FROM (SELECT u.*, row_number() OVER first AS place, first_value(u.ts) OVER first AS stored_at
       FROM (SELECT DISTINCT prefix, ${INSTANT} AS ts FROM unnest($3::text[], $4::bigint[]) AS k (prefix, ms)) AS n
       CROSS JOIN LATERAL (SELECT dedup_key, ts, import_no, source_line FROM usage_record
         WHERE workspace_id = $1 AND ts = n.ts AND dedup_key BETWEEN (n.prefix || '0000000000000000')::uuid
           AND (n.prefix || 'ffffffffffffffff')::uuid OFFSET 0) AS u
       WINDOW first AS (PARTITION BY u.dedup_key ORDER BY u.import_no = $2, u.source_line, u.ts)) AS found
     WHERE place > 1 AND import_no = $2`,
      [workspaceId, importNo, listText(told.map(({ prefix }) => prefix)), listText(told.map(({ ms }) => ms))],
    )
  const { rows } = await lookUpByIndex(connection, look)
  return rows.map(({ key, ms, stored_ms }) => ({
    key,
    ms: Number.parseInt(ms, 10),
    storedMs: Number.parseInt(stored_ms, 10),
  }))
}

interface GoneRow {
  key: string
  ts: Date
  line: string
  raw: string
  cost: string | null
  price_set_id: number
}

/** Removes them; their sums go to the delta tables, which are there. In their order, but those that were not stored. */
export async function takeOutMoved<Moved extends MovedPlace>(
  connection: Connection,
  workspaceId: number,
  importNo: number,
  moved: readonly Moved[],
  byteOffsetOf: (moved: Moved) => number,
): Promise<readonly MovedId[]> {
  const remove = () =>
    connection.query<GoneRow>(
      `WITH found AS (
       SELECT u.part, u.place FROM (SELECT key, ${INSTANT} AS ts FROM unnest($3::uuid[], $4::bigint[]) AS k (key, ms)) AS n
       CROSS JOIN LATERAL (SELECT tableoid AS part, ctid AS place FROM usage_record
         WHERE workspace_id = $1 AND import_no = $2 AND ts = n.ts AND dedup_key = n.key OFFSET 0) AS u
     ), gone AS (
       DELETE FROM usage_record u USING found f WHERE u.ctid = f.place AND u.tableoid = f.part
       RETURNING ${RECORD_COLUMN_LIST.split(', ')
         .map((name) => `u.${name}`)
         .join(', ')}
     ), ${deltaSql('gone', -1)} SELECT replace(dedup_key::text, '-', '') AS key, ts, source_line AS line, cost, price_set_id,
       jsonb_build_object('id', source_id, 'timestamp', ts, 'requests', requests, 'input_tokens', input_tokens,
         'cache_read_tokens', cache_read_tokens, 'output_tokens', output_tokens)::text AS raw FROM gone`,
      [workspaceId, importNo, listText(moved.map(({ key }) => key)), listText(moved.map(({ ms }) => ms))],
    )
  const { rows } = await lookUpByIndex(connection, remove)
  const gone = new Map(rows.map((row) => [`${row.key} ${row.ts.getTime()}`, row]))
  return moved.flatMap((one) => {
    const id = `${one.key} ${one.ms}`
    const row = gone.get(id)
    // Two rows of the file that say the same: one record was written, and the other counts as its duplicate.
    gone.delete(id)
    if (row === undefined) return []
    return [
      {
        line: Number.parseInt(row.line, 10),
        byteOffset: byteOffsetOf(one),
        raw: JSON.stringify({ ...JSON.parse(row.raw), stored_timestamp: new Date(one.storedMs).toISOString() }),
        isPriced: row.price_set_id !== NO_PRICE_SET,
        cost: row.cost,
      },
    ]
  })
}
