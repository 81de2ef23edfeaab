/** Ids that other imports told, out of the pages of large imports and the index of all others. */
import 'server-only'
import type { IdEntries } from './id-entry'
import { listText } from './list-text'
import type { Connection, Queryable } from './pool'

/** An import of many ids goes through them in 2^6 parts, by the first bits of their keys. */
export const SLICE_BITS = 6
/** How far from another an id is told again: clocks, zones, the begin or the end of a call, a day taken for a month of the next. */
const NEAR_MS = 45 * 86_400_000

/** Runs near the import in time; $1 to $4 are the workspace, the import, and the instants between which they are. */
const NEAR_RUNS = `provider_id_run r WHERE r.workspace_id = $1 AND r.import_no <> $2 AND r.last_at >= $3 AND r.first_at <= $4`

/** What an import that told ids between two instants may meet. */
export class OtherIds {
  private readonly near: readonly [number, number, Date, Date]
  private hasRuns = false
  private hasTimes = false

  constructor(
    private readonly connection: Connection,
    workspaceId: number,
    importNo: number,
    firstMs: number,
    lastMs: number,
  ) {
    this.near = [workspaceId, importNo, new Date(firstMs - NEAR_MS), new Date(lastMs + NEAR_MS)]
  }

  /** Finds out whether there is anything. */
  async look(): Promise<void> {
    const [workspaceId, , from, to] = this.near
    this.hasRuns = await hasRow(this.connection, `FROM ${NEAR_RUNS}`, this.near)
    this.hasTimes = await hasRow(
      this.connection,
      'FROM provider_id_time WHERE workspace_id = $1 AND ts BETWEEN $2 AND $3',
      [workspaceId, from, to],
    )
  }

  /** Adds those of a slice. */
  async addSlice(entries: IdEntries, slice: number): Promise<void> {
    const [workspaceId, , from, to] = this.near
    if (this.hasRuns) {
      await addPages(
        this.connection,
        entries,
        `SELECT p.entries FROM (SELECT workspace_id, import_no, bits FROM ${NEAR_RUNS}) AS r
         CROSS JOIN LATERAL (SELECT p.entries FROM provider_id_page p WHERE p.workspace_id = r.workspace_id
           AND p.import_no = r.import_no AND p.bucket >= $5::int << (r.bits - ${SLICE_BITS})
           AND p.bucket < ($5::int + 1) << (r.bits - ${SLICE_BITS}) OFFSET 0) AS p`,
        [...this.near, slice],
      )
    }
    if (!this.hasTimes) return
    const { rows } = await this.connection.query<{ told: Buffer | null }>(
      `SELECT string_agg(substring(uuid_send(dedup_key), 1, 8) || int8send((extract(epoch FROM ts) * 1000)::bigint), '') AS told
       FROM provider_id_time WHERE workspace_id = $1 AND ts BETWEEN $2 AND $3 AND dedup_key BETWEEN $4 AND $5`,
      [workspaceId, from, to, ...keysOf(slice)],
    )
    const told = rows[0]?.told
    if (told === null || told === undefined) return
    for (let at = 0; at < told.length; at += 16) {
      const ms = told.readInt32BE(at + 8) * 4_294_967_296 + told.readUInt32BE(at + 12)
      entries.addWords(told.readUInt32BE(at), told.readUInt32BE(at + 4), ms, 0)
    }
  }
}

/** The first and the last key of a slice. */
function keysOf(slice: number): [string, string] {
  const first = slice << (8 - SLICE_BITS)
  const last = first + (1 << (8 - SLICE_BITS)) - 1
  const byte = (value: number) => value.toString(16).padStart(2, '0')
  return [byte(first) + '0'.repeat(30), byte(last) + 'f'.repeat(30)]
}

/** Adds what large imports told near these times of keys that begin as the entries do, so few that they are held in memory. */
export async function addRunsBeside(
  connection: Connection,
  workspaceId: number,
  importNo: number,
  entries: IdEntries,
): Promise<void> {
  let firstMs = Number.POSITIVE_INFINITY
  let lastMs = Number.NEGATIVE_INFINITY
  const beginnings: number[] = []
  for (let place = 0; place < entries.count; place += 1) {
    beginnings.push(entries.high(place))
    firstMs = Math.min(firstMs, entries.ms(place))
    lastMs = Math.max(lastMs, entries.ms(place))
  }
  await addPages(
    connection,
    entries,
    `SELECT p.entries FROM (SELECT workspace_id, import_no, bits FROM ${NEAR_RUNS}) AS r
     CROSS JOIN LATERAL (SELECT DISTINCT high >> (32 - r.bits) AS bucket FROM unnest($5::bigint[]) AS k (high)) AS b
     CROSS JOIN LATERAL (SELECT p.entries FROM provider_id_page p WHERE p.workspace_id = r.workspace_id
       AND p.import_no = r.import_no AND p.bucket = b.bucket OFFSET 0) AS p`,
    [workspaceId, importNo, new Date(firstMs - NEAR_MS), new Date(lastMs + NEAR_MS), listText(beginnings)],
  )
}

async function hasRow(connection: Queryable, from: string, values: readonly unknown[]): Promise<boolean> {
  const { rows } = await connection.query<{ has: boolean }>(`SELECT EXISTS (SELECT ${from}) AS has`, [...values])
  return rows[0]?.has === true
}

async function addPages(
  connection: Queryable,
  entries: IdEntries,
  select: string,
  values: readonly unknown[],
): Promise<void> {
  const { rows } = await connection.query<{ entries: Buffer }>(select, [...values])
  for (const page of rows) entries.addBytes(page.entries)
}
