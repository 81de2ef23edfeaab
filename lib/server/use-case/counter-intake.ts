/** Readings of counters compared with those of files imported before: what they grew by, as rows. */
import 'server-only'
import type { Problem } from '../../core/result'
import type { ServerReadings } from '../../core/source/counter-reading'
import { growthBeside } from '../../core/source/counter-runs'
import { FIRST_READING } from '../../core/source/counters'
import type { SourceReader, SourceRow } from '../../core/source/open-source'
import { InstantReader } from '../../core/source/value'
import { counterRuns, storeCounterRuns } from '../db/counter-run'
import type { Connection } from '../db/pool'

const NOTHING_GREW: Problem = {
  code: 'NOTHING_GREW',
  message: 'Nothing was counted: the counters have not grown, or the time of these readings is counted already.',
  remedy: 'Nothing to do. Import the next reading when the server has worked.',
}

export class CounterIntake {
  /** `connection` is inside the import's transaction, which holds the workspace's import lock. */
  constructor(
    private readonly connection: Connection,
    private readonly of: { readonly workspaceId: number; readonly no: number; readonly nowMs: number },
  ) {}

  /** The rows of a file that was read to its end, and what to say of it. */
  async take(reader: SourceReader): Promise<{ readonly rows: readonly SourceRow[]; readonly note: Problem | null }> {
    const readings = reader.readings ?? []
    if (readings.length === 0) return { rows: [], note: reader.note }
    const instants = new InstantReader({ host: null, timeZone: null, nowMs: this.of.nowMs }, 'utc')
    const rows: SourceRow[] = []
    let isFirst = true
    for (const server of readings) {
      const { outcomes, known } = await this.grow(server, instants)
      isFirst &&= known === 0
      for (const result of outcomes) rows.push({ line: 1, byteOffset: 0, result, raw: () => '' })
    }
    if (rows.length > 0) return { rows, note: instants.note() }
    return { rows, note: isFirst ? FIRST_READING : NOTHING_GREW }
  }

  private async grow(server: ServerReadings, instants: InstantReader) {
    const { connection, of } = this
    const times = server.readings.flatMap(({ atMs }) => (atMs === null ? [] : [atMs]))
    const [first, last] = [times[0], times.at(-1)]
    const isTimed = first !== undefined && last !== undefined && times.length === server.readings.length
    const period = isTimed ? { fromMs: first, toMs: last } : null
    const known = await counterRuns(connection, of.workspaceId, server, period)
    const { outcomes, runs } = growthBeside(server, known, of.nowMs, instants)
    await storeCounterRuns(connection, of.workspaceId, of.no, server, runs)
    return { outcomes, known: known.length }
  }
}
