/**
 * Streams of server-sent events saved as they came ("event: …", "data: {…}"), and their events in what a logger wrote
 * around each. An event is one line of data for every server that is read here.
 */
import type { TextPiece } from './decode'
import { isObject, type JsonObject, type JsonValue, parseJson } from './json'

const FIELD = /^(?:event|id|retry)(?::|$)|^:/
const DATA = /^\s*data:\s*/

/** True for text of which every line up to the first data belongs to a stream of events. */
export function isEventStream(pieces: readonly TextPiece[]): boolean {
  for (const piece of pieces) {
    for (const line of piece.text.split(/\r\n|\n|\r/)) {
      const text = line.trim()
      if (text === '' || FIELD.test(text)) continue
      const data = DATA.exec(text)
      if (data === null) return false
      if (/^[{[]/.test(text.slice(data[0].length))) return true
    }
  }
  return false
}

/** What a line of a stream holds: data from a place on, or (-1) nothing but what frames it; null for a line of no stream. */
export function dataAt(line: string): number | null {
  const data = DATA.exec(line)
  if (data === null) return FIELD.test(line.trim()) ? -1 : null
  return /^\s*(?:\[DONE\]\s*)?$/.test(line.slice(data[0].length)) ? -1 : data[0].length
}

export interface LoggedEvent {
  readonly event: JsonObject
  /** What a logger wrote around it; the event itself when it stands alone. */
  readonly outer: JsonObject
}

/** The event of a line: alone, or under the name a logger gave it. Claude Code's own lines are not taken apart. */
export function eventOf(value: JsonObject): LoggedEvent {
  for (const key of ['data', 'event', 'chunk'] as const) {
    // Under `data` lies whatever an API hands out: it is an event where a name of one stands beside it.
    if (key === 'data' && typeof value.event !== 'string') continue
    const event = value.type === 'stream_event' ? null : objectIn(value[key])
    if (event !== null) return { event, outer: value }
  }
  return { event: value, outer: value }
}

function objectIn(value: JsonValue | undefined): JsonObject | null {
  if (value === undefined || isObject(value)) return value ?? null
  const parsed = typeof value === 'string' && value.startsWith('{') ? parseJson(value) : null
  return parsed?.ok && isObject(parsed.value) ? parsed.value : null
}
