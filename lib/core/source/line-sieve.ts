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

  /**
   * `head` are the first bytes of the file, which may have a byte order mark. Only UTF-8 can be sifted. `searchable` may give
   * the same bytes in a form in which one of them is found faster.
   */
  constructor(head: Uint8Array, marks: readonly string[], searchable?: (bytes: Uint8Array) => Uint8Array) {
    const { encoding, markBytes } = encodingOf(head)
    if (encoding !== 'utf-8') throw new RangeError('only UTF-8 can be sifted')
    this.#cutter = new LineCutter(encoding, markBytes)
    this.#sieve = new LineSieve(marks, searchable)
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
  readonly #marks: MarkSearch
  readonly #searchable: (bytes: Uint8Array) => Uint8Array
  /** The bytes before ended within a line, which is looked at. */
  #midLine = false

  /** `marks` are ASCII, of two characters at least; every line that tells of anything holds one of them. */
  constructor(marks: readonly string[], searchable = (bytes: Uint8Array) => bytes) {
    this.#marks = new MarkSearch(marks)
    this.#searchable = searchable
  }

  /** The lines to look at, those that follow one another as one run; the last run tells of what is left out at the end. */
  runs(bytes: Uint8Array): Run[] {
    const runs: Run[] = []
    const lines = this.#searchable(bytes)
    /** Of the next mark. One that stands before `at` cannot be: the line it stands on went on to the next one. */
    let place = this.#marks.find(bytes, 0)
    let quietLines = 0
    let start = -1
    let at = 0
    const close = (end: number, whole: boolean) => {
      if (start >= 0 || quietLines > 0) runs.push({ quietLines, start: start < 0 ? end : start, end, whole })
      quietLines = 0
      start = -1
    }
    while (at < bytes.length) {
      const newline = lines.indexOf(LF, at)
      const end = newline < 0 ? bytes.length : newline + 1
      if (this.#midLine || newline < 0) {
        close(at, true)
        start = at
        close(end, false)
        this.#midLine = newline < 0
      } else if ((place >= at && place < end) || !isObject(bytes, at, newline)) {
        if (start < 0) start = at
      } else {
        if (start >= 0) close(at, true)
        quietLines += 1
      }
      at = end
      if (place < end) place = this.#marks.find(bytes, end)
    }
    close(bytes.length, true)
    return runs
  }
}

/** The line begins with a brace, and ends with one before its line end. */
function isObject(bytes: Uint8Array, start: number, newline: number): boolean {
  if (bytes[start] !== 0x7b) return false
  let last = newline - 1
  while (last > start && (bytes[last] as number) <= 0x20) last -= 1
  return bytes[last] === 0x7d && last > start
}

/** The search of Wu and Manber: a table tells from two bytes how far off the end of the next mark is at least. */
class MarkSearch {
  readonly #marks: readonly Uint8Array[]
  readonly #shortest: number
  /** By two bytes, as one number; 0 where a mark may end. */
  readonly #shifts: Uint8Array

  constructor(texts: readonly string[]) {
    this.#marks = texts.map((text) => new TextEncoder().encode(text))
    this.#shortest = Math.min(255, ...this.#marks.map(({ length }) => length))
    this.#shifts = new Uint8Array(65_536).fill(this.#shortest - 1)
    for (const mark of this.#marks) {
      const last = mark.length - 1
      for (let at = last; at > last - this.#shortest + 1; at -= 1) {
        const pair = ((mark[at - 1] as number) << 8) | (mark[at] as number)
        this.#shifts[pair] = Math.min(this.#shifts[pair] as number, last - at)
      }
    }
  }

  /** Place of the next mark at or after `from`; infinite when there is none. */
  find(bytes: Uint8Array, from: number): number {
    const shifts = this.#shifts
    const end = bytes.length
    let at = from + this.#shortest - 1
    while (at < end) {
      const shift = shifts[((bytes[at - 1] as number) << 8) | (bytes[at] as number)] as number
      if (shift > 0) {
        at += shift
        continue
      }
      const place = this.#placeEnding(bytes, from, at)
      if (place >= 0) return place
      at += 1
    }
    return Number.POSITIVE_INFINITY
  }

  /** Where the mark begins that ends with the byte at `last`; −1 when none does. */
  #placeEnding(bytes: Uint8Array, from: number, last: number): number {
    for (const mark of this.#marks) {
      const start = last - mark.length + 1
      if (start < from) continue
      let at = mark.length - 1
      while (at >= 0 && bytes[start + at] === mark[at]) at -= 1
      if (at < 0) return start
    }
    return -1
  }
}
