/**
 * A dialect reads one format of one source. One dialect is one file in `dialects/`: how it is recognised, how a row
 * becomes usage records, and what its token columns mean. Dialects are pure: bytes are decoded and split before them.
 */
import type { Problem, Result } from '../result'
import type { UsageRecord } from '../usage/record'

/** A row that was not taken: every one is kept with its place so that nothing disappears. */
export interface RejectReason extends Problem {
  /** The column or JSON path at fault, when one is. */
  readonly column: string | null
}

/** What the user may say about a file beside its bytes. */
export interface ReadOptions {
  /** Host to use when the format does not name one (OpenAI-compatible responses). */
  readonly host: string | null
  /** IANA zone for times without an offset; null reads them as the format's own documented zone. */
  readonly timeZone: string | null
  /** The instant of the import, for refusing rows from the future. */
  readonly nowMs: number
}

/** A row yields records (usually one, none for a blank bucket), or a reason. */
export type RowOutcome = Result<readonly UsageRecord[], RejectReason>

/** `counts: false` marks rows that are not data (an empty bucket): they are not in rows_read. */
export interface RowReader<Row> {
  read(row: Row): RowOutcome
  /** Records held back until the end of the file (pivots, last-wins streams). */
  finish?(): readonly RowOutcome[]
}

export interface CsvDialect {
  readonly kind: 'csv'
  /** Stable id, shown by GET /api/v1/formats. */
  readonly id: string
  /** What a person reads: "OpenAI usage export". */
  readonly title: string
  /** One sentence: how the file is recognised. */
  readonly recognisedBy: string
  /** The generation name ("2026-08") when the trimmed, lower-cased header cells belong to this dialect, else null. */
  recognise(header: readonly string[]): string | null
  /** Called once with the trimmed, lower-cased header; refuses the file when required columns are missing. */
  open(header: readonly string[], options: ReadOptions): Result<RowReader<readonly string[]>, Problem>
}

export interface JsonDialect {
  readonly kind: 'json'
  readonly id: string
  readonly title: string
  readonly recognisedBy: string
  /** True when this parsed line, array element or document is of this dialect. Integers beyond 2^53 arrive as bigint. */
  recognise(value: unknown): boolean
  /** How the records lie in a document that is not JSON Lines: the path of the array, e.g. ["data"]; [] for a bare array. */
  open(options: ReadOptions): RowReader<unknown>
}

export type Dialect = CsvDialect | JsonDialect
