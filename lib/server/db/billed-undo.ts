/** Taking billed cost back: the lines of the import go, and what they replaced counts again unless a later one replaced it too. */
import 'server-only'
import { sameAccount, sameDays } from './billed-merge'
import type { Connection } from './pool'

/** How many lines went, and how many count again. The caller holds the workspace's import lock and commits. */
export async function removeBilled(
  connection: Connection,
  workspaceId: number,
  importNo: number,
): Promise<{ readonly lines: number; readonly restored: number }> {
  await handOver(connection, workspaceId, importNo)
  const gone = await connection.query('DELETE FROM billed_cost WHERE workspace_id = $1 AND import_no = $2', [
    workspaceId,
    importNo,
  ])
  // A later version of the same line takes the place of the one that went.
  await connection.query(
    `UPDATE billed_cost c SET replaced_by = later.import_no
     FROM billed_cost o CROSS JOIN LATERAL (
       SELECT n.import_no FROM billed_cost n
       WHERE n.workspace_id = o.workspace_id AND n.ts = o.ts AND n.dedup_key = o.dedup_key AND n.ordinal = o.ordinal
         AND n.id > o.id ORDER BY n.id LIMIT 1) later
     WHERE c.workspace_id = $1 AND c.replaced_by = $2 AND o.workspace_id = c.workspace_id AND o.id = c.id`,
    [workspaceId, importNo],
  )
  // What has no later version of its own name: a later export in another grouping, or a later whole one of the same
  // statement, would have replaced it as well.
  const settled = await connection.query<{ counts: boolean }>(
    `UPDATE billed_cost c SET replaced_by = t.later
     FROM (SELECT o.id, coalesce(
         (SELECT max(n.import_no) FROM billed_cost n
          WHERE n.workspace_id = o.workspace_id AND n.replaced_by IS NULL AND ${sameAccount('n', 'o')}
            AND n.grouping <> o.grouping AND ${sameDays('n', 'o')}),
         (SELECT max(s.replaced_by) FROM billed_cost s
          WHERE o.is_whole AND s.workspace_id = o.workspace_id AND s.import_no = o.import_no AND s.replaced_by <> $2
            AND s.issuer = o.issuer AND s.account = o.account AND s.grouping = o.grouping AND ${sameMonth('s', 'o')}
            AND EXISTS (SELECT 1 FROM billed_cost q WHERE ${toldBy('q', 's')} AND q.ts >= o.ts)
            AND EXISTS (SELECT 1 FROM billed_cost q WHERE ${toldBy('q', 's')} AND q.ts <= o.ts))) AS later
       FROM billed_cost o WHERE o.workspace_id = $1 AND o.replaced_by = $2) t
     WHERE c.workspace_id = $1 AND c.id = t.id RETURNING c.replaced_by IS NULL AS counts`,
    [workspaceId, importNo],
  )
  return { lines: gone.rowCount ?? 0, restored: settled.rows.filter((row) => row.counts).length }
}

/** Lines that a later import told too are that import's now. */
async function handOver(connection: Connection, workspaceId: number, importNo: number): Promise<void> {
  await connection.query(
    `UPDATE billed_cost SET also_told_by = array_remove(also_told_by, $2::int)
     WHERE workspace_id = $1 AND $2::int = ANY (also_told_by)`,
    [workspaceId, importNo],
  )
  const { rows } = await connection.query<{ no: number; lines: string }>(
    `WITH handed AS (
       UPDATE billed_cost SET import_no = also_told_by[1], also_told_by = also_told_by[2:]
       WHERE workspace_id = $1 AND import_no = $2 AND cardinality(also_told_by) > 0 RETURNING import_no
     ) SELECT import_no AS no, count(*) AS lines FROM handed GROUP BY 1`,
    [workspaceId, importNo],
  )
  for (const { no, lines } of rows) {
    await connection.query(
      `UPDATE import i SET billed_rows = billed_rows + $3, accepted = accepted + $3, duplicate = duplicate - $3,
         first_at = least(i.first_at, s.first_at), last_at = greatest(i.last_at, s.last_at),
         billed = coalesce(i.billed, '{"withdrawn": "0"}') || jsonb_build_object('amounts', s.amounts)
       FROM (SELECT jsonb_agg(jsonb_build_object('currency', currency, 'amount', amount, 'rounding', rounding) ORDER BY size DESC, currency) AS amounts,
               min(first_at) AS first_at, max(last_at) AS last_at
             FROM (SELECT currency, trim_scale(sum(amount))::text AS amount, trim_scale(coalesce(sum(rounding), 0))::text AS rounding,
                     sum(abs(amount)) AS size, min(ts) AS first_at, max(end_at) - interval '1 millisecond' AS last_at
                   FROM billed_cost WHERE workspace_id = $1 AND import_no = $2 GROUP BY currency) AS sums) AS s
       WHERE i.workspace_id = $1 AND i.no = $2`,
      [workspaceId, no, lines],
    )
  }
}

const sameMonth = (a: string, b: string) =>
  `date_trunc('month', ${a}.ts AT TIME ZONE 'UTC') = date_trunc('month', ${b}.ts AT TIME ZONE 'UTC')`
/** Lines of the import that replaced `s`, of the same statement and month. */
const toldBy = (q: string, s: string) =>
  `${q}.workspace_id = ${s}.workspace_id AND ${q}.import_no = ${s}.replaced_by AND ${q}.issuer = ${s}.issuer
   AND ${q}.account = ${s}.account AND ${q}.grouping = ${s}.grouping AND ${sameMonth(q, s)}`
