/** Times of calls whose source tells none, or whose copies tell several: the first one taken for a call stays. */
import 'server-only'
import { INSTANT, listText } from './list-text'
import type { Queryable } from './pool'

/**
 * The time of each identity: the stored one, else the earliest of `told` for it, which is stored. Keys are latin1 text, one
 * character a byte. In the order of `keys`; kept even if the import fails, as the time when the call was first seen.
 */
export async function settleFirstTimes(
  connection: Queryable,
  workspaceId: number,
  keys: readonly string[],
  told: readonly number[],
): Promise<readonly number[]> {
  const hex = keys.map((key) => Buffer.from(key, 'latin1').toString('hex'))
  const places = keys.map((_, place) => place)
  places.sort((a, b) => compare(hex[a] as string, hex[b] as string) || (told[a] as number) - (told[b] as number))
  const { rowCount } = await connection.query(
    `INSERT INTO assumed_time (workspace_id, dedup_key, ts)
     SELECT $1, decode(key, 'hex'), ${INSTANT}
     FROM unnest($2::text[], $3::bigint[]) AS k (key, ms)
     ON CONFLICT DO NOTHING`,
    [workspaceId, listText(places.map((place) => hex[place])), listText(places.map((place) => told[place]))],
  )
  // All of them new, as those of a file that was never imported: nothing to look up.
  if (rowCount === keys.length) return told
  const { rows } = await connection.query<{ key: string; ts: Date }>(
    `SELECT encode(t.dedup_key, 'hex') AS key, t.ts FROM assumed_time AS t WHERE t.workspace_id = $1
       AND t.dedup_key = ANY (ARRAY(SELECT decode(key, 'hex') FROM unnest($2::text[]) AS k (key)))`,
    [workspaceId, listText(hex)],
  )
  const times = new Map(rows.map((row) => [row.key, row.ts.getTime()]))
  return hex.map((key) => {
    const known = times.get(key)
    if (known === undefined) throw new Error('the first time of a call was not stored')
    return known
  })
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
