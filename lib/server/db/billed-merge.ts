/**
 * Merges staged lines of billed cost with the stored ones. A day of an account's statement is told once, by the latest
 * export: an equal line is counted and left; a line with another amount replaces the stored one; a day that comes in
 * another form or grouping replaces that day; and where exports are always whole, a line that the newer one lost is
 * withdrawn. Replaced lines stay, marked with the import that replaced them.
 */
import 'server-only'
import type { Connection, Queryable } from './pool'

export interface BilledOutcome {
  readonly accepted: bigint
  readonly duplicate: bigint
  /** Of the accepted, lines that replaced a stored one of the same name. */
  readonly restated: bigint
  /** Stored lines that no longer count and have no successor of the same name. */
  readonly withdrawn: bigint
  /** By currency, of the accepted lines. */
  readonly amounts: readonly { readonly currency: string; readonly amount: string; readonly rounding: string }[]
  readonly firstMs: number | null
  readonly lastMs: number | null
}

/** Columns that a line brings along, in the order of the table. */
const BROUGHT = [
  'source_line',
  'ts',
  'end_at',
  'dedup_key',
  'ordinal',
  'issuer',
  'account',
  'grouping',
  'is_whole',
  'host',
  'service',
  'is_model_service',
  'line',
  'model',
  'meter',
  'category',
  'project',
  'api_key',
  'user_name',
  'region',
  'service_tier',
  'quantity',
  'unit',
  'amount',
  'currency',
  'rounding',
]

/** What must be equal for two lines of one name to be the same statement. */
const FACTS = ['end_at', 'grouping', 'host', 'line', 'category', 'quantity', 'unit', 'amount', 'currency']
const facts = (table: string) => FACTS.map((name) => `${table}.${name}`).join(', ')

const day = (table: string) => `(${table}.ts AT TIME ZONE 'UTC')::date`
const month = (table: string) => `date_trunc('month', ${table}.ts AT TIME ZONE 'UTC')`
/** A line of usage told for more than a day: a month in one sum. */
const spans = (table: string) => `(${table}.category = 'usage' AND ${table}.end_at - ${table}.ts > interval '1 day')`
/** The first of the two is told for more than a day, and the other begins in it. */
const holds = (a: string, b: string) => `(${spans(a)} AND ${b}.ts >= ${a}.ts AND ${b}.ts < ${a}.end_at)`
/** Two lines tell of the same days. Taxes and purchases of a whole month stand on its first day only. */
export const sameDays = (a: string, b: string) => `(${day(a)} = ${day(b)} OR ${holds(a, b)} OR ${holds(b, a)})`
/** An export that names no account may be of any. */
export const sameAccount = (a: string, b: string) =>
  `${a}.issuer = ${b}.issuer AND (${a}.account = ${b}.account OR ${a}.account = '' OR ${b}.account = '')`

/** What the new lines tell, by the day, or by the month where they are told in one sum. */
const TOLD = `SELECT DISTINCT n.file_no, n.issuer, n.account, n.grouping, n.category, date_trunc('day', n.ts, 'UTC') AS ts,
    CASE WHEN ${spans('n')} THEN n.end_at ELSE date_trunc('day', n.ts, 'UTC') + interval '1 day' END AS end_at
  FROM billed_new n`

export async function mergeBilled(
  connection: Connection,
  workspaceId: number,
  importNo: number,
  files: number,
): Promise<BilledOutcome> {
  const staged = await stage(connection, files)
  await match(connection, workspaceId)
  await connection.query(
    `UPDATE billed_cost SET also_told_by = also_told_by || $2::int
     WHERE workspace_id = $1 AND import_no <> $2 AND id IN (SELECT id FROM billed_match WHERE is_equal)`,
    [workspaceId, importNo],
  )
  const withdrawn =
    (await withdrawRegrouped(connection, workspaceId, importNo)) +
    (await withdrawLost(connection, workspaceId, importNo))
  const restated = await connection.query(
    `UPDATE billed_cost SET replaced_by = $2 WHERE workspace_id = $1 AND id IN (SELECT id FROM billed_match WHERE NOT is_equal)`,
    [workspaceId, importNo],
  )
  const inserted = await connection.query(
    `INSERT INTO billed_cost (workspace_id, import_no, ${BROUGHT.join(', ')})
     SELECT $1, $2, ${BROUGHT.join(', ')} FROM billed_new n
     WHERE NOT EXISTS (SELECT 1 FROM billed_match m WHERE m.seq = n.seq AND m.is_equal) ORDER BY seq`,
    [workspaceId, importNo],
  )
  const accepted = BigInt(inserted.rowCount ?? 0)
  return {
    accepted,
    duplicate: staged - accepted,
    restated: BigInt(restated.rowCount ?? 0),
    withdrawn,
    ...(await sumsOf(connection, workspaceId, importNo)),
  }
}

