/** Reads JSON in any framing record by record. How it is recognised: `json-opening.ts`. */
import { err, ok, type Problem, type Result } from '../result'
import type { ServerReadings } from './counter-reading'
import { encodingOf, PieceDecoder, type SiftedRun, type TextPiece } from './decode'
import type { Layer, ReadOptions, RowOutcome, RowReader } from './dialect'
import { isObject, JsonParser, type JsonValue } from './json'
import { parseRecord } from './json-messages'
import type { JsonOpening } from './json-opening'
import { valuesAt } from './json-pages'
import { type AsciiPiece, type JsonSplitter, jsonSplitter } from './json-stream'
import { FileSieve } from './line-sieve'
import {
  type CostReader,
  type Sifting,
  type SourceCounters,
  type SourceReader,
  type SourceRow,
  withLaterRows,
} from './reader'
import { shownJson, shownValue } from './redact'
import type { RejectReason } from './reject'
import { CUT_OFF, faultReason, type RowFault } from './row-fault'

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
class JsonRow<Fact> implements SourceRow<Fact> {
  readonly line: number
  readonly byteOffset: number
  readonly result: RowOutcome<Fact>
  /** The text of a line or element, or the value of a part of one. */
  readonly #source: unknown

  constructor(line: number, byteOffset: number, result: RowOutcome<Fact>, source: unknown) {
    this.line = line
    this.byteOffset = byteOffset
    this.result = result
    this.#source = source
  }

  raw(): string {
    return typeof this.#source === 'string' ? shownJson(this.#source) : shownValue(this.#source as JsonValue)
  }
}

export function openJson(
  head: Uint8Array,
  opening: JsonOpening,
  options: ReadOptions,
): Result<SourceReader | CostReader, Problem> {
  const { dialect } = opening
  if (dialect.layer === 'billed') return ok(new JsonSource(head, opening, dialect.open(options), 'billed'))
  return ok(new JsonSource(head, opening, dialect.open(options), 'usage'))
}

/** The rows inside one value of the file; null when each value is one row. */
function partsOf({ dialect, path }: JsonOpening): ((value: unknown) => readonly unknown[]) | null {
  const explode = dialect.explode?.bind(dialect) ?? null
  const [first] = path
  if (first === undefined) return explode
  return (page) => {
    const records = isObject(page) && first in page ? valuesAt(page, path) : [page]
    return explode === null ? records : records.flatMap((record) => explode(record))
  }
}

/** The marks by which the file may be sifted; null when every line has to be looked at. */
function marksOf(head: Uint8Array, { dialect, framing, path, encoding }: JsonOpening): readonly string[] | null {
  if (framing.kind !== 'lines' && framing.kind !== 'events') return null
  if (path.length > 0 || dialect.explode !== undefined) return null
  const isUtf8 = (encoding ?? 'utf-8') === 'utf-8' && encodingOf(head).encoding === 'utf-8'
  return isUtf8 ? (dialect.marks ?? null) : null
}

class JsonSource<Fact, FileLayer extends Layer> implements SourceReader<Fact, FileLayer> {
  readonly layer: FileLayer
  readonly format: string
  readonly generation: string
  readonly sifting: Sifting<Fact> | null
  readonly #lines: boolean
  readonly #explode: ((value: unknown) => readonly unknown[]) | null
  readonly #reader: RowReader<unknown, Fact>
  readonly #decoder: PieceDecoder
  readonly #sieve: FileSieve | null
  readonly #splitter: JsonSplitter
  readonly #parser: JsonParser
  #out: SourceRow<Fact>[] = []
  #broken: Problem | null = null
  /** The text is over: a line that is read now had no line end. */
  #ending = false
  #cutOff = false
  #bytes = 0
  #rows = 0
  #notRows = 0
  #lastLine = 1
  #lastOffset = 0

