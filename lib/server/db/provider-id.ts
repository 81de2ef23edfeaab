/**
 * An id of a provider names one call at one time. The unique key of usage_record holds the time, because it parts the table, so
 * that the same id at another time is looked for here: in an index of the ids that came by the API, by OpenTelemetry and in files
 * of up to LIMIT records, and in pages of those that larger files told (`id-run.ts`).
 */
import 'server-only'
import type { SpillFile } from '../spill-file'
import { CopyBuffers, copyInto } from './copy'
import { IdEntries, orderByKey, type ToldTime, toldTimes } from './id-entry'
import { addRunsBeside } from './id-page'
import { IdRun } from './id-run'
import { INSTANT, listText } from './list-text'
import { type MovedId, movedAmong, takeOutMoved } from './moved-id'
import { type Connection, isDuplicate, type Queryable } from './pool'

const LIMIT = 25_000
/** So few are not worth trying whether all are new. */
const FEW = 500
/** Of one question to the pages: each may have one of every large import. */
const IDS_A_QUESTION = 50
/** Parts of the keys that larger imports go through as well. */
const MOST_QUESTIONS = 64

/** The ids that one import brings. */
export class ProviderIds {
  private keys: string[] = []
  private times: number[] = []
  private offsets: number[] = []
  private run: IdRun | null = null

  /** `openSpill` opens room outside memory; without it all ids are held, as of a live ingest. */
  constructor(private readonly openSpill: (() => SpillFile) | null) {}

  /** Takes the id of a record, as `dedupKey`, latin1 text. */
  note(key: string, ms: number, byteOffset: number): void {
    if (this.run !== null) {
      this.run.note(key, ms, byteOffset)
      return
    }
    this.keys.push(key)
    this.times.push(ms)
    this.offsets.push(byteOffset)
    if (this.keys.length <= LIMIT || this.openSpill === null) return
    const run = new IdRun(this.openSpill())
    const { times, offsets } = this
    for (const [place, one] of this.keys.entries()) run.note(one, times[place] as number, offsets[place] as number)
    this.forget()
    this.run = run
  }

  /**
   * Keeps the ids that are new, and takes out of the books the records just written whose id was there at another time; their
   * sums go to the delta tables, which `openDeltas` makes. The first of an id in the file stays. `refuse` is told of each.
   */
  async settle(
    connection: Connection,
    workspaceId: number,
    importNo: number,
    openDeltas: () => Promise<void>,
    refuse: (moved: MovedId) => void,
  ): Promise<void> {
    const takeOut = async (told: readonly ToldTime[], byteOffsetOf: (time: ToldTime) => number) => {
      const moved = await movedAmong(connection, workspaceId, importNo, told)
      if (moved.length === 0) return []
      await openDeltas()
      const timeOf = ({ key, ms }: { readonly key: string; readonly ms: number }) => ({ prefix: key.slice(0, 16), ms })
      const gone = await takeOutMoved(connection, workspaceId, importNo, moved, (one) => byteOffsetOf(timeOf(one)))
      gone.forEach(refuse)
      return moved.map(timeOf)
    }
    if (this.run !== null) return await this.run.settle(connection, workspaceId, importNo, takeOut)
    if (this.keys.length === 0) return
    await this.refuseOfRuns(connection, workspaceId, importNo, takeOut)
    for (const moved of await this.refuseKnown(connection, workspaceId, importNo, openDeltas)) refuse(moved)
  }

  /** Takes out what a large import told at another time, and forgets these ids. */
  private async refuseOfRuns(
    connection: Connection,
    workspaceId: number,
    importNo: number,
    takeOut: (told: readonly ToldTime[], offsetOf: (time: ToldTime) => number) => Promise<readonly ToldTime[]>,
  ): Promise<void> {
    const { keys, times, offsets } = this
    const places = placesByKey(keys)
    const share = Math.max(IDS_A_QUESTION, Math.ceil(places.length / MOST_QUESTIONS))
    const gone = new Set<string>()
    for (let from = 0; from < places.length; from += share) {
      const asked = places.slice(from, from + share)
      const entries = new IdEntries(asked.length)
      for (const place of asked) entries.add(keys[place] as string, times[place] as number, offsets[place] as number)
      await addRunsBeside(connection, workspaceId, importNo, entries)
      if (entries.count === asked.length) continue
      const order = orderByKey(entries)
      for (const told of toldTimes(entries, asked.length, order, IDS_A_QUESTION)) {
        const taken = await takeOut(told, (time) => {
          const entry = order.find((one) => entries.prefix(one) === time.prefix && entries.ms(one) === time.ms)
          return entry === undefined ? 0 : entries.byteOffset(entry)
        })
        for (const { prefix, ms } of taken) gone.add(`${prefix} ${ms}`)
      }
    }
    if (gone.size === 0) return
    const left = keys
      .map((_, place) => place)
      .filter((place) => !gone.has(`${hexOf(keys[place]).slice(0, 16)} ${times[place]}`))
    this.keys = left.map((place) => keys[place] as string)
    this.times = left.map((place) => times[place] as number)
    this.offsets = left.map((place) => offsets[place] as number)
  }

  /** Adds the ids to the index, and takes out those that it holds at another time. */
  private async refuseKnown(
    connection: Connection,
    workspaceId: number,
    importNo: number,
    openDeltas: () => Promise<void>,
  ): Promise<readonly MovedId[]> {
    if (this.keys.length >= FEW && (await this.add(connection, workspaceId))) return []
    const { times, offsets } = this
    const keys = this.keys.map(hexOf)
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
    const { rows } = await connection.query<{ place: string; stored_at: Date }>(
      `SELECT n.place, p.ts AS stored_at FROM ${given}
       JOIN provider_id_time p ON p.workspace_id = $1 AND p.dedup_key = n.dedup_key WHERE p.ts <> n.ts ORDER BY n.place`,
      told,
    )
    if (rows.length === 0) return []
    await openDeltas()
    const moved = rows.map(({ place: ordinal, stored_at }) => {
      const place = Number.parseInt(ordinal, 10) - 1
      const [key, ms, byteOffset] = [keys[place], times[place], offsets[place]] as [string, number, number]
      return { key, ms, byteOffset, storedMs: stored_at.getTime() }
    })
    return await takeOutMoved(connection, workspaceId, importNo, moved, (one) => one.byteOffset)
  }

  /** Adds the ids when all of them are new; false, and nothing is added, when one is known. */
  private async add(connection: Connection, workspaceId: number): Promise<boolean> {
    const { keys, times } = this
    const rows = new CopyBuffers()
    for (const place of placesByKey(keys)) {
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

const placesByKey = (keys: readonly string[]) =>
  keys.map((_, place) => place).sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : 1))

const hexOf = (key: string | undefined) => Buffer.from((key ?? '').slice(0, 16), 'latin1').toString('hex')

/** Before the rows of an import are undone: forgets their ids, but those of calls that another import takes over (usage_heir) or whose older version comes back. */
export async function removeProviderIds(
  connection: Queryable,
  workspaceId: number,
  undone: { readonly no: number; readonly firstAt: Date | null; readonly lastAt: Date | null },
): Promise<void> {
  for (const table of ['provider_id_page', 'provider_id_run']) {
    await connection.query(`DELETE FROM ${table} WHERE workspace_id = $1 AND import_no = $2`, [workspaceId, undone.no])
  }
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
