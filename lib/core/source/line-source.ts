/** Reads a text of lines, each told apart before any dialect reads it. */
import { err, ok, type Problem, type Result } from '../result'
import type { ServerReadings } from './counter-reading'
import { PieceDecoder, type TextPiece } from './decode'
import type { LineDialect, LineReader, ReadOptions, RowOutcome } from './dialect'
import { type JsonSplitter, jsonSplitter } from './json-stream'
import { type SourceCounters, type SourceReader, type SourceRow, withLaterRows } from './reader'
import { faultReason, type RowFault } from './row-fault'

export interface LineOpening {
  readonly dialect: LineDialect
  readonly generation: string
}

const BEGINNING_CHARS = 65_536

/** The dialect whose beginning this is; null when it is of none. */
export function recogniseLines(pieces: readonly TextPiece[], dialects: readonly LineDialect[]): LineOpening | null {
  let beginning = ''
  for (const piece of pieces) {
    beginning += piece.text
    if (beginning.length >= BEGINNING_CHARS) break
  }
  for (const dialect of dialects) {
    const generation = dialect.recognise(beginning.slice(0, BEGINNING_CHARS))
    if (generation !== null) return { dialect, generation }
  }
  return null
}

export function openLines(head: Uint8Array, opening: LineOpening, options: ReadOptions): Result<SourceReader, Problem> {
  return ok(new LineSource(head, opening, opening.dialect.open(options)))
}

class LineRow implements SourceRow {
  constructor(
    readonly line: number,
    readonly byteOffset: number,
    readonly result: RowOutcome,
    private readonly text: string,
    private readonly reader: LineReader,
  ) {}

  raw(): string {
    return this.text === '' ? '' : this.reader.shown(this.text)
  }
}

class LineSource implements SourceReader {
  readonly layer = 'usage'
  readonly format: string
  readonly generation: string
  readonly #reader: LineReader
  readonly #decoder: PieceDecoder
  readonly #splitter: JsonSplitter
  #out: SourceRow[] = []
  #bytes = 0
  #rows = 0
  #notRows = 0
  #lastLine = 1
  #lastOffset = 0

  constructor(head: Uint8Array, opening: LineOpening, reader: LineReader) {
    this.format = opening.dialect.id
    this.generation = opening.generation
    this.#reader = reader
    this.#decoder = new PieceDecoder(head)
    this.#splitter = jsonSplitter(
      { kind: 'lines' },
      {
        record: (text, fault, line, byteOffset) => this.#line(text, fault, line, byteOffset),
        blank: () => {
          this.#notRows += 1
        },
      },
    )
  }

  get note(): Problem | null {
    return this.#reader.note?.() ?? null
  }

  get readings(): readonly ServerReadings[] {
    return this.#reader.readings?.() ?? []
  }

  get counters(): SourceCounters {
    return { rows: this.#rows, notRows: this.#notRows, bytes: this.#bytes }
  }

  push(chunk: Uint8Array): Result<readonly SourceRow[], Problem> {
    this.#bytes += chunk.length
    return this.#take(this.#decoder.push(chunk))
  }

  end(): Result<Iterable<SourceRow>, Problem> {
    const rest = this.#take(this.#decoder.end())
    if (!rest.ok) return rest
    const last = this.#splitter.end()
    if (!last.ok) return last
    const rows = [...rest.value, ...this.#drain()]
    return ok(
      withLaterRows(rows, this.#reader.finish?.() ?? [], (outcome) => {
        this.#rows += 1
        return new LineRow(this.#lastLine, this.#lastOffset, outcome, '', this.#reader)
      }),
    )
  }

  #take(pieces: readonly TextPiece[]): Result<readonly SourceRow[], Problem> {
    for (const piece of pieces) {
      const step = this.#splitter.push(piece)
      if (!step.ok) return step
    }
    return ok(this.#drain())
  }

  #drain(): SourceRow[] {
    const out = this.#out
    this.#out = []
    return out
  }

  #line(text: string, fault: RowFault | null, line: number, byteOffset: number): void {
    const outcome = fault === null ? this.#reader.read(text.replace(/\r$/, '')) : err(faultReason(fault))
    this.#lastLine = line
    this.#lastOffset = byteOffset
    if (outcome.ok && outcome.value.length === 0) {
      this.#notRows += 1
      return
    }
    this.#rows += 1
    this.#out.push(new LineRow(line, byteOffset, outcome, text, this.#reader))
  }
}