  constructor(head: Uint8Array, opening: JsonOpening, reader: RowReader<unknown, Fact>, layer: FileLayer) {
    this.layer = layer
    this.format = opening.dialect.id
    this.generation = opening.generation
    this.#lines = opening.framing.kind === 'lines' || opening.framing.kind === 'events'
    this.#explode = partsOf(opening)
    this.#reader = reader
    const { dialect, path } = opening
    this.#decoder = new PieceDecoder(head, opening.encoding ?? null)
    const marks = marksOf(head, opening)
    this.#sieve = marks === null ? null : new FileSieve(head, marks)
    this.sifting = marks === null ? null : { marks, push: (runs, bytes) => this.#pushSifted(runs, bytes) }
    this.#parser = new JsonParser(path.length === 0 ? (dialect.reads ?? 'all') : 'all')
    this.#splitter = jsonSplitter(opening.framing, {
      plainLine: (piece, start, end, line, byteOffset) => this.#plainLine(piece, start, end, line, byteOffset),
      utf8Line: (bytes, start, end, line, byteOffset) => this.#utf8Line(bytes, start, end, line, byteOffset),
      record: (text, fault, line, byteOffset) => this.#record(text, fault, line, byteOffset),
      blank: () => {
        this.#notRows += 1
      },
      quiet: (lines) => {
        this.#notRows += lines
      },
    })
  }

  get note(): Problem | null {
    return this.#cutOff ? CUT_OFF : (this.#reader.note?.() ?? null)
  }

  get readings(): readonly ServerReadings[] {
    return this.#reader.readings?.() ?? []
  }

  get counters(): SourceCounters {
    return { rows: this.#rows, notRows: this.#notRows, bytes: this.#bytes }
  }

  push(chunk: Uint8Array): Result<readonly SourceRow<Fact>[], Problem> {
    this.#bytes += chunk.length
    return this.#take(this.#sieve === null ? this.#decoder.push(chunk) : this.#decoded(this.#sieve.push(chunk)))
  }

  end(): Result<Iterable<SourceRow<Fact>>, Problem> {
    const rest = this.#take(this.#sieve === null ? this.#decoder.end() : this.#decoded(this.#sieve.end()))
    if (!rest.ok) return rest
    this.#ending = true
    const last = this.#splitter.end()
    if (!last.ok) return last
    if (this.#broken !== null) return err(this.#broken)
    const rows = [...rest.value, ...this.#drain()]
    return ok(
      withLaterRows(rows, this.#reader.finish?.() ?? [], (outcome) => {
        this.#rows += 1
        return new JsonRow(this.#lastLine, this.#lastOffset, outcome, '')
      }),
    )
  }

  #pushSifted(runs: readonly SiftedRun[], bytes: number): Result<readonly SourceRow<Fact>[], Problem> {
    this.#bytes += bytes
    return this.#take(this.#decoded(runs))
  }

  #decoded(runs: readonly SiftedRun[]): TextPiece[] {
    return runs.flatMap((run) => this.#decoder.sifted(run))
  }

  #take(pieces: readonly TextPiece[]): Result<readonly SourceRow<Fact>[], Problem> {
    for (const piece of pieces) {
      const step = this.#splitter.push(piece)
      if (this.#broken !== null) return err(this.#broken)
      if (!step.ok) return step
    }
    for (const outcome of this.#reader.ready?.() ?? []) this.#put(outcome, this.#lastLine, this.#lastOffset, '')
    return ok(this.#drain())
  }

  #drain(): SourceRow<Fact>[] {
    const out = this.#out
    this.#out = []
    return out
  }

  #record(text: string, fault: RowFault | null, line: number, byteOffset: number): void {
    if (fault !== null) {
      this.#put(err(faultReason(fault)), line, byteOffset, text)
      return
    }
    const parsed = parseRecord(text, (record) => this.#parser.parse(record))
    if (parsed.ok) {
      if (this.#explode === null) this.#put(this.#reader.read(parsed.value), line, byteOffset, text)
      else {
        const parts = this.#explode(parsed.value)
        if (parts.length === 0) this.#notRows += 1
        for (const part of parts) this.#put(this.#reader.read(part), line, byteOffset, part)
      }
      return
    }
    const { code, message, remedy } = parsed.error
    if (code === 'BAD_JSON' && !this.#lines) {
      // A list that is broken in the middle may have lost more than this record: nothing of it can be trusted.
      this.#broken ??= {
        code: 'BROKEN_JSON',
        message: `The record on line ${line}, byte ${byteOffset}, is not valid JSON: ${message}`,
        remedy: 'Export the file again; nothing of it was imported.',
      }
      return
    }
    this.#cutOff ||= this.#ending && code === 'BAD_JSON'
    const reason: RejectReason = { code, column: null, message, remedy }
    this.#put(err(reason), line, byteOffset, text)
  }

  /** Reads a record where it stands; false for one that has to be looked at by itself. */
  #plainLine({ text, ascii }: AsciiPiece, start: number, end: number, line: number, byteOffset: number): boolean {
    if (this.#explode !== null || text.charCodeAt(start) !== 123) return false
    const parsed = this.#parser.parsePart(text, ascii, start, end)
    if (parsed === null) return false
    const outcome = this.#reader.read(parsed.value)
    if (outcome.ok && outcome.value.length === 0) this.#notRows += 1
    else this.#put(outcome, line, byteOffset, text.slice(start, end))
    return true
  }

  #utf8Line(bytes: Uint8Array, start: number, end: number, line: number, byteOffset: number): boolean {
    if (this.#explode !== null || bytes[start] !== 123) return false
    const parsed = this.#parser.parsePart(null, bytes, start, end)
    if (parsed === null) return false
    const outcome = this.#reader.read(parsed.value)
    if (outcome.ok && outcome.value.length === 0) this.#notRows += 1
    else this.#put(outcome, line, byteOffset, utf8.decode(bytes.subarray(start, end)))
    return true
  }

  #put(outcome: RowOutcome<Fact>, line: number, byteOffset: number, source: unknown): void {
    if (outcome.ok && outcome.value.length === 0) {
      this.#notRows += 1
      return
    }
    this.#rows += 1
    this.#lastLine = line
    this.#lastOffset = byteOffset
    this.#out.push(new JsonRow(line, byteOffset, outcome, source))
  }
}
