/**
 * The way of a batch that holds duplicates. The policy: an equal row is counted and left; a bucket with other values
 * restates the stored one, whose old values move to usage_restatement, and so does a call with more tokens where the
 * source reports calls as they grow; another row under an id of the provider that is taken already is a contradiction
 * and refused.
 */
import 'server-only'
import { usdFromText } from '../../core/money/usd'
import type { Identity } from '../../core/usage/record'
import { type CopyBuffers, copyInto } from './copy'
import { keepDuplicates } from './duplicate'
import { FACTS, SAME_KEY, tokensOf } from './facts'
import type { Connection, Queryable } from './pool'
import { deltaSql } from './rollup'
import { RECORD_COLUMN_LIST, RECORD_COLUMNS } from './usage-record'

export interface StagedOutcome {
  /** Records now stored that were not before, and those whose values replaced older ones of another import. */
  readonly accepted: bigint
  readonly restated: bigint
  readonly unpriced: bigint
  readonly cost: bigint | null
  readonly firstMs: number | null
  readonly lastMs: number | null
  readonly conflicts: readonly { readonly place: number; readonly raw: string }[]
}

/** When a row restates a stored one of its identity: never, when it is newer, when it counts more tokens or more output. */
export type Revision = 'none' | 'newer' | 'more tokens' | 'more output'

export function revisionOf(identity: Identity): Revision {
  if (identity.grows !== undefined) return identity.grows === 'output' ? 'more output' : 'more tokens'
  return identity.kind === 'bucket' ? 'newer' : 'none'
}

const SUMMARY = `count(*) AS records, count(*) FILTER (WHERE price_set_id = 0) AS unpriced, sum(cost) AS cost,
  min(ts) AS first_at, max(ts) AS last_at`

interface Summary {
  records: string
  unpriced: string
  cost: string | null
  first_at: Date | null
  last_at: Date | null
}

/** The staging table lives until the end of the transaction. */
export async function openStage(connection: Queryable): Promise<void> {
  await connection.query(
    'CREATE TEMP TABLE usage_stage (LIKE usage_record, seq int GENERATED ALWAYS AS IDENTITY) ON COMMIT DROP',
  )
}

/** `revisions` tells of each row of the batch when it restates a stored one. */
export async function writeStaged(
  connection: Connection,
  workspaceId: number,
  importNo: number,
  rows: CopyBuffers,
  revisions: readonly Revision[],
): Promise<StagedOutcome> {
  await connection.query('TRUNCATE usage_stage RESTART IDENTITY')
  await copyInto(connection, `usage_stage (${RECORD_COLUMN_LIST})`, rows)
  await connection.query('ANALYZE usage_stage (workspace_id, ts, dedup_key)')
  const inserted = one(
    await connection.query<Summary>(
      `WITH new AS (
         INSERT INTO usage_record (${RECORD_COLUMN_LIST}) SELECT ${RECORD_COLUMN_LIST} FROM usage_stage ORDER BY ts, dedup_key, seq
         ON CONFLICT (workspace_id, ts, dedup_key) DO NOTHING RETURNING *
       ), ${deltaSql('new')} SELECT ${SUMMARY} FROM new`,
    ),
  )
  const outcome = {
    accepted: BigInt(inserted.records),
    restated: 0n,
    unpriced: BigInt(inserted.unpriced),
    cost: inserted.cost === null ? null : (usdFromText(inserted.cost) as bigint),
    firstMs: inserted.first_at?.getTime() ?? null,
    lastMs: inserted.last_at?.getTime() ?? null,
    conflicts: [] as { place: number; raw: string }[],
  }
  if (outcome.accepted === BigInt(rows.rows)) return outcome
  const newer: number[] = []
  const refused: number[] = []
  for (const row of await differing(connection, workspaceId)) {
    const place = row.seq - 1
    const revision = revisions[place]
    // An older version of a call that grew says nothing new, and neither does a copy of a streamed answer.
    if (revision === 'more tokens' && row.growth < 0) continue
    if (revision === 'more output' && row.output_growth <= 0) continue
    if (revision === 'newer' || revision === 'more output' || (revision === 'more tokens' && row.growth > 0)) {
      newer.push(row.seq)
    } else {
      outcome.conflicts.push({ place, raw: row.raw })
      refused.push(row.seq)
    }
  }
  const newest = newer.length === 0 ? [] : await lastOfTheirKey(connection, newer)
  if (newest.length > 0) {
    const { before, after } = await restate(connection, importNo, newest)
    outcome.restated = BigInt(after.records)
    outcome.accepted += BigInt(after.records) - BigInt(before.records)
    outcome.unpriced += BigInt(after.unpriced) - BigInt(before.unpriced)
    const change =
      (after.cost === null ? 0n : usdFromText(after.cost)) - (before.cost === null ? 0n : usdFromText(before.cost))
    outcome.cost = outcome.cost === null && after.cost === null ? null : (outcome.cost ?? 0n) + change
    outcome.firstMs = earlier(outcome.firstMs, after.first_at)
    outcome.lastMs = later(outcome.lastMs, after.last_at)
  }
  await keepDuplicates(connection, workspaceId, importNo, refused)
  return outcome
}

