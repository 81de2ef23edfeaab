/** Streamed responses of which parts were read and no part with usage: real calls that cannot be counted. */
import { err } from '../result'
import type { RowOutcome } from './dialect'
import { quoted } from './reject'

/** Streams at once that are told apart; of more, the earliest are not told of. */
const MOST = 50_000

export class UncountedStreams {
  readonly #waiting = new Set<string>()
  /** Streams whose usage was read: parts after it have none again. */
  readonly #told = new Set<string>()

  part(id: string | null): void {
    if (id === null || this.#told.has(id)) return
    this.#waiting.add(id)
    dropEarliest(this.#waiting)
  }

  whole(id: string | null): void {
    if (id === null) return
    // Only streams are remembered: of other responses there are too many.
    if (!this.#waiting.delete(id)) return
    this.#told.add(id)
    dropEarliest(this.#told)
  }

  /** One reason for every stream that ended without usage. */
  *outcomes(): Generator<RowOutcome, void, undefined> {
    for (const id of this.#waiting) {
      yield err({
        code: 'NO_USAGE',
        column: 'usage',
        message: `The stream of the response ${quoted(id)} has no usage.`,
        remedy:
          'Ask the server for usage at the end of streams (stream_options.include_usage), or keep the stream to its end.',
      })
    }
  }
}

function dropEarliest(ids: Set<string>): void {
  if (ids.size <= MOST) return
  for (const earliest of ids) {
    ids.delete(earliest)
    return
  }
}
