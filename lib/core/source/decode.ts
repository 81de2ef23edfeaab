/**
 * Bytes to text, streaming. Text leaves in pieces that end at a line end wherever a line is shorter than 64 KB, so that
 * a broken byte sequence spoils its own line only. UTF-8, and UTF-16 with a byte order mark.
 */

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

export interface TextPiece {
  readonly text: string
  /** Offset in the file of the piece's first byte. */
  readonly byteOffset: number
  /** Bytes of every UTF-16 code unit of `text` when that is uniform (1 for ASCII, 2 for UTF-16), else 0. */
  readonly width: 0 | 1 | 2
  /** The text as bytes where it is ASCII; they may change once the piece is worked off. */
  readonly ascii?: Uint8Array
  /** The bytes were not valid text; such a piece is one line or part of one, with U+FFFD for what was unreadable. */
  readonly invalid: boolean
  /** Whole lines as the bytes of valid UTF-8, in place of the text, which is empty then: of lines that went through the sieve. */
  readonly utf8?: Uint8Array
  /** Lines left out before the piece: the sieve found nothing in them. */
  readonly quietLines?: number
}

const LONGEST_WAIT_BYTES = 65_536
const LF = 0x0a
const CR = 0x0d

/** Two bytes a code unit. */
function isWide(encoding: Encoding): boolean {
  return encoding === 'utf-16le' || encoding === 'utf-16be'
}

/** The encoding a byte order mark names, and the mark's length; UTF-8 without one. */
export function encodingOf(head: Uint8Array): { readonly encoding: Encoding; readonly markBytes: number } {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', markBytes: 3 }
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', markBytes: 2 }
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', markBytes: 2 }
  return { encoding: 'utf-8', markBytes: 0 }
}

/** True for UTF-16 text without a byte order mark: every other byte of its ASCII part is zero. */
export function looksLikeUnmarkedUtf16(head: Uint8Array): boolean {
  const length = Math.min(head.length, 4_096)
  if (length < 4) return false
  let evenZeros = 0
  let oddZeros = 0
  for (let at = 0; at < length; at += 1) {
    if (head[at] !== 0) continue
    if (at % 2 === 0) evenZeros += 1
    else oddZeros += 1
  }
  const half = length / 2
  return (evenZeros > half * 0.7 && oddZeros < half * 0.1) || (oddZeros > half * 0.7 && evenZeros < half * 0.1)
}

/** Length of text in UTF-8 bytes, for text that came from valid UTF-8. */
export function utf8Length(text: string, start: number, end: number): number {
  let bytes = end - start
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) continue
    // A surrogate pair is two units and four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2
  }
  return bytes
}

/** Bytes of a file that are not cut within a line, unless it is long, and never within a character. */
export interface Cut {
  readonly bytes: Uint8Array
  /** Offset in the file of the first byte. */
  readonly byteOffset: number
}

/** Cuts the chunks of a file anew, at the ends of lines. A byte order mark is left out. */
export class LineCutter {
  readonly #encoding: Encoding
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #offset: number
  #markBytes: number

  constructor(encoding: Encoding, markBytes: number) {
    this.#encoding = encoding
    this.#markBytes = markBytes
    this.#offset = markBytes
  }