/** Numbers equal lines of each file, tells each file's grouping, and leaves only the last telling within the import. */
async function stage(connection: Queryable, files: number): Promise<bigint> {
  const { rows } = await connection.query<{ staged: string }>('SELECT count(*) AS staged FROM billed_stage')
  await connection.query(
    `CREATE TEMP TABLE billed_new ON COMMIT DROP AS
     SELECT seq, file_no, source_line, ts, end_at, dedup_key,
       row_number() OVER (PARTITION BY file_no, ts, dedup_key ORDER BY seq)::int AS ordinal, issuer, account,
       form || ':' || bit_or(told) OVER (PARTITION BY file_no, issuer, account, form) AS grouping,
       is_whole = 1 AS is_whole, host, service, is_model_service = 1 AS is_model_service, line, model, meter, category,
       project, api_key, user_name, region, service_tier, quantity::numeric(80,60) AS quantity, unit,
       amount::numeric(80,60) AS amount, currency, rounding::numeric(38,18) AS rounding
     FROM billed_stage`,
  )
  if (files > 1) {
    await connection.query(
      `DELETE FROM billed_new a USING billed_new b
       WHERE b.file_no > a.file_no AND b.ts = a.ts AND b.dedup_key = a.dedup_key AND b.ordinal = a.ordinal`,
    )
    await connection.query(
      `DELETE FROM billed_new a USING (${TOLD}) b
       WHERE b.file_no > a.file_no AND ${sameAccount('a', 'b')} AND b.grouping <> a.grouping AND ${sameDays('a', 'b')}`,
    )
  }
  await connection.query('ANALYZE billed_new')
  return BigInt(rows[0]?.staged ?? '0')
}

/** Pairs new lines with the stored ones of the same name. */
async function match(connection: Queryable, workspaceId: number): Promise<void> {
  await connection.query(
    `CREATE TEMP TABLE billed_match ON COMMIT DROP AS
     SELECT n.seq, c.id, c.import_no, (${facts('n')}) IS NOT DISTINCT FROM (${facts('c')}) AS is_equal
     FROM billed_new n JOIN billed_cost c ON c.workspace_id = ${workspaceId} AND c.ts = n.ts AND c.dedup_key = n.dedup_key
       AND c.ordinal = n.ordinal AND c.replaced_by IS NULL`,
  )
}

/** Days that are now told in another form or grouping. */
async function withdrawRegrouped(connection: Queryable, workspaceId: number, importNo: number): Promise<bigint> {
  let withdrawn = 0n
  const since = `c.ts >= (SELECT min(ts) - interval '1 day' FROM billed_new)`
  const until = `c.ts <= (SELECT max(ts) + interval '1 day' FROM billed_new)`
  // One after another, so that the first, over all lines of a large report, can be joined by the day.
  for (const together of [
    `${day('c')} = ${day('d')} AND ${since} AND ${until}`,
    `${holds('d', 'c')} AND ${since}`,
    `${holds('c', 'd')} AND ${until}`,
  ]) {
    const { rowCount } = await connection.query(
      `UPDATE billed_cost c SET replaced_by = $2 FROM (${TOLD}) d
       WHERE c.workspace_id = $1 AND c.replaced_by IS NULL AND ${sameAccount('c', 'd')} AND ${together}
         AND c.grouping <> d.grouping AND c.id NOT IN (SELECT id FROM billed_match)`,
      [workspaceId, importNo],
    )
    withdrawn += BigInt(rowCount ?? 0)
  }
  return withdrawn
}

/**
 * Lines that a newer export of a whole statement no longer has: only of imports whose lines it tells again, so that the
 * parts of one export may come one after another, and only within the days it covers.
 */
async function withdrawLost(connection: Queryable, workspaceId: number, importNo: number): Promise<bigint> {
  const { rowCount } = await connection.query(
    `UPDATE billed_cost c SET replaced_by = $2
     FROM (SELECT n.issuer, n.account, n.grouping, ${month('n')} AS month, min(n.ts) AS first_at, max(n.ts) AS last_at,
             array_agg(DISTINCT m.import_no) AS told_again
           FROM billed_new n LEFT JOIN billed_match m ON m.seq = n.seq WHERE n.is_whole GROUP BY 1, 2, 3, 4) s
     WHERE c.workspace_id = $1 AND c.replaced_by IS NULL AND c.issuer = s.issuer AND c.account = s.account
       AND c.grouping = s.grouping AND ${month('c')} = s.month AND c.ts >= s.first_at AND c.ts <= s.last_at
       AND c.import_no = ANY (s.told_again) AND c.id NOT IN (SELECT id FROM billed_match)`,
    [workspaceId, importNo],
  )
  return BigInt(rowCount ?? 0)
}

async function sumsOf(
  connection: Queryable,
  workspaceId: number,
  importNo: number,
): Promise<Pick<BilledOutcome, 'amounts' | 'firstMs' | 'lastMs'>> {
  const { rows } = await connection.query<{
    currency: string
    amount: string
    rounding: string
    first_at: Date
    last_at: Date
  }>(
    `SELECT currency, trim_scale(sum(amount))::text AS amount, trim_scale(coalesce(sum(rounding), 0))::text AS rounding,
       min(ts) AS first_at, max(end_at) AS last_at
     FROM billed_cost WHERE workspace_id = $1 AND import_no = $2 GROUP BY currency ORDER BY sum(abs(amount)) DESC, currency`,
    [workspaceId, importNo],
  )
  return {
    amounts: rows.map(({ currency, amount, rounding }) => ({ currency, amount, rounding })),
    firstMs: rows.length === 0 ? null : Math.min(...rows.map((row) => row.first_at.getTime())),
    lastMs: rows.length === 0 ? null : Math.max(...rows.map((row) => row.last_at.getTime())) - 1,
  }
}
