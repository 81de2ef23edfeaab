/** Reads a CSV file row by row. A header in the middle begins another table of the same format: exports were joined. */
import { err, ok, type Problem, type Result } from '../result'
import type { CostRecord } from '../usage/cost-record'
import type { UsageRecord } from '../usage/record'
import { SpannedCells } from './cells'
import { normalisedHeader } from './columns'
import { CsvSplitter, type Delimiter } from './csv'
import { type CsvOpening, isPreamble } from './csv-opening'
import { PieceDecoder, type TextPiece } from './decode'
import type { CsvRowReader, Layer, ReadOptions, RowOutcome } from './dialect'
import { type CostReader, type SourceCounters, type SourceReader, type SourceRow, withLaterRows } from './reader'
import { contentPlaces, shownCsv } from './redact'
import type { RejectReason } from './reject'
import { CUT_OFF, faultReason, type RowFault } from './row-fault'
import { TableBuckets } from './table-buckets'
import { isTotal } from './total-row'

/** What a row needs to show itself. */
interface Table {
  readonly delimiter: Delimiter
  readonly width: number
  readonly content: readonly number[]
}

/** What reads each table of a file. */
interface TableReading<Fact> {
  open(header: readonly string[]): Result<CsvRowReader<Fact>, Problem>
  /** What names the facts of a table apart. */
  naming(): (fact: Fact) => Fact
}

class CsvRow<Fact> implements SourceRow<Fact> {
  readonly line: number
  readonly byteOffset: number
  readonly result: RowOutcome<Fact>
  readonly #table: Table
  readonly #buffer: string
  readonly #start: number
  readonly #end: number

  constructor(
    at: { readonly line: number; readonly byteOffset: number; readonly table: Table },
    result: RowOutcome<Fact>,
    buffer: string,
    start: number,
    end: number,
  ) {
    this.line = at.line
    this.byteOffset = at.byteOffset
    this.#table = at.table
    this.result = result
    this.#buffer = buffer
    this.#start = start
    this.#end = end
  }

  raw(): string {
    return shownCsv(this.#buffer.slice(this.#start, this.#end), this.#table.delimiter, this.#table)
  }
}

export function openCsv(
  head: Uint8Array,
  opening: CsvOpening,
  options: ReadOptions,
  /** The head is the whole file. */
  complete = false,
): Result<SourceReader | CostReader, Problem> {
  const { dialect, header } = opening
  if (dialect.layer === 'billed') {
    const open = (names: readonly string[]) => dialect.open(names, options)
    const reader = open(header)
    return reader.ok
      ? ok(new CsvSource(head, complete, opening, reader.value, { open, naming: numberedTables() }, 'billed'))
      : reader
  }
  const open = (names: readonly string[]) => dialect.open(names, options)
  const reader = open(header)
  const naming = () => {
    const buckets = new TableBuckets()
    return (record: UsageRecord) => buckets.named(record)
  }
  return reader.ok ? ok(new CsvSource(head, complete, opening, reader.value, { open, naming }, 'usage')) : reader
}

/** Lines told apart by their table: an export that was joined on may tell the same days again. */
function numberedTables(): () => (line: CostRecord) => CostRecord {
  let tables = -1
  return () => {
    tables += 1
    const table = tables
    return table === 0 ? (line) => line : (line) => ({ ...line, table })
  }
}

const ANOTHER_HEADER: RejectReason = {
  code: 'NOT_A_DATA_ROW',
  column: null,
  message: 'Another header begins here: the rows after it were read by it.',
  remedy: 'Nothing to do: such lines hold no usage.',
}

class CsvSource<Fact, FileLayer extends Layer> implements SourceReader<Fact, FileLayer> {
  readonly layer: FileLayer
  readonly format: string
  readonly generation: string
  readonly #generationNote: Problem | null
  readonly #opening: CsvOpening
  readonly #reading: TableReading<Fact>
  #header: readonly string[]
  #table: Table
  #reader: CsvRowReader<Fact>
  /** Readers of the tables before the one at hand. */
  readonly #earlier: CsvRowReader<Fact>[] = []
  #spanned: SpannedCells | null
  #named: (fact: Fact) => Fact
  readonly #decoder: PieceDecoder
  readonly #splitter: CsvSplitter
  readonly #afterPreamble: boolean
  #headerCode: number
  readonly #delimiterCode: number
  #out: SourceRow<Fact>[] = []
  #headerSeen = false
  /** The text is over: a row that is read now had no line end. */
  #ending = false
  #cutOff = false
  #bytes = 0
  #rows = 0
  #notRows = 0
  #lastLine = 1
  #lastOffset = 0

