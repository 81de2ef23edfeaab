/** The books of a workspace as text that can be compared: by the order of its imports, without ids of the database. */
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'

const NAMES = ['host', 'model', 'project', 'api_key', 'user']
const COLUMNS = `r.ts, r.dedup_key, r.source_line, r.bucket_seconds, r.requests, r.input_tokens, r.cache_read_tokens,
  r.output_tokens, r.status, r.cost, r.unpriced_code, r.reported_cost, r.source_id,
  ${NAMES.map((name, index) => `d${index}.value AS "${name}"`).join(', ')}`
const JOINS = NAMES.map(
  (name, index) =>
    `LEFT JOIN dimension d${index} ON d${index}.workspace_id = r.workspace_id AND d${index}.kind = ${index + 1} AND d${index}.id = r.${name}_id`,
).join(' ')

/**
 * Records, history and counts. Imports are named by their place among `imports` (ids in the order they were made), so that
 * two workspaces in which the same was done read the same.
 */
export async function booksAsText(principal: Principal, imports: readonly string[]): Promise<readonly string[]> {
  const place = (no: string) => `(SELECT array_position($2::uuid[], i.id) FROM import i WHERE i.no = ${no})`
  const rowsOf = (table: string, by: string) =>
    `SELECT concat_ws(' ', '${table}', ${place('r.import_no')}, ${by}, (SELECT to_jsonb(x) FROM (SELECT ${COLUMNS}) AS x)) AS line
     FROM ${table} r ${JOINS} WHERE r.workspace_id = $1`
  const { rows } = await pool().query<{ line: string }>(
    `${rowsOf('usage_record', "''")} UNION ALL ${rowsOf('usage_restatement', place('r.by_import_no'))} UNION ALL
     SELECT concat_ws(' ', 'import', array_position($2::uuid[], id), rows_read, accepted, duplicate, rejected, unpriced,
       trim_scale(coalesce(cost, 0)))
     FROM import WHERE workspace_id = $1 AND id = ANY ($2) AND status = 'committed' ORDER BY 1`,
    [principal.workspaceId, imports],
  )
  return rows.map(({ line }) => line)
}
