/**
 * Text to the JSON texts of single records, streaming: JSON Lines, the data of server-sent events, the elements of one array,
 * the elements of an array inside documents (`{"data":[…]}`), or documents one after another. No more than one record is held.
 */
import { err, ok, type Result } from '../result'
import { type TextPiece, utf8Length } from './decode'
import { dataAt } from './event-stream'
import { type FileProblem, refuse } from './reject'
import type { RowFault } from './row-fault'

/** Longest record, in characters. */
export const MAX_RECORD_CHARS = 16_777_216

const LF = 10
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

export type JsonFraming =
  | { readonly kind: 'lines' }
  /** Lines of server-sent events. */
  | { readonly kind: 'events' }
  | { readonly kind: 'array' }
  | { readonly kind: 'documents' }
  /** Arrays under these top-level keys. */
  | { readonly kind: 'envelope'; readonly keys: readonly string[] }

export interface AsciiPiece {
  readonly text: string
  readonly ascii: Uint8Array
}

export interface JsonSink {
  record(text: string, fault: RowFault | null, line: number, byteOffset: number): void
  /** Offered a whole line of ASCII before it is cut out of its text, `text.slice(start, end)`; true when it was taken. */
  plainLine?(piece: AsciiPiece, start: number, end: number, line: number, byteOffset: number): boolean
  /** The same of a line of UTF-8. */
  utf8Line?(bytes: Uint8Array, start: number, end: number, line: number, byteOffset: number): boolean
  blank(): void
  /** Lines that were left out because they say nothing to the reader. */
  quiet?(lines: number): void
}

export interface JsonSplitter {
  push(piece: TextPiece): Result<null, FileProblem>
  end(): Result<null, FileProblem>
}

export function jsonSplitter(framing: JsonFraming, sink: JsonSink): JsonSplitter {
  if (framing.kind === 'lines') return new LineSplitter(sink)
  return framing.kind === 'events' ? new LineSplitter(dataOfEvents(sink)) : new ElementSplitter(framing, sink)
}

/** Takes the lines of a stream of events and gives their data as records; what frames it is no row. */
function dataOfEvents(sink: JsonSink): JsonSink {
  return {
    record(text, fault, line, byteOffset) {
      const at = dataAt(text)
      if (fault === null && at === -1) sink.blank()
      // What belongs to no stream is cut or foreign: it is given on to be refused where it stands.
      else if (at === null || at === -1) sink.record(text, fault, line, byteOffset)
      else sink.record(text.slice(at), fault, line, byteOffset + at)
    },
    blank: () => sink.blank(),
  }
}

class LineSplitter implements JsonSplitter {
  readonly #sink: JsonSink
  #parts: string[] = []
  #chars = 0
  #startByte = 0
  #invalid = false
  #large = false
  #line = 1

  constructor(sink: JsonSink) {
    this.#sink = sink
  }

