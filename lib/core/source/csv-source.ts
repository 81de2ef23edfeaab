/** Recognises a CSV file by its header and reads it row by row. */
import { err, ok, type Problem, type Result } from '../result'
import { SpannedCells } from './cells'
import { missingColumns, normalisedHeader } from './columns'
import { CsvSplitter, type Delimiter } from './csv'
import { laterHeaders } from './csv-preamble'
import { type Encoding, PieceDecoder, type TextPiece } from './decode'
import type { AnyCsvDialect, CsvRowReader, Layer, ReadOptions, RowOutcome } from './dialect'
import { type CostReader, type SourceCounters, type SourceReader, type SourceRow, withLaterRows } from './reader'
import { contentPlaces, shownCsv } from './redact'
import { quoted, type RejectReason, refuse } from './reject'
import { CUT_OFF, faultReason, type RowFault } from './row-fault'
import { isTotal } from './total-row'

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|']
const SEP_LINE = /^"?sep=(.)"?$/i

export interface CsvOpening {
  readonly dialect: AnyCsvDialect
  readonly generation: string
  readonly delimiter: Delimiter
  readonly header: readonly string[]
  /** Lines that are no part of the table stand before the header. */
  readonly preamble?: true
  /** Given when the file's own mark does not decide. */
  readonly encoding?: Encoding | null
}

/** Chooses dialect and delimiter by the header. `pieces` are the decoded beginning of the file. */
export function recogniseCsv(
  pieces: readonly TextPiece[],
  dialects: readonly AnyCsvDialect[],
  forced: AnyCsvDialect | null,
): Result<CsvOpening, Problem> {
  const candidates = forced === null ? dialects : [forced]
  const headers: { delimiter: Delimiter; header: string[] }[] = []
  const declared = declaredDelimiter(pieces)
  for (const delimiter of declared === null ? DELIMITERS : [declared]) {
    const cells = headerCells(pieces, delimiter)
    if (!cells.ok) return cells
    if (cells.value === null) continue
    headers.push({ delimiter, header: normalisedHeader(cells.value) })
  }
  for (const dialect of candidates) {
    for (const { delimiter, header } of headers) {
      const generation = dialect.recognise(header)
      if (generation !== null) return ok({ dialect, generation, delimiter, header })
    }
  }
  for (const { delimiter } of headers) {
    for (const header of laterHeaders(pieces, delimiter).map(normalisedHeader)) {
      for (const dialect of candidates) {
        const generation = dialect.recognise(header)
        if (generation !== null) return ok({ dialect, generation, delimiter, header, preamble: true })
      }
    }
  }
  return unrecognised(headers, candidates, forced !== null)
}

function unrecognised(
  headers: readonly { delimiter: Delimiter; header: string[] }[],
  candidates: readonly AnyCsvDialect[],
  forced: boolean,
): Result<CsvOpening, Problem> {
  const widest = [...headers].sort((a, b) => b.header.length - a.header.length)[0]
  if (widest === undefined) return refuse('NO_ROWS', 'The file has no rows.', 'Choose a file with a header and rows.')
  const { header } = widest
  const known = new Set(header)
  let closest: AnyCsvDialect | null = forced ? (candidates[0] ?? null) : null
  let share = 0
  for (const dialect of candidates) {
    const here = dialect.required.filter((name) => known.has(name)).length / dialect.required.length
    if (here > share) {
      share = here
      closest = dialect
    }
  }
  if (closest !== null && (forced || share >= 0.5)) {
    const missing = closest.required.filter((name) => !known.has(name))
    if (missing.length > 0) return missingColumns(closest.title, missing)
  }
  const seen = header.slice(0, 12).map(quoted).join(', ')
  const near =
    closest === null || share === 0
      ? ''
      : ` Closest is “${closest.title}”, which also needs: ${closest.required.filter((name) => !known.has(name)).join(', ')}.`
  return refuse(
    'UNKNOWN_FORMAT',
    `No known format has this header: ${seen}${header.length > 12 ? ', …' : ''}.${near}`,
    'Say on the page of the import which column is what, or export the file in a supported format.',
  )
}

