/** The cells of one CSV row, split before or read where they stand in the file's text. */
import type { InstantMs } from '../time/instant'
import type { Delimiter } from './csv'
import type { CellInstants, Cells } from './dialect'
import { countOf } from './value'

/** Cells that were split before. */
export class ListedCells implements Cells {
  cells: readonly string[] = []

  text(place: number): string {
    return place < 0 ? '' : (this.cells[place] as string)
  }

  name(place: number): string {
    return this.text(place)
  }

  count(place: number, column: string): bigint | null {
    return countOf(this.text(place), column)
  }

  instant(place: number, instants: CellInstants, column: string): InstantMs {
    return instants.require(this.text(place), column)
  }
}

const NAME_SLOTS = 1_024
/** Longer texts repeat too seldom to be worth comparing. */
const MAX_NAME = 64

/** Cells of a row without quotes, as places in the text it stands in. */
export class SpannedCells implements Cells {
  readonly #delimiter: number
  /** Where each cell begins, and after the last cell where a further one would. */
  readonly #starts: Int32Array
  /** Names met before, by column; a column has room for them when it is first read as a name. */
  readonly #names: ((string | undefined)[] | undefined)[]
  #buffer = ''

  constructor(
    delimiter: Delimiter,
    private readonly width: number,
  ) {
    this.#delimiter = delimiter.charCodeAt(0)
    this.#starts = new Int32Array(width + 1)
    this.#names = new Array(width).fill(undefined)
  }

  /** Finds the cells of `buffer.slice(start, end)`; false when they are not as many as the header's. */
  divide(buffer: string, start: number, end: number): boolean {
    const starts = this.#starts
    const delimiter = this.#delimiter
    const { width } = this
    this.#buffer = buffer
    starts[0] = start
    let cells = 1
    for (let at = start; at < end; at += 1) {
      if (buffer.charCodeAt(at) !== delimiter) continue
      if (cells === width) return false
      starts[cells] = at + 1
      cells += 1
    }
    starts[cells] = end + 1
    return cells === width
  }

  text(place: number): string {
    if (place < 0) return ''
    const start = this.#starts[place] as number
    const end = (this.#starts[place + 1] as number) - 1
    return start === end ? '' : this.#buffer.slice(start, end)
  }

  name(place: number): string {
    if (place < 0) return ''
    const start = this.#starts[place] as number
    const length = (this.#starts[place + 1] as number) - 1 - start
    if (length === 0) return ''
    const buffer = this.#buffer
    if (length > MAX_NAME) return buffer.slice(start, start + length)
    // Names of one column differ in their length or towards their ends.
    const last = start + length - 1
    let hash = (Math.imul(length, 31) + buffer.charCodeAt(start + (length >> 1))) | 0
    for (let at = length > 4 ? last - 3 : start; at <= last; at += 1) {
      hash = (Math.imul(hash, 31) + buffer.charCodeAt(at)) | 0
    }
    const names = this.#names[place] ?? this.#roomFor(place)
    const slot = (hash ^ (hash >>> 8)) & (NAME_SLOTS - 1)
    const known = names[slot]
    if (known !== undefined && known.length === length && standsAt(known, buffer, start)) return known
    // A text of its own: a part of the buffer would keep all of it in memory.
    const name = ` ${buffer.slice(start, start + length)}`.slice(1)
    names[slot] = name
    return name
  }

  #roomFor(place: number): (string | undefined)[] {
    const room = new Array<string | undefined>(NAME_SLOTS).fill(undefined)
    this.#names[place] = room
    return room
  }

  count(place: number, column: string): bigint | null {
    if (place < 0) return null
    const start = this.#starts[place] as number
    const end = (this.#starts[place + 1] as number) - 1
    if (start === end) return null
    const buffer = this.#buffer
    // Fifteen digits are exact in a double.
    if (end - start <= 15) {
      let number = 0
      let at = start
      for (; at < end; at += 1) {
        const digit = buffer.charCodeAt(at) - 48
        if (digit < 0 || digit > 9) break
        number = number * 10 + digit
      }
      if (at === end) return number === 0 ? 0n : BigInt(number)
    }
    return countOf(buffer.slice(start, end), column)
  }

  instant(place: number, instants: CellInstants, column: string): InstantMs {
    const start = this.#starts[place] as number
    return instants.requireAt(this.#buffer, start, (this.#starts[place + 1] as number) - 1, column)
  }
}

function standsAt(name: string, buffer: string, start: number): boolean {
  for (let at = 0; at < name.length; at += 1) if (name.charCodeAt(at) !== buffer.charCodeAt(start + at)) return false
  return true
}
