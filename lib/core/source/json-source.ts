/** Recognises JSON in any framing (lines, array, documents, envelope) by its records, and reads it record by record. */
import { err, ok, type Problem, type Result } from '../result'
import type { ServerReadings } from './counter-reading'
import { type Encoding, encodingOf, PieceDecoder, type SiftedRun, type TextPiece } from './decode'
import type { AnyJsonDialect, Layer, ReadOptions, RowOutcome, RowReader } from './dialect'
import { isEventStream } from './event-stream'
import { isObject, JsonParser, type JsonValue, parseJson } from './json'
import { parseRecord } from './json-messages'
import { errorTold, holdsNoRecords, isEmptyPage, PAGE_KEYS, pagePaths, valuesAt } from './json-pages'
import { type AsciiPiece, type JsonFraming, type JsonSplitter, jsonSplitter } from './json-stream'
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
import { quoted, type RejectReason, refuse } from './reject'
import { CUT_OFF, faultReason, type RowFault } from './row-fault'

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
/** Records looked at to recognise a file: session logs begin with lines of other kinds. */
const MAX_SAMPLES = 400

export interface JsonOpening {
  readonly dialect: AnyJsonDialect
  readonly generation: string
  readonly framing: JsonFraming
  /** Keys from each value to its records, where they lie deeper: pages on lines or in a list, wrapped pages. Empty mostly. */
  readonly path: readonly string[]
  /** Given when the file's own mark does not decide. */
  readonly encoding?: Encoding | null
}

export function recogniseJson(
  pieces: readonly TextPiece[],
  dialects: readonly AnyJsonDialect[],
  forced: AnyJsonDialect | null,
  complete: boolean,
): Result<JsonOpening, Problem> {
  const candidates = forced === null ? dialects : [forced]
  const first = pieces
    .find((piece) => piece.text.trim() !== '')
    ?.text.trimStart()
    .charAt(0)
  const framings: JsonFraming[] = isEventStream(pieces)
    ? [{ kind: 'events' }]
    : first === '['
      ? [{ kind: 'array' }]
      : [{ kind: 'lines' }, { kind: 'documents' }]
  const own = candidates.flatMap((dialect) => dialect.envelopes)
  for (const key of new Set(framings.length === 1 ? [] : [...own, ...PAGE_KEYS])) {
    framings.push({ kind: 'envelope', keys: [key] })
  }
  const seen: unknown[] = []
  for (const framing of framings) {
    const values = sampleOf(pieces, framing, complete)
    seen.push(...values)
    for (const dialect of candidates) {
      if (framing.kind === 'envelope' && !framing.keys.every((key) => holdsRecords(dialect, key))) continue
      for (const value of values) {
        const generation = dialect.recognise(value)
        if (generation !== null) return ok({ dialect, generation, framing, path: [] })
      }
    }
  }
  for (const framing of framings) {
    if (framing.kind === 'envelope') continue
    const pages = sampleOf(pieces, framing, complete)
    for (const path of pagePaths(pages)) {
      const values = pages.flatMap((page) => valuesAt(page, path)).slice(0, MAX_SAMPLES)
      for (const dialect of candidates) {
        for (const value of values) {
          const generation = dialect.recognise(value)
          if (generation !== null) return ok({ dialect, generation, framing, path })
        }
      }
    }
  }
  return unrecognised(seen, forced, first === '[')
}

function holdsRecords(dialect: AnyJsonDialect, key: string): boolean {
  return dialect.envelopes.includes(key) || PAGE_KEYS.some((known) => known === key)
}

function unrecognised(
  values: readonly unknown[],
  forced: AnyJsonDialect | null,
  isList: boolean,
): Result<JsonOpening, Problem> {
  const [value] = values
  if (value === undefined) {
    if (isList) return refuse('NO_ROWS', 'The list in the file is empty.', 'Choose a file with usage records.')
    return refuse(
      'BROKEN_JSON',
      'The file begins like JSON but holds no complete JSON record.',
      'Check that the file was downloaded completely.',
    )
  }
  if (values.every((one) => isEmptyPage(one) || holdsNoRecords(one))) {
    return refuse(
      'NO_ROWS',
      'The answer tells of a time without any usage: it holds no records.',
      'Nothing to do, unless you expected usage: then ask for the right days and project.',
    )
  }
  const told = errorTold(value)
  if (told !== null) {
    return refuse(
      'UNKNOWN_FORMAT',
      `The file is no log but an error that a server answered with: ${quoted(told)}.`,
      'Ask the server again with a valid key and request, and import what it answers.',
    )
  }
  const keys = isObject(value) ? Object.keys(value).slice(0, 12).map(quoted).join(', ') : typeof value
  return refuse(
    'UNKNOWN_FORMAT',
    forced === null
      ? `No known format has records like this: ${keys}.`
      : `These records are not of “${forced.title}”: ${keys}.`,
    'Say on the page of the import which value is what, or export the log in a supported format.',
  )
}

/**
 * Values of the first records in a framing; what cannot be parsed is left out. Where most lines are no values the file is
 * not lines (a list with an element on each line has one that is), unless it begins with one and reads no better as documents:
 * then the lines are damaged.
 */
export function sampleOf(pieces: readonly TextPiece[], framing: JsonFraming, complete: boolean): unknown[] {
  const { values, broken } = sampled(pieces, framing, complete)
  if (framing.kind !== 'lines' || broken <= values.length) return values
  return isObject(values[0]) && beginsWithLine(pieces) && !sampled(pieces, { kind: 'documents' }, complete).isWhole
    ? values
    : []
}

function sampled(pieces: readonly TextPiece[], framing: JsonFraming, complete: boolean) {
  const values: unknown[] = []
  let broken = 0
  let hasEmpty = false
  const splitter = jsonSplitter(framing, {
    record(text, fault) {
      if (fault !== null || values.length >= MAX_SAMPLES) return
      const parsed = parseRecord(text, parseJson)
      if (parsed.ok) {
        // A night without usage is hundreds of empty buckets: one stands for all.
        const isEmpty = isEmptyPage(parsed.value)
        if (!isEmpty || !hasEmpty) values.push(parsed.value)
        hasEmpty ||= isEmpty
      } else if (parsed.error.code === 'BAD_JSON') broken += 1
    },
    blank() {},
  })
  let isWhole = true
  for (const piece of pieces) {
    isWhole = splitter.push(piece).ok
    if (!isWhole || values.length >= MAX_SAMPLES) break
  }
  if (complete && values.length < MAX_SAMPLES) isWhole = splitter.end().ok && isWhole
  return { values, broken, isWhole: isWhole && broken === 0 }
}

/** True when the first line of a text is an object by itself. */
function beginsWithLine(pieces: readonly TextPiece[]): boolean {
  const line = /^\s*([^\r\n]*)/.exec(pieces.find(({ text }) => text.trim() !== '')?.text ?? '')?.[1] ?? ''
  return line.startsWith('{') && parseRecord(line, parseJson).ok
}

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
