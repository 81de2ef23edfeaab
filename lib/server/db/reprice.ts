/**
 * Re-pricing of stored records: reading what a price depends on, the revisions, and taking one back. Tokens, counts and every other fact of a record stay as they were imported.
 */
import 'server-only'
import { type Usd, usdFromText, usdToText } from '../../core/money/usd'
import type { PriceableUsage } from '../../core/price/compiled'
import type { InstantMs } from '../../core/time/instant'
import type { OtherMeter } from '../../core/usage/meter'
import type { Quantities } from '../../core/usage/record'
import { DIMENSION, dimensionValues, NO_DIMENSION } from './dimension'
import type { Connection, Queryable } from './pool'
import { SAME_RECORD, type StoredPlace, type StoredPrice } from './price-change'
import { deltaSql, mergeDeltas, openDeltas } from './rollup'
import { impliedPrompt } from './usage-record'

const BATCH_ROWS = 5_000

export interface RepriceScope {
  /** Half-open. */
  readonly fromMs: InstantMs
  readonly toMs: InstantMs
  /** Names as the records say them; null is any. */
  readonly hosts: readonly string[] | null
  readonly models: readonly string[] | null
}

/** What pricing reads of a stored record, and the price it has. */
export interface StoredUsage extends StoredPlace {
  readonly usage: PriceableUsage
  readonly price: StoredPrice
  /** It is in no sum: its price is kept up to date for the day it counts again. */
  readonly isSetAside: boolean
}

interface Row {
  ts: Date
  dedup_key: string
  host_id: number
  model_id: number
  service_tier_id: number
  region_id: number
  bucket_seconds: number
  requests: string | null
  input_tokens: string
  cache_read_tokens: string
  cache_write_5m_tokens: string
  cache_write_1h_tokens: string
  output_tokens: string
  reasoning_tokens: string
  other_quantities: Record<string, string> | null
  pricing_facts: { speed?: string; context_tier?: string; prompt?: string | null } | null
  price_set_id: number
  cost: string | null
  unpriced_code: number
  is_set_aside: boolean
  history_seq: string | null
  version: string
}

/** The records of the scope in batches, read through a cursor; call inside a transaction. */
export async function* readStoredUsage(
  connection: Connection,
  workspaceId: number,
  scope: RepriceScope,
): AsyncGenerator<readonly StoredUsage[], void, undefined> {
  const names = new Map<number, string>()
  const named = (column: string, kind: number, parameter: string) =>
    `(${parameter}::text[] IS NULL OR ${column} IN (SELECT id FROM dimension WHERE workspace_id = $1 AND kind = ${kind}
       AND value = ANY (${parameter}::text[])))`
  const select = (table: string, isSetAside: string, place: string) =>
    `SELECT ts, dedup_key, host_id, model_id, service_tier_id, region_id, bucket_seconds, requests, input_tokens,
       cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens, other_quantities,
       pricing_facts, price_set_id, cost, unpriced_code, ${isSetAside} AS is_set_aside, ${place} AS history_seq, ctid::text AS version
     FROM ${table} WHERE workspace_id = $1 AND ts >= $2 AND ts < $3
       AND ${named('host_id', DIMENSION.host, '$4')} AND ${named('model_id', DIMENSION.model, '$5')}`
  await connection.query(
    `DECLARE stored_usage NO SCROLL CURSOR FOR ${select('usage_record', 'set_aside_by IS NOT NULL', 'NULL::bigint')}
     UNION ALL ${select('usage_restatement', 'true', 'seq')}`,
    [workspaceId, new Date(scope.fromMs), new Date(scope.toMs), scope.hosts, scope.models],
  )
  for (;;) {
    const { rows } = await connection.query<Row>(`FETCH ${BATCH_ROWS} FROM stored_usage`)
    if (rows.length === 0) break
    await learnNames(connection, workspaceId, rows, names)
    yield rows.map((row) => storedUsageOf(row, names))
  }
  await connection.query('CLOSE stored_usage')
}

async function learnNames(
  connection: Queryable,
  workspaceId: number,
  rows: readonly Row[],
  names: Map<number, string>,
): Promise<void> {
  const wanted = new Set<number>()
  for (const row of rows) {
    for (const id of [row.host_id, row.model_id, row.service_tier_id, row.region_id]) {
      if (id !== NO_DIMENSION && !names.has(id)) wanted.add(id)
    }
  }
  if (wanted.size === 0) return
  for (const [id, value] of await dimensionValues(connection, workspaceId, [...wanted])) names.set(id, value)
}