interface Differing {
  readonly seq: number
  /** Signs of the differences to the stored row, of all tokens and of output. */
  readonly growth: number
  readonly output_growth: number
  readonly raw: string
}

/** Rows of the batch whose identity is stored with other values. */
async function differing(connection: Queryable, workspaceId: number): Promise<Differing[]> {
  const columns = (table: string) => FACTS.map((name) => `${table}.${name}`).join(', ')
  const bounds = await connection.query<{ first_at: Date; last_at: Date }>(
    'SELECT min(ts) AS first_at, max(ts) AS last_at FROM usage_stage',
  )
  const { first_at, last_at } = one(bounds)
  const { rows } = await connection.query<Differing>(
    `SELECT s.seq,
       sign((${tokensOf('s')}) - (${tokensOf('u')}))::int AS growth,
       sign(s.output_tokens::numeric - u.output_tokens::numeric)::int AS output_growth,
       jsonb_build_object('id', s.source_id, 'timestamp', s.ts, 'requests', s.requests, 'input_tokens', s.input_tokens,
         'cache_read_tokens', s.cache_read_tokens, 'cache_write_5m_tokens', s.cache_write_5m_tokens,
         'cache_write_1h_tokens', s.cache_write_1h_tokens, 'output_tokens', s.output_tokens,
         'stored_input_tokens', u.input_tokens, 'stored_output_tokens', u.output_tokens)::text AS raw
     FROM usage_stage s JOIN usage_record u ON ${SAME_KEY}
     WHERE u.workspace_id = $1 AND u.ts >= $2 AND u.ts <= $3 AND (${columns('u')}) IS DISTINCT FROM (${columns('s')})
     ORDER BY s.seq`,
    [workspaceId, first_at, last_at],
  )
  return rows
}

/** Those of the rows after which the batch tells nothing more of their identity. */
async function lastOfTheirKey(connection: Queryable, places: readonly number[]): Promise<number[]> {
  // As a condition and not as a column: there the server would go through the batch anew for each row.
  const { rows } = await connection.query<{ seq: number }>(
    `SELECT s.seq FROM usage_stage s WHERE s.seq = ANY ($1::int[]) AND NOT EXISTS (
       SELECT 1 FROM usage_stage l WHERE l.ts = s.ts AND l.dedup_key = s.dedup_key AND l.seq > s.seq)`,
    [places],
  )
  return rows.map(({ seq }) => seq)
}

/**
 * Replaces stored buckets by staged rows. `before` sums the replaced rows that this same import had written: they were
 * counted as accepted once already and leave no history.
 */
async function restate(
  connection: Queryable,
  importNo: number,
  places: readonly number[],
): Promise<{ before: Summary; after: Summary }> {
  const before = one(
    await connection.query<Summary>(
      `WITH old AS (
         DELETE FROM usage_record u USING usage_stage s WHERE s.seq = ANY ($2::int[]) AND ${SAME_KEY}
         RETURNING ${RECORD_COLUMNS.map((name) => `u.${name}`).join(', ')}
       ), history AS (
         INSERT INTO usage_restatement (${RECORD_COLUMN_LIST}, by_import_no)
         SELECT ${RECORD_COLUMN_LIST}, $1 FROM old WHERE import_no <> $1
       ), ${deltaSql('old', -1)} SELECT ${SUMMARY} FROM old WHERE import_no = $1`,
      [importNo, places],
    ),
  )
  const after = one(
    await connection.query<Summary>(
      `WITH new AS (
         INSERT INTO usage_record (${RECORD_COLUMN_LIST}) SELECT ${RECORD_COLUMN_LIST} FROM usage_stage
         WHERE seq = ANY ($1::int[]) RETURNING *
       ), ${deltaSql('new')} SELECT ${SUMMARY} FROM new`,
      [places],
    ),
  )
  return { before, after }
}

function one<T>(result: { readonly rows: readonly T[] }): T {
  const row = result.rows[0]
  if (row === undefined) throw new Error('the server answered an aggregate with no row')
  return row
}

function earlier(ms: number | null, at: Date | null): number | null {
  if (at === null) return ms
  return ms === null ? at.getTime() : Math.min(ms, at.getTime())
}

function later(ms: number | null, at: Date | null): number | null {
  if (at === null) return ms
  return ms === null ? at.getTime() : Math.max(ms, at.getTime())
}
