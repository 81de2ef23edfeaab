/** Times of calls whose source tells none: the first one taken for a call stays. */
import 'server-only'
import type { Queryable } from './pool'

/**
 * The time of each identity: the stored one, else `ms`, which is stored with it. In the order of `keys`; kept even if the
 * import fails, as the time when the call was first seen.
 */
export async function settleAssumedTimes(
  connection: Queryable,
  workspaceId: number,
  keys: readonly Buffer[],
  ms: number,
): Promise<readonly number[]> {
  const sorted = [...keys].sort(Buffer.compare)
  await connection.query(
    `INSERT INTO assumed_time (workspace_id, dedup_key, ts) SELECT $1, key, $3 FROM unnest($2::bytea[]) AS k (key)
     ON CONFLICT DO NOTHING`,
    [workspaceId, sorted, new Date(ms)],
  )
  const { rows } = await connection.query<{ key: string; ts: Date }>(
    `SELECT encode(dedup_key, 'hex') AS key, ts FROM assumed_time WHERE workspace_id = $1 AND dedup_key = ANY ($2::bytea[])`,
    [workspaceId, sorted],
  )
  const times = new Map(rows.map((row) => [row.key, row.ts.getTime()]))
  return keys.map((key) => {
    const known = times.get(key.toString('hex'))
    if (known === undefined) throw new Error('an assumed time was not stored')
    return known
  })
}