  constructor(
    head: Uint8Array,
    complete: boolean,
    opening: CsvOpening,
    reader: CsvRowReader<Fact>,
    reading: TableReading<Fact>,
    layer: FileLayer,
  ) {
    this.layer = layer
    this.#opening = opening
    this.#reading = reading
    this.#named = reading.naming()
    this.format = opening.dialect.id
    this.generation = opening.generation
    this.#generationNote = opening.dialect.note?.(opening.generation) ?? null
    this.#header = opening.header
    this.#afterPreamble = opening.preamble === true
    const { header, delimiter } = opening
    this.#table = { delimiter, width: header.length, content: contentPlaces(header) }
    this.#reader = reader
    this.#decoder = new PieceDecoder(head, opening.encoding ?? null)
    this.#headerCode = (header[0] as string).charCodeAt(0) | 32
    this.#delimiterCode = delimiter.charCodeAt(0)
    this.#spanned = reader.readCells === undefined ? null : new SpannedCells(delimiter, header.length)
    this.#splitter = new CsvSplitter(opening.delimiter, {
      plainRow: (line, byteOffset, buffer, start, end) => this.#plainRow(line, byteOffset, buffer, start, end),
      row: (cells, fault, line, byteOffset, buffer, start, end) =>
        this.#row(cells, fault, line, byteOffset, buffer, start, end),
      blank: () => {
        this.#notRows += 1
      },
    })
    this.#foresee(head, complete)
  }

  #foresee(head: Uint8Array, complete: boolean): void {
    const reader = this.#reader
    if (reader.foresee === undefined) return
    const splitter = new CsvSplitter(this.#opening.delimiter, {
      row: (cells) => {
        if (cells !== null && cells.length === this.#header.length && !this.#isHeaderAgain(cells))
          reader.foresee?.(cells)
      },
      blank() {},
    })
    const decoder = new PieceDecoder(head, this.#opening.encoding ?? null)
    for (const piece of [...decoder.push(head), ...(complete ? decoder.end() : [])]) {
      // What is wrong with the text is told when it is read.
      if (!splitter.push(piece).ok) return
    }
    if (complete) splitter.end()
  }

  get note(): Problem | null {
    if (this.#cutOff) return CUT_OFF
    const notes = [...this.#earlier, this.#reader].map((reader) => reader.note?.() ?? null)
    return this.#generationNote ?? notes.find((note) => note !== null) ?? null
  }

  get counters(): SourceCounters {
    return { rows: this.#rows, notRows: this.#notRows, bytes: this.#bytes }
  }

  push(chunk: Uint8Array): Result<readonly SourceRow<Fact>[], Problem> {
    this.#bytes += chunk.length
    return this.#take(this.#decoder.push(chunk))
  }

  end(): Result<Iterable<SourceRow<Fact>>, Problem> {
    const rest = this.#take(this.#decoder.end())
    if (!rest.ok) return rest
    this.#ending = true
    const last = this.#splitter.end()
    if (!last.ok) return last
    const rows = [...rest.value, ...this.#drain()]
    const at = { line: this.#lastLine, byteOffset: this.#lastOffset, table: this.#table }
    return ok(
      withLaterRows(rows, this.#laterOutcomes(), (outcome) => {
        this.#rows += 1
        return new CsvRow(at, outcome, '', 0, 0)
      }),
    )
  }

  *#laterOutcomes(): Generator<RowOutcome<Fact>, void, undefined> {
    for (const reader of [...this.#earlier, this.#reader]) yield* reader.finish?.() ?? []
  }

  #take(pieces: readonly TextPiece[]): Result<readonly SourceRow<Fact>[], Problem> {
    for (const piece of pieces) {
      const step = this.#splitter.push(piece)
      if (!step.ok) return step
    }
    return ok(this.#drain())
  }

  #drain(): SourceRow<Fact>[] {
    const out = this.#out
    this.#out = []
    return out
  }

  #row(
    cells: readonly string[] | null,
    fault: RowFault | null,
    line: number,
    byteOffset: number,
    buffer: string,
    start: number,
    end: number,
  ): void {
    if (!this.#headerSeen) {
      this.#notRows += 1
      if (cells !== null && !isPreamble(cells, buffer, start, end)) {
        this.#headerSeen = !this.#afterPreamble || this.#isHeaderAgain(cells)
        this.#reader.beside?.(cells)
      }
      return
    }
    let outcome: RowOutcome<Fact>
    this.#cutOff ||= fault === 'cut_off'
    if (fault !== null) outcome = err(faultReason(fault))
    else if (cells === null) return
    else if (cells.length !== this.#header.length || this.#isHeaderAgain(cells) || isTotal(cells)) {
      if (cells.every((text) => text.trim() === '')) {
        this.#notRows += 1
        return
      }
      if (cells.length !== this.#header.length) this.#reader.beside?.(cells)
      outcome = err(this.#shapeReason(cells))
    } else {
      if (cells[0] === '' && cells.every((text) => text === '')) {
        this.#notRows += 1
        return
      }
      outcome = this.#reader.read(cells)
      if (outcome.ok && outcome.value.length === 0) {
        this.#notRows += 1
        return
      }
    }
    if (outcome.ok) outcome = this.#told(outcome)
    else if (cells !== null && this.#isHeaderAgain(cells)) {
      this.#named = this.#reading.naming()
      this.#reader.again?.()
    } else if (cells !== null && this.#beginsTable(cells)) outcome = err(ANOTHER_HEADER)
    this.#keep(outcome, line, byteOffset, buffer, start, end)
  }

  /** The facts of a row, named apart from those of other rows of the table. */
  #told(outcome: RowOutcome<Fact>): RowOutcome<Fact> {
    if (!outcome.ok) return outcome
    const [first] = outcome.value
    if (first === undefined || outcome.value.length > 1) return ok(outcome.value.map(this.#named))
    const named = this.#named(first)
    return named === first ? outcome : ok([named])
  }

  /** Reads on by another header of the format, of an export that was joined on; false for a row that is none. */
  #beginsTable(cells: readonly string[]): boolean {
    if (cells.length < 3 || this.#isHeaderAgain(cells)) return false
    const header = normalisedHeader(cells)
    const names = new Set(this.#header)
    const known = header.filter((name) => name !== '' && names.has(name)).length
    const { dialect, delimiter } = this.#opening
    // A mapping is made for one header and reads by no other.
    if (known < 3 || known * 2 < header.length || dialect.required.length === 0) return false
    if (dialect.recognise(header) === null) return false
    const reader = this.#reading.open(header)
    if (!reader.ok) return false
    this.#earlier.push(this.#reader)
    this.#reader = reader.value
    this.#reader.beside?.(cells)
    this.#named = this.#reading.naming()
    this.#header = header
    this.#table = { delimiter, width: header.length, content: contentPlaces(header) }
    this.#headerCode = (header[0] as string).charCodeAt(0) | 32
    this.#spanned = reader.value.readCells === undefined ? null : new SpannedCells(delimiter, header.length)
    return true
  }

  #keep(outcome: RowOutcome<Fact>, line: number, byteOffset: number, buffer: string, start: number, end: number): void {
    this.#rows += 1
    this.#lastLine = line
    this.#lastOffset = byteOffset
    this.#out.push(new CsvRow({ line, byteOffset, table: this.#table }, outcome, buffer, start, end))
  }

  /** Reads a row where it stands; false for one that has to be looked at cell by cell. */
  #plainRow(line: number, byteOffset: number, buffer: string, start: number, end: number): boolean {
    const cells = this.#spanned
    if (cells === null || !this.#headerSeen || this.#mayBeNoData(buffer.charCodeAt(start))) return false
    if (!cells.divide(buffer, start, end)) return false
    const outcome = this.#reader.readCells?.(cells)
    // What is not read may be another header.
    if (outcome === undefined || !outcome.ok || outcome.value.length === 0) return false
    this.#keep(this.#told(outcome), line, byteOffset, buffer, start, end)
    return true
  }

  /** By a row's first character: the header again, a line of totals, or nothing in the first cell. */
  #mayBeNoData(first: number): boolean {
    if (first <= 32 || first > 126 || first === this.#delimiterCode) return true
    const lower = first | 32
    return lower === this.#headerCode || lower === 116 || lower === 115 || lower === 103
  }

  #isHeaderAgain(cells: readonly string[]): boolean {
    const first = this.#header[0] as string
    const cell = cells[0] as string
    // A cell as long as the name is the name but for its case; a longer one has to have spaces around it.
    if (cell.length < first.length || (cell.length > first.length && cell.trim().length !== first.length)) return false
    if (cell.trim().toLowerCase() !== first) return false
    if (cells.length !== this.#header.length) return false
    return normalisedHeader(cells).every((name, at) => name === this.#header[at])
  }

  #shapeReason(cells: readonly string[]): RejectReason {
    if (this.#isHeaderAgain(cells)) {
      return {
        code: 'NOT_A_DATA_ROW',
        column: null,
        message: 'The header is repeated here.',
        remedy: 'Nothing to do: such lines hold no usage.',
      }
    }
    if (isTotal(cells)) {
      return {
        code: 'NOT_A_DATA_ROW',
        column: null,
        message: 'This is a line of totals; it was not added to what it sums.',
        remedy: 'Nothing to do: totals are computed from the rows.',
      }
    }
    this.#cutOff ||= this.#ending && cells.length < this.#header.length
    return {
      code: 'RAGGED_ROW',
      column: null,
      message: `The row has ${cells.length} cells, the header has ${this.#header.length}.`,
      remedy: 'Quote values that contain the delimiter, or fill in the missing cells.',
    }
  }
}
