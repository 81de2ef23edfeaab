/**
 * Tells the lines of a session log that may be of use from those that hold prompts and answers only, before their bytes
 * are made into text: most of such a log is of the second kind. A line is left out when it holds none of the marks of a
 * record and has both ends of an object, so that one cut short is still looked at, and told of.
 */
import { type Cut, encodingOf, LineCutter, type SiftedRun } from './decode'

/** Sifts a file from its first byte, in chunks of any size. */
export class FileSieve {
  readonly #cutter: LineCutter
  readonly #sieve: LineSieve

  /** `head` are the first bytes of the file, which may have a byte order mark. Only UTF-8 can be sifted. */
  constructor(head: Uint8Array, marks: readonly string[]) {
    const { encoding, markBytes } = encodingOf(head)
    if (encoding !== 'utf-8') throw new RangeError('only UTF-8 can be sifted')
    this.#cutter = new LineCutter(encoding, markBytes)
    this.#sieve = new LineSieve(marks)
  }

  /** Its bytes are those of the chunk mostly. */
  push(chunk: Uint8Array): SiftedRun[] {
    return this.#sift(this.#cutter.push(chunk))
  }

  end(): SiftedRun[] {
    return this.#sift(this.#cutter.end())
  }

  #sift(cut: Cut | null): SiftedRun[] {
    if (cut === null) return []
    const { bytes, byteOffset } = cut
    return this.#sieve.runs(bytes).map(({ quietLines, start, end, whole }) => ({
      quietLines,
      bytes: bytes.subarray(start, end),
      byteOffset: byteOffset + start,
      whole,
    }))
  }
}

export interface Run {
  /** Lines left out before it. */
  readonly quietLines: number
  readonly start: number
  /** Equal to `start` when nothing is left. */
  readonly end: number
  /** It is of whole lines. */
  readonly whole: boolean
}

const LF = 0x0a

export class LineSieve {
  readonly #marks: readonly ByteSearch[]
  /** The bytes before ended within a line, which is looked at. */
  #midLine = false

  /** `marks` are ASCII, of two characters at least; every line that tells of anything holds one of them. */
  constructor(marks: readonly string[]) {
    this.#marks = marks.map((mark) => new ByteSearch(mark))
  }

  /** The lines to look at, those that follow one another as one run; the last run tells of what is left out at the end. */
  runs(bytes: Uint8Array): Run[] {
    const runs: Run[] = []
    const places = this.#marks.map((mark) => mark.find(bytes, 0))
    let quietLines = 0
    let start = -1
    let at = 0
    const close = (end: number, whole: boolean) => {
      if (start >= 0 || quietLines > 0) runs.push({ quietLines, start: start < 0 ? end : start, end, whole })
      quietLines = 0
      start = -1
    }
    while (at < bytes.length) {
      const newline = bytes.indexOf(LF, at)
      const end = newline < 0 ? bytes.length : newline + 1
      if (this.#midLine || newline < 0) {
        close(at, true)
        start = at
        close(end, false)
        this.#midLine = newline < 0
      } else if (this.#holdsMark(bytes, places, at, end) || !isObject(bytes, at, newline)) {
        if (start < 0) start = at
      } else {
        if (start >= 0) close(at, true)
        quietLines += 1
      }
      at = end
    }
    close(bytes.length, true)
    return runs
  }

  /** `places` are those of the next mark of each kind. */
  #holdsMark(bytes: Uint8Array, places: number[], at: number, end: number): boolean {
    let holds = false
    for (let mark = 0; mark < places.length; mark += 1) {
      const place = places[mark] as number
      if (place >= end) continue
      // One that stands before `at` cannot be: the line it stands on went on to the next one.
      holds ||= place >= at
      places[mark] = (this.#marks[mark] as ByteSearch).find(bytes, end)
    }
    return holds
  }
}

/** The line begins with a brace, and ends with one before its line end. */
function isObject(bytes: Uint8Array, start: number, newline: number): boolean {
  if (bytes[start] !== 0x7b) return false
  let last = newline - 1
  while (last > start && (bytes[last] as number) <= 0x20) last -= 1
  return bytes[last] === 0x7d && last > start
}

/** Horspool's search: it looks at one byte in as many as the text is long. */
class ByteSearch {
  readonly #text: Uint8Array
  /** How far to go on from a byte that ends no occurrence; 0 for the last byte of the text. */
  readonly #shifts: Uint8Array
  /** The same after a last byte whose text was another. */
  readonly #again: number

  constructor(text: string) {
    const bytes = new TextEncoder().encode(text)
    const last = bytes.length - 1
    this.#text = bytes
    this.#shifts = new Uint8Array(256).fill(bytes.length)
    for (let place = 0; place < last; place += 1) this.#shifts[bytes[place] as number] = last - place
    const lastByte = bytes[last] as number
    this.#again = this.#shifts[lastByte] as number
    this.#shifts[lastByte] = 0
  }

  /** Place of the text at or after `from`; infinite when there is none. */
  find(bytes: Uint8Array, from: number): number {
    const text = this.#text
    const shifts = this.#shifts
    const last = text.length - 1
    const end = bytes.length
    let at = from + last
    while (at < end) {
      const shift = shifts[bytes[at] as number] as number
      if (shift > 0) {
        at += shift
        continue
      }
      const start = at - last
      let place = last - 1
      while (place >= 0 && bytes[start + place] === text[place]) place -= 1
      if (place < 0) return start
      at += this.#again
    }
    return Number.POSITIVE_INFINITY
  }
}
