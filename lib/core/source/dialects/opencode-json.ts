/** Messages of opencode. Token counts are disjoint, with reasoning beside the output; cost is an estimate in dollars. */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, promptOf, textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect } from '../dialect'
import { providerIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, objectAt, openObjects } from '../json-rows'
import { countIn, estimatedAmountOf } from '../value'

export const opencodeJson: JsonDialect = {
  kind: 'json',
  id: 'opencode-json',
  title: 'opencode messages',
  recognisedBy: 'Messages with sessionID, modelID and tokens, or step_finish events.',
  envelopes: [],
  recognise(value) {
    if (!isObject(value)) return null
    if (value.type === 'step_finish' && objectAt(value, 'part', 'tokens') !== null) return 'stream'
    return 'sessionID' in value && 'modelID' in value && isObject(value.tokens) ? 'message' : null
  },
  open: (options) =>
    openObjects(options, (object, reading) => {
      const part = object.type === 'step_finish' ? objectAt(object, 'part') : null
      // Other lines of a stream, and what the user wrote.
      if (part === null && !isObject(object.tokens)) return []
      return [messageRecord(part ?? object, object, reading)]
    }),
}

function messageRecord(
  message: JsonObject,
  outer: JsonObject,
  { instants, contents, options }: JsonReading,
): UsageRecord {
  const model = textOrNull(message.modelID) ?? textOrNull(outer.modelID) ?? textOrNull(outer.model) ?? UNKNOWN_MODEL
  const told = instants.read(objectAt(message, 'time')?.created ?? outer.timestamp, 'time.created')
  const startMs = told ?? instants.assume()
  const none = 0n
  const tokens = objectAt(message, 'tokens')
  const cache = objectAt(tokens, 'cache')
  const count = (of: JsonObject | null, name: string) => countIn(of?.[name], `tokens.${name}`) ?? none
  const reasoning = count(tokens, 'reasoning')
  const quantities = {
    input: count(tokens, 'input'),
    cacheRead: count(cache, 'read'),
    cacheWrite5m: count(cache, 'write'),
    cacheWrite1h: none,
    output: count(tokens, 'output') + reasoning,
    reasoning,
    other: null,
  }
  const cost = estimatedAmountOf(message.cost, 'cost')
  const id = textOrNull(message.id)
  const session = textOrNull(message.sessionID) ?? textOrNull(outer.sessionID) ?? ''
  return buildRecord({
    identity:
      id === null
        ? contents.identity(
            'opencode',
            session,
            told === null ? '' : String(startMs),
            model,
            Object.values(quantities).join(' '),
          )
        : providerIdentity('opencode', session, id),
    startMs,
    ...(told === null ? { timeAssumed: true as const } : {}),
    host: options.host ?? textOrNull(message.providerID)?.toLowerCase() ?? 'unknown',
    model,
    project: textOrNull(objectAt(message, 'path')?.cwd),
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' },
  })
}