  /** What is ready; null when the chunk was kept until more comes. */
  push(chunk: Uint8Array): Cut | null {
    let bytes = chunk
    if (this.#markBytes > 0) {
      const skipped = Math.min(this.#markBytes, bytes.length)
      this.#markBytes -= skipped
      bytes = bytes.subarray(skipped)
    }
    if (bytes.length === 0) return null
    const total = this.#waitingBytes + bytes.length
    if (!isWide(this.#encoding)) {
      const newline = bytes.lastIndexOf(LF)
      if (newline >= 0) return this.#release(bytes, newline + 1)
      if (total < LONGEST_WAIT_BYTES) return this.#wait(bytes)
      const joined = this.#join(bytes)
      return this.#release(joined, this.#encoding === 'utf-8' ? characterCut(joined) : joined.length)
    }
    if (total < 2) return this.#wait(bytes)
    const joined = this.#join(bytes)
    const even = joined.length - (joined.length % 2)
    let cut = lastUtf16Newline(joined, even, this.#encoding)
    if (cut < 0) {
      if (joined.length < LONGEST_WAIT_BYTES) return this.#wait(joined)
      cut = utf16Cut(joined, even, this.#encoding)
    }
    return this.#release(joined, cut)
  }

  end(): Cut | null {
    return this.#taken(this.#join(new Uint8Array(0)))
  }

  #wait(bytes: Uint8Array): null {
    // Copied: the caller may reuse its buffer, of which `slice` would give no copy.
    this.#waiting.push(new Uint8Array(bytes))
    this.#waitingBytes += bytes.length
    return null
  }

  #join(bytes: Uint8Array): Uint8Array {
    if (this.#waiting.length === 0) return bytes
    const joined = new Uint8Array(this.#waitingBytes + bytes.length)
    let at = 0
    for (const part of this.#waiting) {
      joined.set(part, at)
      at += part.length
    }
    joined.set(bytes, at)
    this.#waiting = []
    this.#waitingBytes = 0
    return joined
  }

  #release(bytes: Uint8Array, cut: number): Cut | null {
    const ready = this.#taken(this.#join(bytes.subarray(0, cut)))
    if (cut < bytes.length) this.#wait(bytes.subarray(cut))
    return ready
  }

  #taken(bytes: Uint8Array): Cut | null {
    if (bytes.length === 0) return null
    const byteOffset = this.#offset
    this.#offset += bytes.length
    return { bytes, byteOffset }
  }
}

/** What is left of a part of the file: one line or several that follow one another, or a part of a line. */
export interface SiftedRun {
  /** Lines left out before it. */
  readonly quietLines: number
  /** Empty when nothing is left. */
  readonly bytes: Uint8Array
  /** Offset in the file of the first byte. */
  readonly byteOffset: number
  /** It is of whole lines. */
  readonly whole: boolean
  /** The bytes are valid UTF-8 for sure. */
  readonly isUtf8?: boolean
}

export class PieceDecoder {
  readonly #encoding: Encoding
  readonly #strict: TextDecoder
  readonly #lenient: TextDecoder
  readonly #cutter: LineCutter

  /** `forced` is what a person said; a byte order mark speaks otherwise. */
  constructor(head: Uint8Array, forced: Encoding | null = null) {
    const { encoding, markBytes } = forced === null ? encodingOf(head) : { encoding: forced, markBytes: 0 }
    this.#encoding = encoding
    this.#cutter = new LineCutter(encoding, markBytes)
    this.#strict = new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
    this.#lenient = new TextDecoder(encoding, { fatal: false, ignoreBOM: true })
  }

  push(chunk: Uint8Array): TextPiece[] {
    const cut = this.#cutter.push(chunk)
    return cut === null ? [] : this.#decode(cut.bytes, cut.byteOffset)
  }

  end(): TextPiece[] {
    const rest = this.#cutter.end()
    return rest === null ? [] : this.#decode(rest.bytes, rest.byteOffset)
  }

  /** The pieces of what a sieve left of the file, in place of `push` and `end`. */
  sifted({ quietLines, bytes, byteOffset, whole, isUtf8 }: SiftedRun): TextPiece[] {
    const pieces: TextPiece[] = []
    if (quietLines > 0) pieces.push({ text: '', byteOffset, width: 1, invalid: false, quietLines })
    if (bytes.length === 0) return pieces
    if (whole && isUtf8 === true) pieces.push({ text: '', byteOffset, width: 0, invalid: false, utf8: bytes })
    else pieces.push(...this.#decode(bytes, byteOffset, whole))
    return pieces
  }

  #decode(bytes: Uint8Array, byteOffset: number, isSifted = false): TextPiece[] {
    try {
      const text = this.#strict.decode(bytes)
      const width = isWide(this.#encoding) ? 2 : text.length === bytes.length ? 1 : 0
      const isAscii = width === 1 && this.#encoding === 'utf-8'
      if (isSifted && !isAscii) return [{ text: '', byteOffset, width, invalid: false, utf8: bytes }]
      return [{ text, byteOffset, width, invalid: false, ...(isAscii ? { ascii: bytes } : {}) }]
    } catch {
      // Not valid as a whole: find the lines at fault and keep the others.
      return this.#decodeLines(bytes, byteOffset)
    }
  }

  #decodeLines(bytes: Uint8Array, byteOffset: number): TextPiece[] {
    const pieces: TextPiece[] = []
    let start = 0
    while (start < bytes.length) {
      const end = lineEnd(bytes, start, this.#encoding)
      const line = bytes.subarray(start, end)
      let text: string
      let invalid = false
      try {
        text = this.#strict.decode(line)
      } catch {
        text = this.#lenient.decode(line)
        invalid = true
      }
      const width = invalid ? 0 : isWide(this.#encoding) ? 2 : text.length === line.length ? 1 : 0
      pieces.push({ text, byteOffset: byteOffset + start, width, invalid })
      start = end
    }
    return pieces
  }
}

/** Where bytes without a line end may be cut without splitting a UTF-8 character: before an unfinished one. */
function characterCut(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] as number
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) {
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return needs > back ? bytes.length - back : bytes.length
    }
  }
  return bytes.length
}

function unitAt(bytes: Uint8Array, at: number, encoding: Encoding): number {
  const first = bytes[at] as number
  const second = bytes[at + 1] as number
  return encoding === 'utf-16le' ? first | (second << 8) : (first << 8) | second
}

/** Offset after the last line feed, or −1. */
function lastUtf16Newline(bytes: Uint8Array, even: number, encoding: Encoding): number {
  for (let at = even - 2; at >= 0; at -= 2) if (unitAt(bytes, at, encoding) === LF) return at + 2
  return -1
}

function utf16Cut(bytes: Uint8Array, even: number, encoding: Encoding): number {
  const last = unitAt(bytes, even - 2, encoding)
  return last >= 0xd800 && last < 0xdc00 ? even - 2 : even
}

/** Offset after the line that begins at `start`; a lone carriage return ends a line too. */
function lineEnd(bytes: Uint8Array, start: number, encoding: Encoding): number {
  const step = isWide(encoding) ? 2 : 1
  for (let at = start; at + step <= bytes.length; at += step) {
    const unit = step === 1 ? (bytes[at] as number) : unitAt(bytes, at, encoding)
    if (unit === LF) return at + step
    if (unit === CR) {
      const next = at + step
      if (next + step > bytes.length) return bytes.length
      const following = step === 1 ? (bytes[next] as number) : unitAt(bytes, next, encoding)
      return following === LF ? next + step : next
    }
  }
  return bytes.length
}
