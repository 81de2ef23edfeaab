/**
 * Logs of Anthropic's Messages responses, results of its batches and its streams: input excludes what was read from or written
 * to a cache.
 */
import type { UsageRecord } from '../../usage/record'
import { textOrNull, UNKNOWN_MODEL } from '../build-record'
import { claudeHost } from '../claude-host'
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { eventOf } from '../event-stream'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, jsonReading, objectAt } from '../json-rows'
import { iterationsBeside } from '../message-iterations'
import { isMessageEvent, MessageStreams } from '../message-stream'
import { type LoggedResponse, loggedHost, loggedResponse, responseRecord, responseTime, usageOf } from '../response'
import { readRow, stop } from '../value'

export const messagesJsonl: JsonDialect = {
  kind: 'json',
  id: 'anthropic-messages-jsonl',
  title: 'Anthropic Messages responses',
  recognisedBy: 'Response objects of type message with usage, or the events of their streams.',
  envelopes: [],
  recognise(value) {
    if (!isObject(value)) return null
    const body = loggedResponse(value)?.body
    if (body?.type === 'message' && isObject(body.usage)) return '1'
    const { event } = eventOf(value)
    return event.type === 'message_start' && objectAt(event, 'message', 'usage') !== null ? 'stream' : null
  },
  open: (options) => new MessageRows(options),
}

class MessageRows implements RowReader<unknown> {
  readonly #reading: JsonReading
  readonly #streams = new MessageStreams()

  constructor(options: ReadOptions) {
    this.#reading = jsonReading(options)
  }

  note() {
    return this.#reading.instants.note()
  }

  read(value: unknown): RowOutcome {
    return readRow(() => {
      if (!isObject(value)) {
        return stop('NOT_THIS_FORMAT', null, 'The record is not an object.', 'Export the log again.')
      }
      const { event, outer } = eventOf(value)
      if (!isMessageEvent(event)) return this.#whole(value)
      const streamed = this.#streams.take(event, outer)
      if (streamed !== 'headless') return streamed === null ? [] : this.#records(streamed, true)
      return stop(
        'NO_USAGE',
        'usage',
        'The stream lacks its beginning, and with it the model and the input.',
        'Keep streams from their message_start on.',
      )
    })
  }

  *finish(): Generator<RowOutcome, void, undefined> {
    for (const streamed of this.#streams.rest()) yield readRow(() => this.#records(streamed, true))
  }

  #whole(object: JsonObject): readonly UsageRecord[] {
    const logged = loggedResponse(object)
    if (logged !== null && isObject(logged.body.usage)) return this.#records(logged, false)
    const failed = object.type === 'error' || isObject(object.error) || objectAt(object, 'result', 'error') !== null
    return failed
      ? stop(
          'NO_USAGE',
          'usage',
          'The request failed and has no usage.',
          'Nothing to do: failed requests cost nothing.',
        )
      : stop('NO_USAGE', 'usage', 'The response has no usage.', 'Log the whole response object.')
  }

  #records(logged: LoggedResponse, grows: boolean): readonly UsageRecord[] {
    const { instants, contents, options } = this.#reading
    const model = textOrNull(logged.body.model) ?? textOrNull(logged.outer.model) ?? UNKNOWN_MODEL
    const usage = usageOf('anthropic.messages', logged.body.usage, model)
    const host = options.host ?? loggedHost(logged) ?? claudeHost(model, textOrNull(logged.body.id))
    const time = responseTime(instants, logged)
    const record = responseRecord(logged, usage, { ...time, host, model, latencyMs: null, grows }, contents)
    const { usage: told } = logged.body
    const beside = isObject(told) ? iterationsBeside(told, record, null) : []
    const { identity } = record
    return [
      record,
      ...beside.map((one) => ({
        ...one.record,
        identity: { ...identity, parts: [...identity.parts, 'iteration', one.place] },
      })),
    ]
  }
}