function storedUsageOf(row: Row, names: ReadonlyMap<number, string>): StoredUsage {
  const name = (id: number) => {
    const value = names.get(id)
    if (value === undefined) throw new Error(`a record names the dimension ${id}, which has no value`)
    return value
  }
  const startMs = row.ts.getTime()
  const endMs = row.bucket_seconds === 0 ? null : startMs + row.bucket_seconds * 1000
  const quantities: Quantities = {
    input: BigInt(row.input_tokens),
    cacheRead: BigInt(row.cache_read_tokens),
    cacheWrite5m: BigInt(row.cache_write_5m_tokens),
    cacheWrite1h: BigInt(row.cache_write_1h_tokens),
    output: BigInt(row.output_tokens),
    reasoning: BigInt(row.reasoning_tokens),
    other:
      row.other_quantities === null
        ? null
        : new Map(
            Object.entries(row.other_quantities).map(([meter, count]) => [meter as OtherMeter, BigInt(count)] as const),
          ),
  }
  const facts = row.pricing_facts
  const prompt = facts?.prompt
  return {
    dedupKey: row.dedup_key,
    usage: {
      host: name(row.host_id),
      model: name(row.model_id),
      startMs,
      endMs,
      serviceTier: name(row.service_tier_id),
      region: row.region_id === NO_DIMENSION ? null : name(row.region_id),
      speed: facts?.speed ?? null,
      contextTier: facts?.context_tier ?? null,
      promptTokens: prompt === undefined ? impliedPrompt(quantities, endMs) : prompt === null ? null : BigInt(prompt),
      requests: row.requests === null ? null : BigInt(row.requests),
      quantities,
    },
    price: {
      priceSet: row.price_set_id,
      cost: row.cost === null ? null : usdFromText(row.cost),
      unpricedCode: row.unpriced_code,
    },
    isSetAside: row.is_set_aside,
    historySeq: row.history_seq,
    version: row.version,
  }
}

/** Makes a revision; its records follow by `writeChanges` of price-change.ts. The caller holds the workspace's import lock and commits. */
export async function openRevision(
  connection: Connection,
  revision: {
    readonly workspaceId: number
    readonly id: string
    readonly scope: RepriceScope
    readonly reason: string
    readonly actor: string
  },
): Promise<number> {
  const { workspaceId, id, scope, reason, actor } = revision
  await openDeltas(connection)
  const { rows } = await connection.query<{ no: number }>(
    `INSERT INTO price_revision (workspace_id, id, from_at, to_at, filter, reason, actor)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING no`,
    [workspaceId, id, new Date(scope.fromMs), new Date(scope.toMs), JSON.stringify(filterOf(scope)), reason, actor],
  )
  const no = rows[0]?.no
  if (no === undefined) throw new Error('a price revision was not stored')
  return no
}

function filterOf(scope: RepriceScope): Readonly<Record<string, readonly string[]>> {
  return {
    ...(scope.hosts === null ? {} : { host: scope.hosts }),
    ...(scope.models === null ? {} : { model: scope.models }),
  }
}

/** Brings the rollups up and says in the revision what became of it. */
export async function closeRevision(
  connection: Connection,
  workspaceId: number,
  revisionNo: number,
  sums: {
    readonly records: bigint
    readonly newlyPriced: bigint
    readonly before: Usd
    readonly after: Usd
  },
): Promise<void> {
  await mergeDeltas(connection, workspaceId, { kind: 'reprice', no: revisionNo })
  await connection.query(
    `UPDATE price_revision SET records = $3, newly_priced = $4, cost_before = $5, cost_after = $6
     WHERE workspace_id = $1 AND no = $2`,
    [
      workspaceId,
      revisionNo,
      sums.records.toString(),
      sums.newlyPriced.toString(),
      usdToText(sums.before),
      usdToText(sums.after),
    ],
  )
}

export interface RevisionRow {
  readonly id: string
  readonly no: number
  readonly from_at: Date
  readonly to_at: Date
  readonly filter: { readonly host?: readonly string[]; readonly model?: readonly string[] }
  readonly reason: string
  readonly actor: string
  readonly at: Date
  readonly records: string
  readonly newly_priced: string
  readonly cost_before: string
  readonly cost_after: string
  readonly undone_at: Date | null
  readonly undone_by: string | null
}

