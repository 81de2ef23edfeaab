/** What comes out of a file while it is read. How to use it: `open-source.ts`. */
import type { Problem, Result } from '../result'
import type { CostRecord } from '../usage/cost-record'
import type { UsageRecord } from '../usage/record'
import type { ServerReadings } from './counter-reading'
import type { SiftedRun } from './decode'
import type { Layer, ReadOptions, RowOutcome } from './dialect'
import type { SavedMapping } from './mapping/spec'
import type { RejectReason } from './reject'

export interface SourceRequest extends ReadOptions {
  /** A format id of `listFormats`, when the user named one; null recognises it from the content. */
  readonly format: string | null
  /** The mapping the user named; it is used or the file is refused. */
  readonly mapping?: SavedMapping | null
  /** Saved mappings, for files that have the header of one. */
  readonly mappings?: readonly SavedMapping[]
}

export interface SourceRow<Fact = UsageRecord> {
  /** 1-based line of the file where the row begins. */
  readonly line: number
  /** Offset of its first byte in the file, after decompression. */
  readonly byteOffset: number
  readonly result: Result<readonly Fact[], RejectReason>
  /** The row as it may be shown and stored: at most 2 kB, message contents blanked out. Valid until the next push. */
  raw(): string
}

export interface SourceCounters {
  /** Rows read: every one was returned, accepted or rejected. */
  readonly rows: number
  /** Header, blank lines, comments, empty buckets and lines replaced by a later line of the same message. */
  readonly notRows: number
  readonly bytes: number
}

export interface Sifting<Fact = UsageRecord> {
  /** What a `FileSieve` is given. */
  readonly marks: readonly string[]
  /** Takes what it left of the next `bytes` of the file. */
  push(runs: readonly SiftedRun[], bytes: number): Result<readonly SourceRow<Fact>[], Problem>
}

export interface SourceReader<Fact = UsageRecord, FileLayer extends Layer = 'usage'> {
  readonly layer: FileLayer
  readonly format: string
  /** Name of the format's generation, e.g. "2026-08". */
  readonly generation: string
  /** Something to tell the user though nothing is wrong: "an OpenAI export without usage". Null mostly. */
  readonly note: Problem | null
  /** Readings of counters that are still to be compared; empty for every other file. Asked after `end`. */
  readonly readings?: readonly ServerReadings[]
  push(chunk: Uint8Array): Result<readonly SourceRow<Fact>[], Problem>
  /** Given where somebody else may sift the file, which then comes this way in place of `push`. Null mostly. */
  readonly sifting?: Sifting<Fact> | null
  /** The rows that are left, to be gone through once: those held back until now are made while they are asked for. */
  end(): Result<Iterable<SourceRow<Fact>>, Problem>
  readonly counters: SourceCounters
}

/** A reader of a file of billed cost. */
export type CostReader = SourceReader<CostRecord, 'billed'>

/** Rows at hand, then one for every outcome of `later`, of which the first is made at once: it tells whether there are any. */
export function withLaterRows<Fact>(
  rows: readonly SourceRow<Fact>[],
  later: Iterable<RowOutcome<Fact>>,
  rowOf: (outcome: RowOutcome<Fact>) => SourceRow<Fact>,
): Iterable<SourceRow<Fact>> {
  const outcomes = later[Symbol.iterator]()
  const first = outcomes.next()
  if (first.done === true) return rows
  const firstRow = rowOf(first.value)
  return (function* () {
    yield* rows
    yield firstRow
    for (let next = outcomes.next(); next.done !== true; next = outcomes.next()) yield rowOf(next.value)
  })()
}
