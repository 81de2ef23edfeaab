/**
 * An id of a provider names one call at one time. The unique key of usage_record holds the time, because it parts the table, so
 * that the same id at another time is looked for here: for calls that come by the API, by OpenTelemetry and in files of up
 * to LIMIT records. Beyond that the ids of an import are not kept: it would cost more than a quarter of its processor time.
 */
import 'server-only'
import { CopyBuffers, copyInto } from './copy'
import { INSTANT, listText } from './list-text'
import { type Connection, isDuplicate, type Queryable } from './pool'
import { NO_PRICE_SET } from './price-set'
import { deltaSql } from './rollup'
import { RECORD_COLUMN_LIST, type RecordRow } from './usage-record'

const LIMIT = 25_000
/** So few are not worth trying whether all are new. */
const FEW = 500

/** A record refused because its id is stored at another time. */
export interface MovedId {
  readonly line: number
  readonly byteOffset: number
  /** What the row said, as JSON. */
  readonly raw: string
  readonly ms: number
  readonly isPriced: boolean
  /** What it had added to the import's cost in dollars; null when it added none. */
  readonly cost: string | null
}

interface GoneRow {
  key: string
  ts: Date
  line: string
  raw: string
  cost: string | null
  price_set_id: number
}

/** The ids that one import brings. */
export class ProviderIds {
  private keys: string[] = []
  private times: number[] = []
  private offsets: number[] = []
  private rows = 0

  note({ record, dedupKey }: RecordRow, byteOffset: number): void {
    this.rows += 1
    if (this.rows > LIMIT) {
      if (this.keys.length > 0) this.forget()
      return
    }
    if (record.identity.kind !== 'provider_id') return
    this.keys.push(dedupKey)
    this.times.push(record.startMs)
    this.offsets.push(byteOffset)
  }

  /**
   * Keeps the ids that are new, and takes out of the books the records just written whose id was there at another time; their
   * sums go to the delta tables, which `openDeltas` makes. The first of an id in the file stays.
   */
  async settle(
    connection: Connection,
    workspaceId: number,
    importNo: number,
    openDeltas: () => Promise<void>,
  ): Promise<readonly MovedId[]> {
    const { offsets } = this
    if (this.keys.length === 0) return []
    if (this.keys.length >= FEW && (await this.add(connection, workspaceId))) {
      this.forget()
      return []
    }
    const keys = this.keys.map((key) => Buffer.from(key.slice(0, 16), 'latin1').toString('hex'))
    const times = this.times
    this.forget()
    const given = `(SELECT key AS dedup_key, ${INSTANT} AS ts, place
       FROM unnest($2::uuid[], $3::bigint[]) WITH ORDINALITY AS k (key, ms, place)) AS n`
    const told = [workspaceId, listText(keys), listText(times)]
    const { rowCount } = await connection.query(
      `INSERT INTO provider_id_time (workspace_id, dedup_key, ts)
       SELECT DISTINCT ON (n.dedup_key) $1, n.dedup_key, n.ts FROM ${given} ORDER BY n.dedup_key, n.place
       ON CONFLICT DO NOTHING`,
      told,
    )
    if (rowCount === keys.length) return []
    const { rows: moved } = await connection.query<{ place: string; stored_at: Date }>(
      `SELECT n.place, p.ts AS stored_at FROM ${given}
       JOIN provider_id_time p ON p.workspace_id = $1 AND p.dedup_key = n.dedup_key WHERE p.ts <> n.ts ORDER BY n.place`,
      told,
    )
    if (moved.length === 0) return []
    await openDeltas()
    const places = moved.map(({ place }) => Number.parseInt(place, 10) - 1)
    const { rows } = await connection.query<GoneRow>(
      `WITH gone AS (
         DELETE FROM usage_record u
         USING (SELECT key AS dedup_key, ${INSTANT} AS ts FROM unnest($3::uuid[], $4::bigint[]) AS k (key, ms)) AS n
         WHERE u.workspace_id = $1 AND u.import_no = $2 AND u.ts = n.ts AND u.dedup_key = n.dedup_key
         RETURNING ${RECORD_COLUMN_LIST.split(', ')
           .map((name) => `u.${name}`)
           .join(', ')}
       ), ${deltaSql('gone', -1)} SELECT replace(dedup_key::text, '-', '') AS key, ts, source_line AS line, cost, price_set_id,
         jsonb_build_object('id', source_id, 'timestamp', ts, 'requests', requests, 'input_tokens', input_tokens,
           'cache_read_tokens', cache_read_tokens, 'output_tokens', output_tokens)::text AS raw FROM gone`,
      [
        workspaceId,
        importNo,
        listText(places.map((place) => keys[place])),
        listText(places.map((place) => times[place])),
      ],
    )
    const gone = new Map(rows.map((row) => [`${row.key} ${row.ts.getTime()}`, row]))
    return moved.flatMap(({ stored_at }, index) => {
      const place = places[index] as number
      const id = `${keys[place]} ${times[place]}`
      const row = gone.get(id)
      // Two rows of the file that say the same: one record was written, and the other counts as its duplicate.
      gone.delete(id)
      if (row === undefined) return []
      return [
        {
          line: Number.parseInt(row.line, 10),
          byteOffset: offsets[place] as number,
          raw: JSON.stringify({ ...JSON.parse(row.raw), stored_timestamp: stored_at.toISOString() }),
          ms: row.ts.getTime(),
          isPriced: row.price_set_id !== NO_PRICE_SET,
          cost: row.cost,
        },
      ]
    })
  }

  /** Adds the ids when all of them are new; false, and nothing is added, when one is known. */
  private async add(connection: Connection, workspaceId: number): Promise<boolean> {
    const { keys, times } = this
    const rows = new CopyBuffers()
    const places = keys.map((_, place) => place).sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : 1))
    for (const place of places) {
      rows.beginRow(3)
      rows.int4(workspaceId)
      rows.uuid(keys[place] as string)
      rows.instant(times[place] as number)
    }
    await connection.query('SAVEPOINT ids')
    try {
      await copyInto(connection, 'provider_id_time (workspace_id, dedup_key, ts)', rows)
      await connection.query('RELEASE SAVEPOINT ids')
      return true
    } catch (error) {
      if (!isDuplicate(error)) throw error
      await connection.query('ROLLBACK TO SAVEPOINT ids')
      return false
    }
  }

  private forget(): void {
    this.keys = []
    this.times = []
    this.offsets = []
  }
}

/** Before the rows of an import are undone: forgets their ids, but those of calls that another import takes over (usage_heir) or whose older version comes back. */
export async function removeProviderIds(
  connection: Queryable,
  workspaceId: number,
  undone: { readonly no: number; readonly firstAt: Date | null; readonly lastAt: Date | null },
): Promise<void> {
  await connection.query(
    `DELETE FROM provider_id_time p USING usage_record u
     WHERE p.workspace_id = $1 AND u.workspace_id = $1 AND u.import_no = $2 AND u.ts >= $3 AND u.ts <= $4
       AND u.source_id IS NOT NULL AND p.dedup_key = u.dedup_key AND p.ts = u.ts
       AND NOT EXISTS (SELECT 1 FROM usage_heir h WHERE h.dedup_key = u.dedup_key AND h.ts = u.ts AND h.history_seq IS NULL)
       AND NOT EXISTS (SELECT 1 FROM usage_restatement r WHERE r.workspace_id = $1 AND r.ts = u.ts AND r.dedup_key = u.dedup_key
         AND r.by_import_no = $2)`,
    [workspaceId, undone.no, undone.firstAt, undone.lastAt],
  )
}
