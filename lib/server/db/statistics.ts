/**
 * What the server believes about the tables of records. It looks at them by itself, but up to minutes after a large import,
 * and plans as if a month were empty until then: joins that take a second can take an hour.
 */
import 'server-only'
import type { Queryable } from './pool'

/** Changes below this are not worth a look. */
const FEW_ROWS = 10_000
/** A table is looked at again when this part of it changed. */
const CHANGED_PART = 5

const TABLES = [
  'usage_duplicate',
  'usage_restatement',
  'usage_hour',
  'usage_day',
  'assumed_time',
  'provider_id_time',
  'provider_id_page',
  'billed_cost',
]

/** Renews the statistics of the tables that changed much since they were taken; the names of these. */
export async function renewStatistics(connection: Queryable): Promise<readonly string[]> {
  const { rows } = await connection.query<{ name: string }>(
    `SELECT s.relname AS name FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
     WHERE s.schemaname = current_schema() AND (s.relname LIKE 'usage\\_record\\_%' OR s.relname = ANY ($1::text[]))
       AND s.n_mod_since_analyze >= $2 AND s.n_mod_since_analyze * $3 > c.reltuples ORDER BY 1`,
    [TABLES, FEW_ROWS, CHANGED_PART],
  )
  // Of all columns: the server does not take a look at some of them for one.
  for (const { name } of rows) await connection.query(`ANALYZE "${name}"`)
  return rows.map(({ name }) => name)
}
