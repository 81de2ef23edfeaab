/**
 * Text to CSV rows, streaming. Rows without quotes are sliced straight from the text; quoted fields may hold
 * delimiters, line ends and doubled quotes; a quote inside an unquoted field is a character like any other.
 * Lines end with LF, CRLF or CR, mixed. What comes out does not depend on where the chunks were cut.
 */
import { err, ok, type Result } from '../result'
import { type TextPiece, utf8Length } from './decode'
import { type FileProblem, refuse } from './reject'
import type { RowFault } from './row-fault'

/** Longest row, in characters: a row of 16 MB is a broken file, not data. */
export const MAX_ROW_CHARS = 16_777_216

export type Delimiter = ',' | ';' | '\t' | '|'

export const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|']

export interface CsvSink {
  /** One row: its cells, or a fault that makes the cells meaningless. The text is `buffer.slice(start, end)`. */
  row(
    cells: readonly string[] | null,
    fault: RowFault | null,
    line: number,
    byteOffset: number,
    buffer: string,
    start: number,
    end: number,
  ): void
  /**
   * Offered a row without quotes before it is split: true when it was taken. Called for rows with text alone, never for
   * one with a fault.
   */
  plainRow?(line: number, byteOffset: number, buffer: string, start: number, end: number): boolean
  /** A line with nothing on it. */
  blank(): void
}

interface Segment {
  readonly start: number
  readonly piece: TextPiece
}

type RowEnd =
  | { readonly kind: 'row'; readonly end: number; readonly next: number; readonly quoted: boolean }
  | { readonly kind: 'more'; readonly openedAt: number }
  | { readonly kind: 'broken'; readonly openedAt: number }

export class CsvSplitter {
  readonly #delimiter: Delimiter
  readonly #sink: CsvSink
  /** An unfinished row, from its first character, and where its text came from. */
  #rest = ''
  #segments: Segment[] = []
  /** Length of `rest` when it was last scanned in vain: it is scanned again at twice that, so the work stays linear. */
  #scanned = 0
  #line = 1
  #skipping = false

  constructor(delimiter: Delimiter, sink: CsvSink) {
    this.#delimiter = delimiter
    this.#sink = sink
  }

  push(piece: TextPiece): Result<null, FileProblem> {
    let current: TextPiece | null = piece
    if (this.#skipping) {
      current = this.#skip(piece)
      if (current === null) return ok(null)
    }
    if (this.#rest === '') {
      this.#segments = [{ start: 0, piece: current }]
      return this.#scan(current.text, false)
    }
    this.#segments.push({ start: this.#rest.length, piece: current })
    const text = this.#rest + current.text
    if (text.length < this.#scanned * 2 && text.length <= MAX_ROW_CHARS) {
      this.#rest = text
      return ok(null)
    }
    return this.#scan(text, false)
  }

  end(): Result<null, FileProblem> {
    return this.#rest === '' ? ok(null) : this.#scan(this.#rest, true)
  }

