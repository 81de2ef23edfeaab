/** Times of calls whose source tells none, or whose copies tell several: the first one taken for a call stays. */
import 'server-only'
import type { Queryable } from './pool'

/**
 * The time of each identity: the stored one, else the earliest of `told` for it, which is stored. In the order of `keys`;
 * kept even if the import fails, as the time when the call was first seen.
 */
export async function settleFirstTimes(
  connection: Queryable,
  workspaceId: number,
  keys: readonly Buffer[],
  told: readonly number[],
): Promise<readonly number[]> {
  const places = keys.map((_, place) => place)
  places.sort(
    (a, b) => Buffer.compare(keys[a] as Buffer, keys[b] as Buffer) || (told[a] as number) - (told[b] as number),
  )
  const { rowCount } = await connection.query(
    `INSERT INTO assumed_time (workspace_id, dedup_key, ts)
     SELECT $1, key, ts FROM unnest($2::bytea[], $3::timestamptz[]) AS k (key, ts)
     ON CONFLICT DO NOTHING`,
    [workspaceId, places.map((place) => keys[place]), places.map((place) => new Date(told[place] as number))],
  )
  // All of them new, as those of a file that was never imported: nothing to look up.
  if (rowCount === keys.length) return told
  const { rows } = await connection.query<{ key: string; ts: Date }>(
    `SELECT encode(dedup_key, 'hex') AS key, ts FROM assumed_time WHERE workspace_id = $1 AND dedup_key = ANY ($2::bytea[])`,
    [workspaceId, keys],
  )
  const times = new Map(rows.map((row) => [row.key, row.ts.getTime()]))
  return keys.map((key) => {
    const known = times.get(key.toString('hex'))
    if (known === undefined) throw new Error('the first time of a call was not stored')
    return known
  })
}
