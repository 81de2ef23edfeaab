/**
 * Chats of Gemini CLI. Input includes cached tokens; output excludes thoughts, which are added to it as reasoning; tokens
 * of tool use stand beside the input. A message that comes again replaces the one before.
 */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, textOrNull, UNKNOWN_MODEL, withinTotal } from '../build-record'
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { HeldRecords } from '../held-records'
import { providerIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { listAt, objectAt } from '../json-rows'
import { countIn, InstantReader, readRow, stop } from '../value'

export const geminiCliJson: JsonDialect = {
  kind: 'json',
  id: 'gemini-cli-json',
  title: 'Gemini CLI chats',
  recognisedBy: 'A chat with messages of type gemini that carry tokens.',
  envelopes: [],
  recognise(value) {
    return messagesIn(value).some(isAnswer) ? '1' : null
  },
  explode(value) {
    const messages = messagesIn(value)
    // A line of its own tells which session the lines after it are of.
    return messages.includes(value) ? messages : [{ sessionId: objectAt(value)?.sessionId ?? null }, ...messages]
  },
  open: (options) => new ChatRows(options),
}

/** Messages of a whole chat, of a saved state of one, or the line itself. */
function messagesIn(value: unknown): readonly unknown[] {
  for (const holder of [objectAt(value), objectAt(value, '$set')]) {
    if (holder !== null && Array.isArray(holder.messages)) return listAt(holder, 'messages')
  }
  return [value]
}

function isAnswer(message: unknown): boolean {
  return isObject(message) && message.type === 'gemini' && isObject(message.tokens)
}

class ChatRows implements RowReader<unknown> {
  readonly #options: ReadOptions
  readonly #instants: InstantReader
  readonly #messages: HeldRecords
  /** Of the chat whose lines are read: the messages of a chat written line by line do not repeat it. */
  #session = ''

  constructor(options: ReadOptions) {
    this.#options = options
    this.#instants = new InstantReader(options, 'utc')
    this.#messages = new HeldRecords('last', options.openSpill)
  }

  read(value: unknown): RowOutcome {
    return readRow(() => {
      if (!isObject(value)) return []
      this.#session = textOrNull(value.sessionId) ?? this.#session
      if (!isAnswer(value)) return []
      const id = textOrNull(value.id)
      if (id === null)
        return stop('MISSING_VALUE', 'id', 'The message has no id.', 'Use the chat as Gemini CLI saved it.')
      const session = this.#session
      this.#messages.put(JSON.stringify([session, id]), this.#record(value, session, id), null, false)
      return []
    })
  }

  *finish(): Generator<RowOutcome, void, undefined> {
    const identityOf = (key: string) => {
      const [session, id] = JSON.parse(key) as [string, string]
      return messageIdentity(session, id)
    }
    for (const { record } of this.#messages.take(identityOf)) yield { ok: true, value: [record] }
  }

  #record(message: JsonObject, session: string, id: string): UsageRecord {
    // Chats need not name it: the usage is real, only its price cannot be known.
    const model = textOrNull(message.model) ?? UNKNOWN_MODEL
    const tokens = objectAt(message, 'tokens')
    const none = 0n
    const count = (name: string) => countIn(tokens?.[name], `tokens.${name}`) ?? none
    const input = count('input')
    const cached = count('cached')
    const thoughts = count('thoughts')
    const tool = count('tool')
    withinTotal(cached, input, 'tokens.cached', 'tokens.input')
    return buildRecord({
      identity: messageIdentity(session, id),
      startMs: this.#instants.require(message.timestamp, 'timestamp'),
      host: this.#options.host ?? 'google',
      model,
      requests: 1n,
      quantities: {
        input: input - cached + tool,
        cacheRead: cached,
        cacheWrite5m: none,
        cacheWrite1h: none,
        output: count('output') + thoughts,
        reasoning: thoughts,
        other: null,
      },
      promptTokens: input + tool,
    })
  }
}

function messageIdentity(session: string, id: string) {
  return providerIdentity('gemini-cli', session, id)
}