  /** What is left of a piece after the line that was too large, or null while that line goes on. */
  #skip(piece: TextPiece): TextPiece | null {
    const lf = piece.text.indexOf('\n')
    const cr = piece.text.indexOf('\r')
    // A carriage return at the very end may be half of CRLF; then the line feed that follows reads as a blank line.
    const at = lf < 0 ? cr : cr < 0 || lf <= cr + 1 ? lf : cr
    if (at < 0) return null
    this.#skipping = false
    this.#line += 1
    if (at + 1 === piece.text.length) return null
    const text = piece.text.slice(at + 1)
    const bytes = piece.width === 0 ? utf8Length(piece.text, 0, at + 1) : (at + 1) * piece.width
    return { text, byteOffset: piece.byteOffset + bytes, width: piece.width, invalid: piece.invalid }
  }

  #scan(text: string, final: boolean): Result<null, FileProblem> {
    const length = text.length
    const hasNul = text.indexOf('\0') >= 0
    const hasInvalid = this.#segments.some((segment) => segment.piece.invalid)
    const delimiter = this.#delimiter
    const sink = this.#sink
    const offsets = new Offsets(this.#segments)
    let position = 0
    let nextQuote = text.indexOf('"')
    let nextCr = text.indexOf('\r')
    let openedAt = -1
    while (position < length) {
      if (nextQuote >= 0 && nextQuote < position) nextQuote = text.indexOf('"', position)
      if (nextCr >= 0 && nextCr < position) nextCr = text.indexOf('\r', position)
      const lf = text.indexOf('\n', position)
      let end: number
      let next: number
      let quotedRow = false
      const lineEnd = lf < 0 ? length : lf
      if ((nextQuote < 0 || nextQuote > lineEnd) && (nextCr < 0 || nextCr >= lineEnd - 1)) {
        if (lf < 0) {
          if (!final) break
          end = nextCr === length - 1 ? length - 1 : length
          next = length
        } else {
          end = nextCr >= 0 && nextCr === lf - 1 ? lf - 1 : lf
          next = lf + 1
        }
      } else {
        const found = findRowEnd(text, position, delimiter, final)
        if (found.kind === 'broken') return this.#unclosed(text, position, found.openedAt, length)
        if (found.kind === 'more') {
          openedAt = found.openedAt
          break
        }
        end = found.end
        next = found.next
        quotedRow = found.quoted
      }
      if (end - position > MAX_ROW_CHARS) {
        const opened = openingQuote(text, position, delimiter)
        if (opened >= 0) return this.#unclosed(text, position, opened, end)
        sink.row(null, 'too_large', this.#line, offsets.at(position), text, position, end)
        this.#line += 1
      } else if (end === position) {
        sink.blank()
        this.#line += 1
      } else {
        let fault: RowFault | null = null
        const byteOffset = offsets.at(position)
        if (
          !quotedRow &&
          !hasNul &&
          !hasInvalid &&
          sink.plainRow?.(this.#line, byteOffset, text, position, end) === true
        ) {
          this.#line += 1
          position = next
          continue
        }
        if (hasInvalid && offsets.touchesInvalid(position, next)) fault = 'invalid_text'
        else if (hasNul && text.slice(position, end).indexOf('\0') >= 0) fault = 'nul'
        const cells =
          fault !== null
            ? null
            : quotedRow
              ? quotedCells(text, position, end, delimiter)
              : text.slice(position, end).split(delimiter)
        sink.row(cells, fault, this.#line, byteOffset, text, position, end)
        this.#line += quotedRow ? countLines(text, position, end) + 1 : 1
      }
      position = next
    }
    return this.#keepRest(text, position, openedAt, final)
  }

  #keepRest(text: string, position: number, openedAt: number, final: boolean): Result<null, FileProblem> {
    const rest = position === 0 ? text : text.slice(position)
    if (rest !== '' && final) {
      // A value that opens on the last line swallows nothing: the file was cut there.
      if (openedAt < 0 || countLines(text, openedAt, text.length) > 0) {
        return this.#unclosed(text, position, openedAt, text.length)
      }
      const offset = new Offsets(this.#segments).at(position)
      this.#sink.row(null, 'cut_off', this.#line, offset, text, position, text.length)
      this.#rest = ''
      return ok(null)
    }
    if (rest.length > MAX_ROW_CHARS) {
      const opened = openingQuote(text, position, this.#delimiter)
      if (opened >= 0) return this.#unclosed(text, position, opened, text.length)
      const offset = new Offsets(this.#segments).at(position)
      this.#sink.row(null, 'too_large', this.#line, offset, text, position, text.length)
      this.#skipping = true
      this.#rest = ''
      this.#segments = []
      return ok(null)
    }
    this.#segments = rest === '' ? [] : segmentsFrom(this.#segments, position)
    this.#scanned = rest.length
    this.#rest = rest
    return ok(null)
  }

  #unclosed(text: string, rowStart: number, openedAt: number, scannedTo: number): Result<null, FileProblem> {
    const opened = Math.max(rowStart, openedAt)
    const line = this.#line + countLines(text, rowStart, opened)
    const problem = refuse(
      'UNCLOSED_QUOTE',
      `A quoted value begins on line ${line} and does not end properly (${scannedTo - opened} characters read after it).`,
      `Close the quote on line ${line}, or double it ("") if it belongs to the text, and import the file again. Nothing was imported.`,
    )
    return err(problem.error)
  }
}

/** Byte offsets of positions in a buffer that was put together from pieces; asked in rising order. */
class Offsets {
  readonly #segments: readonly Segment[]
  #index = 0
  #position = -1
  #byte = 0

  constructor(segments: readonly Segment[]) {
    this.#segments = segments
  }

  at(position: number): number {
    let segment = this.#segments[this.#index] as Segment
    let following = this.#segments[this.#index + 1]
    while (following !== undefined && following.start <= position) {
      this.#index += 1
      segment = following
      following = this.#segments[this.#index + 1]
      this.#position = -1
    }
    const { piece, start } = segment
    if (piece.width !== 0) return piece.byteOffset + (position - start) * piece.width
    if (this.#position < 0) {
      this.#position = start
      this.#byte = piece.byteOffset
    }
    this.#byte += utf8Length(piece.text, this.#position - start, position - start)
    this.#position = position
    return this.#byte
  }

  touchesInvalid(start: number, end: number): boolean {
    return this.#segments.some(
      (segment) => segment.piece.invalid && segment.start < end && segment.start + segment.piece.text.length > start,
    )
  }
}

/** The segments that hold the text from `position` on, with starts counted from there. */
function segmentsFrom(segments: readonly Segment[], position: number): Segment[] {
  const offsets = new Offsets(segments)
  const kept: Segment[] = []
  for (const { start, piece } of segments) {
    if (start + piece.text.length <= position) continue
    if (start >= position) {
      kept.push({ start: start - position, piece })
      continue
    }
    const text = piece.text.slice(position - start)
    kept.push({
      start: 0,
      piece: { text, byteOffset: offsets.at(position), width: piece.width, invalid: piece.invalid },
    })
  }
  return kept
}

/** The end of the row that begins at `start`, when a quote or a lone carriage return is in the way of the simple search. */
function findRowEnd(text: string, start: number, delimiter: Delimiter, final: boolean): RowEnd {
  const length = text.length
  let quoted = false
  let from = start
  for (;;) {
    let at = from
    let code = 0
    for (; at < length; at += 1) {
      code = text.charCodeAt(at)
      if (code === 34 || code === 10 || code === 13) break
    }
    if (at === length)
      return final ? { kind: 'row', end: length, next: length, quoted } : { kind: 'more', openedAt: -1 }
    if (code === 10) return { kind: 'row', end: at, next: at + 1, quoted }
    if (code === 13) {
      if (at + 1 === length && !final) return { kind: 'more', openedAt: -1 }
      return { kind: 'row', end: at, next: text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1, quoted }
    }
    if (at !== start && text[at - 1] !== delimiter) {
      from = at + 1
      continue
    }
    const close = closingQuote(text, at)
    if (close < 0 || (close + 1 === length && !final)) return { kind: 'more', openedAt: at }
    quoted = true
    const after = text[close + 1]
    const proper = after === undefined || after === delimiter || after === '\n' || after === '\r'
    if (!proper && countLines(text, at, close) > 0) return { kind: 'broken', openedAt: at }
    from = close + 1
  }
}

function closingQuote(text: string, opening: number): number {
  let at = text.indexOf('"', opening + 1)
  while (at >= 0 && text.charCodeAt(at + 1) === 34) at = text.indexOf('"', at + 2)
  return at
}

/** Where the first quoted field of a row opens within its first MAX_ROW_CHARS characters, or −1. */
function openingQuote(text: string, start: number, delimiter: Delimiter): number {
  let at = text.indexOf('"', start)
  while (at >= 0 && at - start <= MAX_ROW_CHARS) {
    if (at === start || text[at - 1] === delimiter) return at
    at = text.indexOf('"', at + 1)
  }
  return -1
}

/** The cells of one row that is complete. */
export function cellsOf(row: string, delimiter: Delimiter): string[] {
  return row.includes('"') ? quotedCells(row, 0, row.length, delimiter) : row.split(delimiter)
}

function quotedCells(text: string, start: number, end: number, delimiter: Delimiter): string[] {
  const cells: string[] = []
  let at = start
  for (;;) {
    let cell: string
    let stop: number
    if (at < end && text.charCodeAt(at) === 34) {
      const closed = closingQuote(text, at)
      const close = closed < 0 || closed > end ? end : closed
      const inner = text.slice(at + 1, close)
      const found = text.indexOf(delimiter, close + 1)
      stop = found < 0 || found > end ? end : found
      cell = (inner.includes('""') ? inner.replaceAll('""', '"') : inner) + text.slice(close + 1, stop)
    } else {
      const found = text.indexOf(delimiter, at)
      stop = found < 0 || found > end ? end : found
      cell = text.slice(at, stop)
    }
    cells.push(cell)
    if (stop >= end) return cells
    at = stop + 1
  }
}

function countLines(text: string, start: number, end: number): number {
  let lines = 0
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) lines += 1
  }
  return lines
}