/** The delimiter a first line `sep=;` declares. */
function declaredDelimiter(pieces: readonly TextPiece[]): Delimiter | null {
  const first = /^[^\r\n]*/.exec(pieces[0]?.text ?? '')?.[0] ?? ''
  const declared = SEP_LINE.exec(first)?.[1]
  return DELIMITERS.find((delimiter) => delimiter === declared) ?? null
}

/** Cells of the first line that has any, or null when there is none. */
export function headerCells(
  pieces: readonly TextPiece[],
  delimiter: Delimiter,
): Result<readonly string[] | null, Problem> {
  let cells: readonly string[] | null = null
  let fault: RowFault | null = null
  const splitter = new CsvSplitter(delimiter, {
    row(row, rowFault, _line, _byteOffset, buffer, start, end) {
      if (cells !== null || fault !== null) return
      if (rowFault !== null) fault = rowFault
      else if (row !== null && !isPreamble(row, buffer, start, end)) cells = row
    },
    blank() {},
  })
  for (const piece of pieces) {
    const step = splitter.push(piece)
    if (cells !== null) return ok(cells)
    if (!step.ok) return step
    if (fault !== null) {
      return refuse(
        'ENCODING',
        fault === 'too_large' ? 'The first line is longer than 16 MB.' : 'The header is not valid UTF-8 text.',
        'Save the file as UTF-8 and import it again.',
      )
    }
  }
  const last = splitter.end()
  return last.ok ? ok(cells) : last
}

export function isPreamble(cells: readonly string[], buffer: string, start: number, end: number): boolean {
  return cells.every((text) => text.trim() === '') || SEP_LINE.test(buffer.slice(start, end))
}

/** What a row needs to show itself. */
interface Table {
  readonly delimiter: Delimiter
  readonly width: number
  readonly content: readonly number[]
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
): Result<SourceReader | CostReader, Problem> {
  const { dialect, header } = opening
  if (dialect.layer === 'billed') {
    const reader = dialect.open(header, options)
    return reader.ok ? ok(new CsvSource(head, opening, reader.value, 'billed')) : reader
  }
  const reader = dialect.open(header, options)
  return reader.ok ? ok(new CsvSource(head, opening, reader.value, 'usage')) : reader
}

class CsvSource<Fact, FileLayer extends Layer> implements SourceReader<Fact, FileLayer> {
  readonly layer: FileLayer
  readonly format: string
  readonly generation: string
  readonly #generationNote: Problem | null
  readonly #header: readonly string[]
  readonly #table: Table
  readonly #reader: CsvRowReader<Fact>
  readonly #spanned: SpannedCells | null
  readonly #decoder: PieceDecoder
  readonly #splitter: CsvSplitter
  readonly #afterPreamble: boolean
  readonly #headerCode: number
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

  constructor(head: Uint8Array, opening: CsvOpening, reader: CsvRowReader<Fact>, layer: FileLayer) {
    this.layer = layer
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
  }

  get note(): Problem | null {
    return this.#cutOff ? CUT_OFF : (this.#generationNote ?? this.#reader.note?.() ?? null)
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
      withLaterRows(rows, this.#reader.finish?.() ?? [], (outcome) => {
        this.#rows += 1
        return new CsvRow(at, outcome, '', 0, 0)
      }),
    )
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
      }
      return
    }
    let outcome: RowOutcome<Fact>
    if (fault !== null) outcome = err(faultReason(fault))
    else if (cells === null) return
    else if (cells.length !== this.#header.length || this.#isHeaderAgain(cells) || isTotal(cells)) {
      if (cells.every((text) => text.trim() === '')) {
        this.#notRows += 1
        return
      }
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
    this.#keep(outcome, line, byteOffset, buffer, start, end)
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
    if (outcome === undefined || (outcome.ok && outcome.value.length === 0)) return false
    this.#keep(outcome, line, byteOffset, buffer, start, end)
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
