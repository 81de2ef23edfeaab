/**
 * Rows of the rollups that an import is done with before its end, as COPY bytes in a file beside the database. They go into
 * the rollups by one COPY, which takes a third of the time that a table of changes takes to be summed and merged.
 */
import 'server-only'
import type { SpillFile } from '../spill-file'
import type { CopyBuffers } from './copy'

const HOURS = 0
const DAYS = 1

export class RollupSpill {
  /** Rows were written of hours after the first and before the last one, counted from 1970. */
  private after = Number.POSITIVE_INFINITY
  private before = Number.NEGATIVE_INFINITY
  /** A key may have been written twice, or stand in the memory of the import as well. */
  overlaps = false

  constructor(private readonly file: SpillFile) {}

  /** Takes all rows of the hours between two, and of the days between theirs. */
  put(hours: CopyBuffers, days: CopyBuffers, after: number, before: number): void {
    for (const bytes of hours.body()) this.file.write(HOURS, bytes)
    for (const bytes of days.body()) this.file.write(DAYS, bytes)
    this.after = Math.min(this.after, after)
    this.before = Math.max(this.before, before)
  }

  /** Tells of the first and the last hour of records whose sums are about to be kept in memory. */
  meets(first: number, last: number): void {
    if (first < this.before && last > this.after) this.overlaps = true
  }

  hours(): Generator<Uint8Array, void, undefined> {
    return this.file.pieces(HOURS)
  }

  days(): Generator<Uint8Array, void, undefined> {
    return this.file.pieces(DAYS)
  }
}
