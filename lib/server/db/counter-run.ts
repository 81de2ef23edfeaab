/** Spans of time whose counters are counted, by server. What they mean: `lib/core/source/counter-runs.ts`. */
import 'server-only'
import { createHash } from 'node:crypto'
import { COUNTS, type CountedServer, type CounterReading } from '../../core/source/counter-reading'
import type { CounterRun } from '../../core/source/counter-runs'
import type { Queryable } from './pool'

/** Readings without a time are looked for among so many spans, the latest first. */
const LATEST = 500

interface RunRow {
  readonly from_at: Date
  readonly to_at: Date
  readonly from_reading: StoredReading
  readonly to_reading: StoredReading
  readonly times: readonly string[]
}

interface StoredReading {
  readonly started: string | null
  readonly counts: Readonly<Record<string, string>>
}

/**
 * The spans that touch the time from `fromMs` to `toMs` and the nearest before and after it; without a time (null) the
 * latest ones.
 */
export async function counterRuns(
  connection: Queryable,
  workspaceId: number,
  server: CountedServer,
  period: { readonly fromMs: number; readonly toMs: number } | null,
): Promise<readonly CounterRun[]> {
  const columns = 'from_at, to_at, from_reading, to_reading, times'
  const own = 'FROM counter_run WHERE workspace_id = $1 AND server_key = $2'
  const key = keyOf(server)
  const { rows } =
    period === null
      ? await connection.query<RunRow>(`SELECT ${columns} ${own} ORDER BY to_at DESC LIMIT ${LATEST}`, [
          workspaceId,
          key,
        ])
      : await connection.query<RunRow>(
          `SELECT ${columns} ${own} AND from_at <= $4 AND to_at >= $3
           UNION ALL (SELECT ${columns} ${own} AND to_at < $3 ORDER BY to_at DESC LIMIT 1)
           UNION ALL (SELECT ${columns} ${own} AND from_at > $4 ORDER BY from_at LIMIT 1)`,
          [workspaceId, key, new Date(period.fromMs), new Date(period.toMs)],
        )
  return rows.map((row) => ({
    from: { ...readingOf(row.from_reading), atMs: row.from_at.getTime() },
    to: { ...readingOf(row.to_reading), atMs: row.to_at.getTime() },
    times: row.times.map((ms) => Number.parseInt(ms, 10)),
  }))
}

export async function storeCounterRuns(
  connection: Queryable,
  workspaceId: number,
  importNo: number,
  server: CountedServer,
  runs: readonly CounterRun[],
): Promise<void> {
  for (const { from, to, times } of runs) {
    await connection.query(
      `INSERT INTO counter_run (workspace_id, server_key, import_no, from_at, to_at, from_reading, to_reading, times)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      [
        workspaceId,
        keyOf(server),
        importNo,
        new Date(from.atMs),
        new Date(to.atMs),
        stored(from),
        stored(to),
        times.map(String),
      ],
    )
  }
}

/** Forgets what an import counted. */
export async function removeCounterRuns(connection: Queryable, workspaceId: number, importNo: number): Promise<void> {
  await connection.query('DELETE FROM counter_run WHERE workspace_id = $1 AND import_no = $2', [workspaceId, importNo])
}

function keyOf({ host, model, name }: CountedServer): Buffer {
  return createHash('sha256')
    .update([host, model, name].map((part) => `${part.length}:${part}`).join(':'))
    .digest()
}

function stored({ started, counts }: CounterReading): string {
  return JSON.stringify({
    started,
    counts: Object.fromEntries([...counts].map(([name, count]) => [name, count.toString()])),
  })
}

function readingOf({ started, counts }: StoredReading): Omit<CounterReading, 'atMs'> {
  const known = COUNTS.flatMap((name) => (counts[name] === undefined ? [] : [[name, BigInt(counts[name])] as const]))
  return { started, counts: new Map(known) }
}
