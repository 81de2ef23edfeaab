/**
 * A dialect reads one format of one source. One dialect is one file in `dialects/`: how it is recognised, how a row
 * becomes usage records, and what its token columns mean. Dialects are pure: bytes are decoded and split before them.
 * A dialect of the billed layer gives cost records instead; a file is of one layer.
 */
import type { Problem, Result } from '../result'
import type { InstantMs } from '../time/instant'
import type { CostRecord } from '../usage/cost-record'
import type { UsageRecord } from '../usage/record'
import type { ServerReadings } from './counter-reading'
import type { Spill } from './held-arena'
import type { JsonKeys } from './json-shape'
import type { RejectReason } from './reject'

/** What the user may say about a file beside its bytes. */
export interface ReadOptions {
  /** Host to use when the format does not name one (OpenAI-compatible responses). */
  readonly host: string | null
  /** IANA zone for times without an offset; null reads them as the format's own documented zone. */
  readonly timeZone: string | null
  /** The instant of the import, for refusing rows from the future. */
  readonly nowMs: number
  /** Readings of counters are handed over (`readings`) to be compared with those of other files, not only with each other. */
  readonly holdReadings?: true
  /** Opens room outside memory for what must be held until the end of the file; without it all of that is in memory. */
  readonly openSpill?: () => Spill
}

/** A row yields records (usually one; none for an empty bucket, which is then not counted as a row), or a reason. */
export type RowOutcome<Fact = UsageRecord> = Result<readonly Fact[], RejectReason>

export interface RowReader<Row, Fact = UsageRecord> {
  read(row: Row): RowOutcome<Fact>
  /**
   * What is known only at the end of the file (streams where the last line of a message wins). Rows read before whose
   * records are held back must return no records, and are then not counted as rows. What is given one by one need not be
   * in memory at once.
   */
  finish?(): Iterable<RowOutcome<Fact>>
  /** Of those held back, what need not wait for the end; asked between the parts of a file. */
  ready?(): Iterable<RowOutcome<Fact>>
  /** Something to tell the user about the rows as a whole; asked when all of them were given. */
  note?(): Problem | null
  /** Readings of counters, where the file is of them and they were to be held. */
  readings?(): readonly ServerReadings[]
}

/** What reads the instants of a file, from a text or from a place in one. */
export interface CellInstants {
  require(text: string, column: string): InstantMs
  requireAt(text: string, start: number, end: number, column: string): InstantMs
}

/**
 * The cells of one CSV row, as a dialect for very large files asks for them: counts are read where they stand in the
 * file's text, and names that come again are the string they were before, so that little is made for a row.
 */
export interface Cells {
  /** The cell at a place; empty for a place below 0, a column the file does not have. */
  text(place: number): string
  /** The same, for a column of few distinct values. */
  name(place: number): string
  /** The cell as `countOf` reads it. */
  count(place: number, column: string): bigint | null
  /** The cell as `instants` reads it, which must not be empty. */
  instant(place: number, instants: CellInstants, column: string): InstantMs
}

/** A reader of CSV rows that can also read a row without its cells being made into strings first. */
export interface CsvRowReader<Fact = UsageRecord> extends RowReader<readonly string[], Fact> {
  /** The same outcome as `read` of these cells. */
  readCells?(cells: Cells): RowOutcome<Fact>
  /** Looks at each row of the file's beginning before any is read: how it writes numbers and dates. */
  foresee?(cells: readonly string[]): void
  /** The header stands here again: another export was joined on, and what follows is counted as in a file of its own. */
  again?(): void
  /** A line that is no row of the table: its header as it is written, a line before it, or one of another length. */
  beside?(cells: readonly string[]): void
}

interface CsvForm<Fact> {
  readonly kind: 'csv'
  /** Stable id, shown by GET /api/v1/formats. */
  readonly id: string
  /** What a person reads: "OpenAI usage export". */
  readonly title: string
  /** One sentence: how the file is recognised. */
  readonly recognisedBy: string
  /** Columns a file of this dialect must have; with them an unknown file's closest format is named. */
  readonly required: readonly string[]
  /** The generation name ("2026-08") when the trimmed, lower-cased header cells belong to this dialect, else null. */
  recognise(header: readonly string[]): string | null
  /** Called once with the trimmed, lower-cased header; refuses the file when required columns are missing. */
  open(header: readonly string[], options: ReadOptions): Result<CsvRowReader<Fact>, Problem>
  /** Something to tell the user about every file of a generation; such a file may be without rows. */
  note?(generation: string): Problem | null
}

interface JsonForm<Fact> {
  readonly kind: 'json'
  readonly id: string
  readonly title: string
  readonly recognisedBy: string
  /**
   * The generation name when this parsed line, array element or document is of this dialect, else null.
   * Values are those of `parseJson`: safe integers are numbers, longer ones bigint, every other number is its source text.
   */
  recognise(value: unknown): string | null
  /** Top-level keys of its own whose array holds the records of a document; those of pages in general need no mention. */
  readonly envelopes: readonly string[]
  /**
   * Keys that `read` looks at, when they are few among those of a record: values of others are checked to be JSON and not
   * made. Without it every value is there.
   */
  readonly reads?: JsonKeys
  /**
   * For logs that are prompts and answers mostly: `read` has something to say only of a line that holds one of these, quotes
   * included. Of other lines only the ends are looked at.
   */
  readonly marks?: readonly string[]
  /** The rows inside one record, when it holds several ("results" of a bucket, spans of a batch); each counts as a row. */
  explode?(value: unknown): readonly unknown[]
  open(options: ReadOptions): RowReader<unknown, Fact>
}

/** Reads the lines of a file; what it shows of a line must hold no message of a model. */
export interface LineReader extends RowReader<string> {
  shown(line: string): string
}

/** A text of lines that is neither a table with a header nor JSON. */
export interface LineDialect {
  readonly kind: 'lines'
  readonly id: string
  readonly title: string
  readonly recognisedBy: string
  /** The generation name when the beginning of a file is of this dialect, else null. */
  recognise(beginning: string): string | null
  open(options: ReadOptions): LineReader
}

/** What a provider meters, or what it bills: the two are never added. */
export type Layer = 'usage' | 'billed'

export interface CsvDialect extends CsvForm<UsageRecord> {
  readonly layer?: 'usage'
}

export interface CsvCostDialect extends CsvForm<CostRecord> {
  readonly layer: 'billed'
}

export interface JsonDialect extends JsonForm<UsageRecord> {
  readonly layer?: 'usage'
}

export interface JsonCostDialect extends JsonForm<CostRecord> {
  readonly layer: 'billed'
}

export type AnyCsvDialect = CsvDialect | CsvCostDialect
export type AnyJsonDialect = JsonDialect | JsonCostDialect
export type Dialect = AnyCsvDialect | AnyJsonDialect | LineDialect
