/** Spans around model calls that came by OpenTelemetry before them, by the names of `lib/core/source/span-tree.ts`. */
import 'server-only'
import type { Queryable } from './pool'

/** Those of the spans that are around a call taken in already. */
export async function knownAround(
  connection: Queryable,
  workspaceId: number,
  spans: readonly number[],
): Promise<ReadonlySet<number>> {
  if (spans.length === 0) return new Set()
  const { rows } = await connection.query<{ span: string }>(
    'SELECT span FROM span_around WHERE workspace_id = $1 AND span = ANY ($2::bigint[])',
    [workspaceId, spans],
  )
  return new Set(rows.map(({ span }) => Number.parseInt(span, 10)))
}

export async function keepAround(connection: Queryable, workspaceId: number, spans: readonly number[]): Promise<void> {
  if (spans.length === 0) return
  // In one order, so that requests of one trace wait for each other and do not meet crosswise.
  await connection.query(
    `INSERT INTO span_around (workspace_id, span) SELECT $1, span FROM unnest($2::bigint[]) AS s (span) ORDER BY span
     ON CONFLICT DO NOTHING`,
    [workspaceId, spans],
  )
}

/** Forgets those of traces that are long over. */
export async function forgetAround(connection: Queryable): Promise<void> {
  await connection.query("DELETE FROM span_around WHERE seen_at < now() - interval '2 days'")
}