  push(piece: TextPiece): Result<null, FileProblem> {
    const { text, quietLines } = piece
    if (quietLines !== undefined) {
      this.#line += quietLines
      this.#sink.quiet?.(quietLines)
    }
    if (piece.utf8 !== undefined) return this.#pushBytes(piece.utf8, piece.byteOffset)
    let position = 0
    let byte = piece.byteOffset
    const sink = this.#sink
    const { ascii } = piece
    const plain = ascii === undefined || text.includes('\0') ? null : { text, ascii }
    while (position < text.length) {
      const newline = text.indexOf('\n', position)
      const end = newline < 0 ? text.length : newline
      if (
        plain !== null &&
        this.#chars === 0 &&
        newline > position &&
        !this.#large &&
        newline - position <= MAX_RECORD_CHARS &&
        sink.plainLine?.(plain, position, newline, this.#line, byte) === true
      ) {
        this.#line += 1
        const next = newline + 1
        byte += piece.width === 0 ? utf8Length(text, position, next) : (next - position) * piece.width
        position = next
        continue
      }
      if (this.#chars === 0 && !this.#large) this.#startByte = byte
      this.#chars += end - position
      this.#invalid ||= piece.invalid
      if (this.#chars > MAX_RECORD_CHARS && !this.#large) {
        this.#large = true
        this.#parts = [this.#parts.join('').slice(0, 2_048)]
      }
      if (!this.#large && end > position) this.#parts.push(text.slice(position, end))
      if (newline < 0) break
      this.#emit()
      const next = newline + 1
      byte += piece.width === 0 ? utf8Length(text, position, next) : (next - position) * piece.width
      position = next
    }
    return ok(null)
  }

  end(): Result<null, FileProblem> {
    if (this.#chars > 0) this.#emit()
    return ok(null)
  }

  /** Whole lines. */
  #pushBytes(bytes: Uint8Array, byteOffset: number): Result<null, FileProblem> {
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(LF, at) + 1
      const isBetween = this.#chars === 0 && !this.#large
      if (isBetween && this.#sink.utf8Line?.(bytes, at, end - 1, this.#line, byteOffset + at) === true) this.#line += 1
      else {
        const text = utf8.decode(bytes.subarray(at, end))
        this.push({ text, byteOffset: byteOffset + at, width: 0, invalid: false })
      }
      at = end
    }
    return ok(null)
  }

  #emit(): void {
    const joined = this.#parts.length === 1 ? (this.#parts[0] as string) : this.#parts.join('')
    // The byte order mark of a file that was joined on.
    const text = joined.charCodeAt(0) === 0xfeff ? joined.slice(1) : joined
    if (this.#large) this.#sink.record(text, 'too_large', this.#line, this.#startByte)
    else if (isBlank(text)) this.#sink.blank()
    else {
      const fault = this.#invalid ? 'invalid_text' : text.includes('\0') ? 'nul' : null
      this.#sink.record(text, fault, this.#line, this.#startByte)
    }
    this.#parts = []
    this.#chars = 0
    this.#invalid = false
    this.#large = false
    this.#line += 1
  }
}

function isBlank(text: string): boolean {
  const first = text.charCodeAt(0)
  return text === '' || (first <= 32 && text.trim() === '')
}

/** Where the scanner is between records. */
class ElementSplitter implements JsonSplitter {
  readonly #sink: JsonSink
  readonly #keys: readonly string[]
  /** Depth at which a record begins: 0 documents, 1 array elements, 2 elements under an envelope's key. */
  readonly #recordDepth: number
  #depth = 0
  /** What each open bracket was, as text: "{" or "[". */
  #open: string[] = []
  #inString = false
  #escape = false
  /** The last text seen at depth 1 of an envelope: the key of the value that follows. */
  #key = ''
  #keyParts: string[] | null = null
  /** The array at hand is one whose elements are records. */
  #listening: boolean
  #record: string[] | null = null
  #recordChars = 0
  #recordLine = 1
  #recordByte = 0
  #invalid = false
  #line = 1
  #byte = 0
  #finished = false

  constructor(framing: Exclude<JsonFraming, { kind: 'lines' | 'events' }>, sink: JsonSink) {
    this.#sink = sink
    this.#keys = framing.kind === 'envelope' ? framing.keys : []
    this.#recordDepth = framing.kind === 'documents' ? 0 : framing.kind === 'array' ? 1 : 2
    this.#listening = framing.kind === 'documents'
  }

  push(piece: TextPiece): Result<null, FileProblem> {
    const { text } = piece
    let from = 0
    let counted = 0
    const byteAt = (position: number): number => {
      this.#byte += piece.width === 0 ? utf8Length(text, counted, position) : (position - counted) * piece.width
      counted = position
      return this.#byte
    }
    this.#byte = piece.byteOffset
    if (this.#record !== null && piece.invalid) this.#invalid = true
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (code === 10) this.#line += 1
      if (this.#inString) {
        if (this.#escape) this.#escape = false
        else if (code === 92) this.#escape = true
        else if (code === 34) {
          this.#inString = false
          if (this.#keyParts !== null) {
            this.#keyParts.push(text.slice(from, at))
            this.#key = this.#keyParts.join('')
            this.#keyParts = null
          } else if (this.#record !== null && this.#depth === this.#recordDepth) {
            from = this.#close(text, from, at + 1)
          }
        }
        continue
      }
      if (code === 32 || code === 10 || code === 13 || code === 9) {
        if (this.#record !== null && this.#depth === this.#recordDepth) from = this.#close(text, from, at)
        continue
      }
      if (this.#finished) {
        if (code !== 91) return this.#broken('There is text after the end of the list', byteAt(at))
        // Lists that were joined to one file.
        this.#finished = false
      }
      const closing = code === 125 || code === 93
      if (this.#record !== null && this.#depth === this.#recordDepth && (code === 44 || closing)) {
        from = this.#close(text, from, at)
      }
      if (closing) {
        const opened = this.#open.pop()
        if (opened !== (code === 125 ? '{' : '['))
          return this.#broken('A bracket is closed that was not opened', byteAt(at))
        this.#depth -= 1
        if (this.#record !== null && this.#depth === this.#recordDepth) from = this.#close(text, from, at + 1)
        if (this.#recordDepth > 0 && this.#depth < this.#recordDepth) this.#listening = false
        if (this.#recordDepth === 1 && this.#depth === 0) this.#finished = true
        continue
      }
      if (code === 44 || code === 58) continue
      if (this.#record === null && this.#listening && this.#depth === this.#recordDepth) {
        this.#record = []
        this.#recordChars = 0
        this.#recordLine = this.#line
        this.#recordByte = byteAt(at)
        this.#invalid = piece.invalid
        from = at
      }
      if (code === 34) {
        this.#inString = true
        if (this.#recordDepth === 2 && this.#depth === 1) {
          this.#keyParts = []
          from = at + 1
        }
      } else if (code === 123 || code === 91) {
        this.#open.push(code === 123 ? '{' : '[')
        this.#depth += 1
        if (this.#recordDepth === 1 && this.#depth === 1) this.#listening = code === 91
        if (this.#recordDepth === 2 && this.#depth === 2)
          this.#listening = code === 91 && this.#keys.includes(this.#key)
      }
    }
    if (this.#keyParts !== null) this.#keyParts.push(text.slice(from))
    if (this.#record !== null) this.#keep(text.slice(from))
    return ok(null)
  }

  end(): Result<null, FileProblem> {
    if (this.#record !== null && this.#depth === 0 && !this.#inString) this.#close('', 0, 0)
    if (this.#depth > 0 || this.#inString) return this.#broken('The file ends in the middle of a value', this.#byte)
    return ok(null)
  }

  #keep(part: string): void {
    this.#recordChars += part.length
    if (this.#recordChars <= MAX_RECORD_CHARS) this.#record?.push(part)
    else if (this.#record !== null) this.#record = [this.#record.join('').slice(0, 2_048)]
  }

  #close(text: string, from: number, to: number): number {
    this.#keep(text.slice(from, to))
    const record = (this.#record ?? []).join('')
    const fault =
      this.#recordChars > MAX_RECORD_CHARS
        ? 'too_large'
        : this.#invalid
          ? 'invalid_text'
          : record.includes('\0')
            ? 'nul'
            : null
    this.#record = null
    this.#sink.record(record, fault, this.#recordLine, this.#recordByte)
    return to
  }

  #broken(what: string, byteOffset: number): Result<null, FileProblem> {
    const problem = refuse(
      'BROKEN_JSON',
      `${what}, at byte ${byteOffset}, line ${this.#line}.`,
      'Export the file again; nothing of it was imported.',
    )
    return err(problem.error)
  }
}
