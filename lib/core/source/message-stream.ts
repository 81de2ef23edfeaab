/**
 * Streams of Anthropic's messages: the first event has the model and the input, later ones restate the counts as they are by
 * then. What a stream that was cut has told until there is real, so it counts; its whole replaces it.
 */
import { textOrNull } from './build-record'
import { isObject, type JsonObject } from './json'
import { objectAt } from './json-rows'
import type { LoggedResponse } from './response'

/** What loggers call the request whose events they write between those of others. */
const STREAM_IDS = ['request_id', 'requestId', 'stream_id', 'response_id', 'trace_id', 'call_id'] as const

const EVENTS = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
  'ping',
])

export function isMessageEvent(event: JsonObject): boolean {
  return EVENTS.has(textOrNull(event.type) ?? '')
}

export class MessageStreams {
  readonly #open = new Map<string, LoggedResponse>()

  /** Takes an event in; gives the message that it ends, or that ended without saying so. */
  take(event: JsonObject, outer: JsonObject): LoggedResponse | 'headless' | null {
    const name =
      STREAM_IDS.map((key) => textOrNull(outer === event ? null : outer[key])).find((id) => id !== null) ?? ''
    const before = this.#open.get(name) ?? null
    if (event.type === 'message_start') {
      const body = objectAt(event, 'message')
      if (body === null) return null
      this.#open.set(name, { body, outer: outer === event ? body : outer, batch: false })
      return before
    }
    const usage = objectAt(event, 'usage')
    if (event.type === 'message_delta' && usage !== null) {
      if (before === null) return 'headless'
      const told = Object.entries(usage).filter(([, value]) => value !== null)
      const known = isObject(before.body.usage) ? before.body.usage : {}
      const body = { ...before.body, usage: { ...known, ...Object.fromEntries(told) } }
      this.#open.set(name, { ...before, body, outer: before.outer === before.body ? body : before.outer })
    }
    if (event.type !== 'message_stop' || before === null) return null
    this.#open.delete(name)
    return before
  }

  /** Messages whose stream did not come to its end. */
  rest(): readonly LoggedResponse[] {
    const rest = [...this.#open.values()]
    this.#open.clear()
    return rest
  }
}
