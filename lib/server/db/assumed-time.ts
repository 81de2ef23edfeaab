/** Times of calls whose source tells none, or whose copies tell several: the first one taken for a call stays. */
import 'server-only'
import { CopyBuffers, copyInto } from './copy'
import { INSTANT, listText } from './list-text'
import { isDuplicate, pool } from './pool'

/**
 * First times as one import meets them. Times are stored apart from its transaction, and kept even if it fails, as those when
 * a call was first seen.
 */
export class FirstTimes {
  /** No call of the import was known so far: then the times of more are simply added. */
  private areNew = true

  constructor(private readonly workspaceId: number) {}

  /**
   * The time of each identity: the stored one, else the earliest of `told` for it, which is stored. Keys are latin1 text, one
   * character a byte. In the order of `keys`.
   */
  async settle(keys: readonly string[], told: readonly number[]): Promise<readonly number[]> {
    const places = keys.map((_, place) => place)
    places.sort((a, b) => compare(keys[a] as string, keys[b] as string) || (told[a] as number) - (told[b] as number))
    if (this.areNew && keys.length >= FEW) {
      this.areNew = await this.add(keys, told, places)
      if (this.areNew) return told
    }
    return await this.addMissing(keys, told, places)
  }

  /** False, and nothing is added, when one of the calls is known. */
  private async add(keys: readonly string[], told: readonly number[], places: readonly number[]): Promise<boolean> {
    const rows = new CopyBuffers()
    for (const place of places) {
      rows.beginRow(3)
      rows.int4(this.workspaceId)
      rows.bytea(keys[place] as string)
      rows.instant(told[place] as number)
    }
    const connection = await pool().connect()
    try {
      await copyInto(connection, 'assumed_time (workspace_id, dedup_key, ts)', rows)
      return true
    } catch (error) {
      if (!isDuplicate(error)) throw error
      return false
    } finally {
      connection.release()
    }
  }

  private async addMissing(
    keys: readonly string[],
    told: readonly number[],
    places: readonly number[],
  ): Promise<readonly number[]> {
    const { workspaceId } = this
    const hex = keys.map((key) => Buffer.from(key, 'latin1').toString('hex'))
    const { rowCount } = await pool().query(
      `INSERT INTO assumed_time (workspace_id, dedup_key, ts)
       SELECT $1, decode(key, 'hex'), ${INSTANT}
       FROM unnest($2::text[], $3::bigint[]) AS k (key, ms)
       ON CONFLICT DO NOTHING`,
      [workspaceId, listText(places.map((place) => hex[place])), listText(places.map((place) => told[place]))],
    )
    // All of them new: nothing to look up.
    if (rowCount === keys.length) return told
    const { rows } = await pool().query<{ key: string; ts: Date }>(
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
}

/** So few are not worth the try. */
const FEW = 500

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
