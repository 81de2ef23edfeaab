/**
 * Times that programs on a person's machine wrote by its own clock. One that lies ahead is no mistake of units where it is
 * written as a date: the clock ran ahead, and the calls are as real as the others. They keep their time, and the user is told.
 */
import type { Problem } from '../result'
import { DAY_MS, type InstantMs, isoOf } from '../time/instant'
import type { ReadOptions } from './dialect'
import { InstantReader } from './value'

const AHEAD_MS = 6 * 366 * DAY_MS

export class MachineClock extends InstantReader {
  readonly #nowMs: number
  #ahead = 0
  #latestMs = 0

  constructor(options: ReadOptions) {
    super(options, 'utc')
    this.#nowMs = options.nowMs
  }

  override inRange(ms: InstantMs, column: string, text: string): InstantMs {
    const isAhead = ms > this.#nowMs + DAY_MS && ms <= this.#nowMs + AHEAD_MS
    if (!isAhead || /^[\d.]+$/.test(text)) return super.inRange(ms, column, text)
    this.#ahead += 1
    if (ms > this.#latestMs) this.#latestMs = ms
    return ms
  }

  override note(): Problem | null {
    if (this.#ahead === 0) return super.note()
    return {
      code: 'CLOCK_AHEAD',
      message: `Times of the log lie ahead of now, the latest at ${isoOf(this.#latestMs)}: the clock of the machine that wrote it was wrong. They were kept, and decide the prices and the month.`,
      remedy:
        'To have the calls in their own month, undo this import, correct the times in the file and import it again.',
    }
  }
}
