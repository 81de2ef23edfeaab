/**
 * Messages of opencode: its files, `opencode export`, rows of its database's tables message and (since 2.0, which nests the model)
 * session_message as JSON, and the stream of `opencode run --format json`. Token counts are disjoint, with reasoning beside the output; cost is an estimate in dollars.
 * A message of several steps tells the tokens of the last one only (github.com/anomalyco/opencode issue 42324); where its
 * parts are there, each step before is a call of its own.
 */
import type { Quantities, UsageRecord } from '../../usage/record'
import { buildRecord, promptOf, textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect } from '../dialect'
import { providerIdentity } from '../identity'
import { isObject, type JsonObject, parseJson } from '../json'
import { type JsonReading, listAt, objectAt, openObjects } from '../json-rows'
import { countIn, estimatedAmountOf } from '../value'

export const opencodeJson: JsonDialect = {
  kind: 'json',
  id: 'opencode-json',
  title: 'opencode messages',
  recognisedBy:
    'Messages with sessionID, modelID (or model) and tokens, alone, under info or in a column data, or step_finish events.',
  envelopes: ['messages'],
  recognise(value) {
    for (const part of messagesIn(value)) {
      if (!isObject(part)) continue
      if (part.type === 'step_finish' && objectAt(part, 'part', 'tokens') !== null) return 'stream'
      const message = messageOf(part)
      if (message === null || !isObject(message.tokens)) continue
      const named = 'modelID' in message || modelOf(message, 'id') !== null
      if ('sessionID' in message && named) return part === message ? 'message' : 'export'
    }
    return null
  },
  explode: messagesIn,
  open: (options) =>
    openObjects(options, (object, reading) => {
      const part = object.type === 'step_finish' ? objectAt(object, 'part') : messageOf(object)
      // Other lines of a stream, and what the user wrote.
      if (part === null || !isObject(part.tokens)) return []
      const record = messageRecord(part, object, reading)
      return [record, ...stepsBefore(record, part, object)]
    }),
}

/** The steps of an exported message that its own tokens leave out: all but the last, whose tokens they are. */
function stepsBefore(record: UsageRecord, message: JsonObject, outer: JsonObject): readonly UsageRecord[] {
  const steps = listAt(outer, 'parts').filter(
    (part): part is JsonObject => isObject(part) && part.type === 'step-finish' && isObject(part.tokens),
  )
  const last = objectAt(steps.at(-1), 'tokens')
  const isLast = last !== null && countsOf(quantitiesOf(last)) === countsOf(quantitiesOf(objectAt(message, 'tokens')))
  if (!isLast) return []
  const { identity } = record
  return steps.slice(0, -1).map((step, place) => {
    const quantities = quantitiesOf(objectAt(step, 'tokens'))
    return buildRecord({
      ...record,
      identity: { ...identity, parts: [...identity.parts, 'step', String(place)] },
      quantities,
      promptTokens: promptOf(quantities),
      // The message tells that of all its steps.
      reportedCost: null,
    })
  })
}

/** The messages of an exported session; the value itself when it is no session. */
function messagesIn(value: unknown): readonly unknown[] {
  return isObject(value) && Array.isArray(value.messages) ? listAt(value, 'messages') : [value]
}

/** The message in an element of an export or a row of the database; null when there is none. */
function messageOf(object: JsonObject): JsonObject | null {
  if (isObject(object.info)) return object.info
  if (!('session_id' in object)) return object
  const { data } = object
  const parsed = typeof data === 'string' ? parseJson(data) : null
  const held = parsed?.ok ? parsed.value : (data ?? null)
  if (!isObject(held)) return null
  return { id: object.id ?? null, sessionID: object.session_id ?? null, ...held }
}

function modelOf(message: JsonObject, key: 'id' | 'providerID'): string | null {
  return textOrNull(objectAt(message, 'model')?.[key])
}

function messageRecord(
  message: JsonObject,
  outer: JsonObject,
  { instants, contents, options }: JsonReading,
): UsageRecord {
  const model =
    textOrNull(message.modelID) ??
    modelOf(message, 'id') ??
    textOrNull(outer.modelID) ??
    textOrNull(outer.model) ??
    UNKNOWN_MODEL
  const told = instants.read(objectAt(message, 'time')?.created ?? outer.timestamp, 'time.created')
  const startMs = told ?? instants.assume()
  const quantities = quantitiesOf(objectAt(message, 'tokens'))
  const cost = estimatedAmountOf(message.cost, 'cost')
  const provider = textOrNull(message.providerID) ?? modelOf(message, 'providerID')
  const host = options.host ?? provider?.toLowerCase() ?? 'unknown'
  const counts = countsOf(quantities)
  const endMs = instants.read(objectAt(message, 'time')?.completed, 'time.completed')
  const id = textOrNull(message.id)
  const session = textOrNull(message.sessionID) ?? textOrNull(outer.sessionID) ?? ''
  return buildRecord({
    // A forked session begins with copies of its parent's messages, under other ids and with everything else.
    identity:
      told !== null && endMs !== null
        ? providerIdentity('opencode', String(startMs), String(endMs), host, model, counts)
        : id === null
          ? contents.identity('opencode', session, told === null ? '' : String(startMs), model, counts)
          : providerIdentity('opencode', session, id),
    startMs,
    ...(told === null ? { timeAssumed: true as const } : {}),
    host,
    model,
    project: textOrNull(objectAt(message, 'path')?.cwd),
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' },
  })
}

function quantitiesOf(tokens: JsonObject | null): Quantities {
  const none = 0n
  const cache = objectAt(tokens, 'cache')
  const count = (of: JsonObject | null, name: string) => countIn(of?.[name], `tokens.${name}`) ?? none
  const reasoning = count(tokens, 'reasoning')
  return {
    input: count(tokens, 'input'),
    cacheRead: count(cache, 'read'),
    cacheWrite5m: count(cache, 'write'),
    cacheWrite1h: none,
    output: count(tokens, 'output') + reasoning,
    reasoning,
    other: null,
  }
}

function countsOf(quantities: Quantities): string {
  return Object.values(quantities).join(' ')
}
