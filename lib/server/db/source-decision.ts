/** Decisions about the authoritative source of a host and period: rows, and what the sources told. */
import 'server-only'
import { listTellers } from '../../core/source/teller'
import { DIMENSION } from './dimension'
import type { Queryable } from './pool'

export interface DecisionScope {
  readonly host: string
  /** Half-open. */
  readonly fromMs: number
  readonly toMs: number
}

export interface DecisionRow {
  readonly no: number
  readonly host: string
  readonly from_at: Date
  readonly to_at: Date
  readonly source: string
  readonly reason: string
  readonly actor: string
  readonly at: Date
  readonly set_aside: string
  readonly cost: string | null
  readonly reversed_at: Date | null
  readonly reversed_by: string | null
  readonly reversed_reason: string | null
}

/**
 * Newest first; those in force say what they set aside now, reversed ones nothing. `before` is the number after which a page
 * begins; null for the first.
 */
export async function listDecisions(
  connection: Queryable,
  workspaceId: number,
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<readonly DecisionRow[]> {
  const { rows } = await connection.query<DecisionRow>(
    `SELECT d.no, d.host, d.from_at, d.to_at, d.source, d.reason, d.actor, d.at, d.reversed_at, d.reversed_by,
       d.reversed_reason, coalesce(a.records, 0)::text AS set_aside, trim_scale(a.cost)::text AS cost
     FROM source_decision d LEFT JOIN LATERAL (
       SELECT count(*) AS records, sum(u.cost) AS cost FROM usage_record u
       WHERE u.workspace_id = $1 AND u.set_aside_by = d.no AND u.ts >= d.from_at AND u.ts < d.to_at AND d.reversed_at IS NULL
     ) AS a ON true
     WHERE d.workspace_id = $1 AND ($3::bigint IS NULL OR d.no < $3) ORDER BY d.no DESC LIMIT $2`,
    [workspaceId, limit, before],
  )
  return rows
}

/** The decision in force that shares a day with the scope; null when there is none. */
export async function decisionMeeting(
  connection: Queryable,
  workspaceId: number,
  scope: DecisionScope,
): Promise<{ readonly no: number; readonly source: string } | null> {
  const { rows } = await connection.query<{ no: number; source: string }>(
    `SELECT no, source FROM source_decision WHERE workspace_id = $1 AND host = $2 AND reversed_at IS NULL
       AND from_at < $4 AND to_at > $3 ORDER BY no LIMIT 1`,
    [workspaceId, scope.host, new Date(scope.fromMs), new Date(scope.toMs)],
  )
  return rows[0] ?? null
}

export async function insertDecision(
  connection: Queryable,
  workspaceId: number,
  decision: DecisionScope & { readonly source: string; readonly reason: string; readonly actor: string },
): Promise<number> {
  const { host, fromMs, toMs, source, reason, actor } = decision
  const { rows } = await connection.query<{ no: number }>(
    `INSERT INTO source_decision (workspace_id, host, from_at, to_at, source, reason, actor)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING no`,
    [workspaceId, host, new Date(fromMs), new Date(toMs), source, reason, actor],
  )
  return (rows[0] as { no: number }).no
}

/** The decision as it was; null when the workspace has none of this number. Stays locked until the commit. */
export async function markReversed(
  connection: Queryable,
  workspaceId: number,
  reversal: { readonly no: number; readonly actor: string; readonly reason: string },
): Promise<'reversed' | 'already' | 'absent'> {
  const { no, actor, reason } = reversal
  const { rowCount } = await connection.query(
    `UPDATE source_decision SET reversed_at = now(), reversed_by = $3, reversed_reason = $4
     WHERE workspace_id = $1 AND no = $2 AND reversed_at IS NULL`,
    [workspaceId, no, actor, reason],
  )
  if (rowCount === 1) return 'reversed'
  const found = await connection.query('SELECT 1 FROM source_decision WHERE workspace_id = $1 AND no = $2', [
    workspaceId,
    no,
  ])
  return found.rowCount === 0 ? 'absent' : 'already'
}

export interface ToldRow {
  readonly source: string
  readonly format: string
  readonly records: string
  readonly requests: string
  readonly input_tokens: string
  readonly output_tokens: string
  readonly cost: string | null
  readonly days: readonly string[]
  readonly counted: string
}

/** What every source told of the scope. A row offered by two imports of one source is one. Most records first. */
const TOLD = `source_of AS (
    SELECT i.no, i.format, coalesce(t.teller, i.format, '') AS source
    FROM import i LEFT JOIN unnest($2::text[], $3::text[]) AS t (format, teller) ON t.format = i.format WHERE i.workspace_id = $1
  ), there AS MATERIALIZED (
    SELECT s.source, s.format, r.ts, r.dedup_key, r.requests, r.input_tokens + r.cache_read_tokens + r.cache_write_5m_tokens
        + r.cache_write_1h_tokens AS input, r.output_tokens, r.cost, r.source_id, r.is_stored, r.set_aside_by
    FROM (
      SELECT import_no, ts, dedup_key, requests, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
        output_tokens, cost, source_id, true AS is_stored, set_aside_by, host_id, workspace_id FROM usage_record
      UNION ALL
      SELECT import_no, ts, dedup_key, requests, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
        output_tokens, cost, source_id, false, NULL, host_id, workspace_id FROM usage_duplicate
      UNION ALL
      SELECT import_no, ts, dedup_key, requests, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
        output_tokens, cost, source_id, false, NULL, host_id, workspace_id FROM usage_restatement
    ) AS r JOIN source_of s ON s.no = r.import_no
    WHERE r.workspace_id = $1 AND r.ts >= $5 AND r.ts < $6
      AND r.host_id = (SELECT id FROM dimension WHERE workspace_id = $1 AND kind = ${DIMENSION.host} AND value = $4)
  ), told AS MATERIALIZED (
    SELECT DISTINCT ON (source, ts, dedup_key) * FROM there ORDER BY source, ts, dedup_key, is_stored DESC
  )`

function toldValues(workspaceId: number, scope: DecisionScope): unknown[] {
  const tellers = listTellers()
  return [
    workspaceId,
    tellers.map(({ format }) => format),
    tellers.map(({ teller }) => teller),
    scope.host,
    new Date(scope.fromMs),
    new Date(scope.toMs),
  ]
}

export async function toldBySource(
  connection: Queryable,
  workspaceId: number,
  scope: DecisionScope,
): Promise<{ readonly sources: readonly ToldRow[]; readonly matched: string }> {
  const { rows } = await connection.query<ToldRow>(
    `WITH ${TOLD} SELECT source, min(format) AS format, count(*)::text AS records, coalesce(sum(requests), 0)::text AS requests,
       coalesce(sum(input), 0)::text AS input_tokens, coalesce(sum(output_tokens), 0)::text AS output_tokens,
       trim_scale(sum(cost))::text AS cost, array_agg(DISTINCT to_char(ts AT TIME ZONE 'UTC', 'YYYY-MM-DD')) AS days,
       (count(*) FILTER (WHERE is_stored AND set_aside_by IS NULL))::text AS counted
     FROM told GROUP BY source ORDER BY count(*) DESC, source`,
    toldValues(workspaceId, scope),
  )
  const matched = await connection.query<{ calls: string }>(
    `WITH ${TOLD} SELECT count(*)::text AS calls FROM (
       SELECT 1 FROM told WHERE source_id IS NOT NULL GROUP BY source_id HAVING count(DISTINCT source) > 1) AS m`,
    toldValues(workspaceId, scope),
  )
  return { sources: rows, matched: matched.rows[0]?.calls ?? '0' }
}

/** What counts now, and what would if `source` were authoritative. */
export async function decidedSums(
  connection: Queryable,
  workspaceId: number,
  scope: DecisionScope & { readonly source: string },
): Promise<{ readonly before: string; readonly after: string; readonly set_aside: string }> {
  const { rows } = await connection.query<{ before: string; after: string; set_aside: string }>(
    `WITH ${TOLD}, stored AS (
       SELECT cost, set_aside_by, is_stored, bool_or(source = $7) OVER (PARTITION BY ts, dedup_key) AS counts FROM told
     ) SELECT trim_scale(coalesce(sum(cost) FILTER (WHERE set_aside_by IS NULL), 0))::text AS before,
         trim_scale(coalesce(sum(cost) FILTER (WHERE counts), 0))::text AS after,
         (count(*) FILTER (WHERE NOT counts))::text AS set_aside FROM stored WHERE is_stored`,
    [...toldValues(workspaceId, scope), scope.source],
  )
  return rows[0] as { before: string; after: string; set_aside: string }
}
