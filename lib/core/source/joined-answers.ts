/** Tells answers apart that were joined to one file: an answer tells of a time once, in one bucket. */
import type { CostRecord } from '../usage/cost-record'
import type { JsonObject } from './json'

/** The bucket of a result that was taken out of it. */
const BUCKET = Symbol('bucket')

export function resultOf(bucket: JsonObject, result: JsonObject, times: Readonly<Record<string, unknown>>): JsonObject {
  return { ...result, ...times, [BUCKET]: bucket } as JsonObject
}

export class JoinedAnswers {
  #bucket: unknown = null
  #times = new Set<number>()
  #before = 0

  /** The line of a result, with the answers before its own. */
  told(result: JsonObject, line: CostRecord): CostRecord {
    const bucket = (result as { [BUCKET]?: unknown })[BUCKET]
    if (bucket !== this.#bucket) {
      this.#bucket = bucket
      if (this.#times.has(line.startMs)) {
        this.#before += 1
        this.#times = new Set()
      }
      this.#times.add(line.startMs)
    }
    return this.#before === 0 ? line : { ...line, table: this.#before }
  }
}
