/** What a workspace used, for the choices of a what-if. */
import 'server-only'
import { DAY_MS, type Period } from '../../core/time/instant'
import { DIMENSION } from './dimension'
import type { Queryable } from './pool'

export interface UsedPair {
  readonly host: string
  readonly model: string
  readonly project: string
  readonly cost: string
  readonly requests: string
}

/** Which models and projects a workspace used in a period, dearest first, and the span of its data. */
export async function usedPairs(connection: Queryable, workspaceId: number, period: Period): Promise<UsedPair[]> {
  const { rows } = await connection.query<UsedPair>(
    `SELECT coalesce(h.value, 'unknown') AS host, coalesce(m.value, 'unknown') AS model, coalesce(p.value, '') AS project,
       s.cost::text, s.requests::text
     FROM (SELECT host_id, model_id, project_id, sum(cost) AS cost, sum(requests) AS requests FROM usage_day
       WHERE workspace_id = $1 AND day >= $2 AND day < $3 GROUP BY 1, 2, 3) s
     LEFT JOIN dimension h ON h.workspace_id = $1 AND h.kind = ${DIMENSION.host} AND h.id = s.host_id
     LEFT JOIN dimension m ON m.workspace_id = $1 AND m.kind = ${DIMENSION.model} AND m.id = s.model_id
     LEFT JOIN dimension p ON p.workspace_id = $1 AND p.kind = ${DIMENSION.project} AND p.id = s.project_id
     ORDER BY s.cost DESC, host, model, project LIMIT 2000`,
    [
      workspaceId,
      new Date(period.startMs).toISOString().slice(0, 10),
      new Date(period.endMs + DAY_MS - 1).toISOString().slice(0, 10),
    ],
  )
  return rows
}

export interface UsedNames {
  readonly keys: readonly string[]
  /** "name=value". */
  readonly tags: readonly string[]
}

/** Keys by cost, and the tags of the workspace by name: what a person may narrow a question to. */
export async function usedNames(connection: Queryable, workspaceId: number, period: Period): Promise<UsedNames> {
  const [keys, tags] = await Promise.all([
    connection.query<{ name: string }>(
      `SELECT k.value AS name FROM (SELECT api_key_id, sum(cost) AS cost FROM usage_day
         WHERE workspace_id = $1 AND day >= $2 AND day < $3 AND api_key_id <> 0 GROUP BY 1 ORDER BY 2 DESC LIMIT 200) s
       JOIN dimension k ON k.workspace_id = $1 AND k.kind = ${DIMENSION.api_key} AND k.id = s.api_key_id ORDER BY s.cost DESC, 1`,
      [
        workspaceId,
        new Date(period.startMs).toISOString().slice(0, 10),
        new Date(period.endMs + DAY_MS - 1).toISOString().slice(0, 10),
      ],
    ),
    connection.query<{ name: string }>(
      `SELECT DISTINCT (pair ->> 0) || '=' || (pair ->> 1) AS name
       FROM (SELECT value FROM dimension WHERE workspace_id = $1 AND kind = ${DIMENSION.tag_set} LIMIT 2000) d,
         jsonb_array_elements(d.value::jsonb) AS pairs (pair) ORDER BY 1 LIMIT 200`,
      [workspaceId],
    ),
  ])
  return { keys: keys.rows.map((row) => row.name), tags: tags.rows.map((row) => row.name) }
}

/** First and last hour of usage; null when there is none. */
export async function usageSpan(connection: Queryable, workspaceId: number): Promise<Period | null> {
  const { rows } = await connection.query<{ first: Date | null; last: Date | null }>(
    'SELECT min(day)::timestamptz AS first, max(day)::timestamptz AS last FROM usage_day WHERE workspace_id = $1',
    [workspaceId],
  )
  const first = rows[0]?.first
  const last = rows[0]?.last
  if (first === null || first === undefined || last === null || last === undefined) return null
  return { startMs: first.getTime(), endMs: last.getTime() + DAY_MS }
}