const REVISION_COLUMNS = `id, no, from_at, to_at, filter, reason, actor, at, records, newly_priced,
  trim_scale(cost_before)::text AS cost_before, trim_scale(cost_after)::text AS cost_after, undone_at, undone_by`

/** Null when the workspace has no such revision. */
export async function revisionOf(
  connection: Queryable,
  workspaceId: number,
  id: string,
  options: { readonly lock: boolean } = { lock: false },
): Promise<RevisionRow | null> {
  const { rows } = await connection.query<RevisionRow>(
    `SELECT ${REVISION_COLUMNS} FROM price_revision WHERE workspace_id = $1 AND id = $2 ${options.lock ? 'FOR UPDATE' : ''}`,
    [workspaceId, id],
  )
  return rows[0] ?? null
}

/** Newest first. `before` is the number after which a page begins; null for the first. */
export async function listRevisions(
  connection: Queryable,
  workspaceId: number,
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<readonly RevisionRow[]> {
  const { rows } = await connection.query<RevisionRow>(
    `SELECT ${REVISION_COLUMNS} FROM price_revision WHERE workspace_id = $1 AND ($3::bigint IS NULL OR no < $3)
     ORDER BY no DESC LIMIT $2`,
    [workspaceId, limit, before],
  )
  return rows
}

/** The first later revision, still in force, that priced some of the same records; null when there is none. */
export async function laterRevisionOf(
  connection: Queryable,
  workspaceId: number,
  revisionNo: number,
): Promise<number | null> {
  const { rows } = await connection.query<{ no: number }>(
    `SELECT min(later.revision_no) AS no FROM price_revision_record mine JOIN price_revision_record later
       ON later.workspace_id = mine.workspace_id AND later.ts = mine.ts AND later.dedup_key = mine.dedup_key
       AND later.import_no = mine.import_no AND later.revision_no > mine.revision_no
     WHERE mine.workspace_id = $1 AND mine.revision_no = $2`,
    [workspaceId, revisionNo],
  )
  return rows[0]?.no ?? null
}

/**
 * Gives the records of a revision back the price they had before it. Records taken back or restated since are left alone:
 * their values are another import's. A record that waits in the history of a restatement is restored there.
 */
export async function undoRevision(
  connection: Connection,
  workspaceId: number,
  revisionNo: number,
  actor: string,
): Promise<{ readonly records: string }> {
  await openDeltas(connection)
  // A record that came back from the history has one price only, whatever else is noted under its key.
  const matched = 'ts, dedup_key, import_no, new_price_set_id, new_cost, new_unpriced_code'
  const change = `change AS (SELECT DISTINCT ON (${matched}) * FROM price_revision_record
    WHERE workspace_id = $1 AND revision_no = $2 ORDER BY ${matched}, history_seq)`
  const there = `${SAME_RECORD} AND u.workspace_id = $1 AND u.import_no = c.import_no AND u.price_set_id = c.new_price_set_id
    AND u.cost IS NOT DISTINCT FROM c.new_cost AND u.unpriced_code = c.new_unpriced_code`
  const back = 'price_set_id = c.old_price_set_id, cost = c.old_cost, unpriced_code = c.old_unpriced_code'
  const values = [workspaceId, revisionNo]
  await connection.query(
    `WITH ${change}, before AS (SELECT u.* FROM usage_record u JOIN change c ON ${there} FOR UPDATE OF u),
       ${deltaSql('before', -1)}
     SELECT count(*) FROM before`,
    values,
  )
  const { rows } = await connection.query<{ records: string }>(
    `WITH ${change}, after AS (UPDATE usage_record u SET ${back} FROM change c WHERE ${there} RETURNING u.*),
       ${deltaSql('after')} SELECT count(*) AS records FROM after`,
    values,
  )
  await connection.query(`WITH ${change} UPDATE usage_restatement u SET ${back} FROM change c WHERE ${there}`, values)
  await mergeDeltas(connection, workspaceId, { kind: 'reprice_undo', no: revisionNo })
  await connection.query('DELETE FROM price_revision_record WHERE workspace_id = $1 AND revision_no = $2', values)
  await connection.query(
    'UPDATE price_revision SET undone_at = now(), undone_by = $3 WHERE workspace_id = $1 AND no = $2',
    [...values, actor],
  )
  return { records: rows[0]?.records ?? '0' }
}
