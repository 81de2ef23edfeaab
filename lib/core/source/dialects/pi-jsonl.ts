/**
 * Sessions of pi, and of OpenClaw, which writes them too. Input excludes the cache, the total is the sum of all four counts; a
 * cost is pi's estimate in dollars. Entries have short ids of their session alone, and a forked session copies them with their
 * times, so a call is known by its time and counts.
 */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, promptOf, textOrNull, UNKNOWN_MODEL, withinTotal } from '../build-record'
import type { JsonDialect } from '../dialect'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, objectAt, openObjects } from '../json-rows'
import { countIn, estimatedAmountOf, stop } from '../value'

export const piJsonl: JsonDialect = {
  kind: 'json',
  id: 'pi-jsonl',
  title: 'pi and OpenClaw sessions',
  recognisedBy: 'Entries of type message whose message has usage {input, output, cacheRead, cacheWrite}.',
  envelopes: [],
  recognise(value) {
    return usageOfEntry(value) === null ? null : '1'
  },
  open(options) {
    let project: string | null = null
    return openObjects(options, (entry, reading) => {
      if (entry.type === 'session') project = textOrNull(entry.cwd)
      const usage = usageOfEntry(entry)
      const message = objectAt(entry, 'message')
      if (usage === null || message === null) return []
      const record = messageRecord(entry, message, usage, reading)
      return record === null ? [] : [{ ...record, project }]
    })
  },
}

function usageOfEntry(entry: unknown): JsonObject | null {
  if (!isObject(entry) || entry.type !== 'message') return null
  const usage = objectAt(entry, 'message', 'usage')
  return usage !== null && 'input' in usage && 'output' in usage && 'cacheRead' in usage ? usage : null
}

/** Names of hosts where pi's differ from ours. */
const HOSTS: Readonly<Record<string, string>> = {
  'amazon-bedrock': 'bedrock',
  'azure-openai-responses': 'azure',
  'google-vertex': 'vertex',
  'openai-codex': 'openai',
}

function messageRecord(
  entry: JsonObject,
  message: JsonObject,
  usage: JsonObject,
  { instants, contents, options }: JsonReading,
): UsageRecord | null {
  const none = 0n
  const count = (name: string) => countIn(usage[name], `usage.${name}`) ?? none
  const [input, output, cacheRead, written] = [count('input'), count('output'), count('cacheRead'), count('cacheWrite')]
  const hourLong = count('cacheWrite1h')
  withinTotal(hourLong, written, 'usage.cacheWrite1h', 'usage.cacheWrite')
  const sum = input + output + cacheRead + written
  const total = countIn(usage.totalTokens, 'usage.totalTokens')
  if (total !== null && total !== sum) {
    return stop(
      'INVALID_USAGE',
      'usage.totalTokens',
      `usage.totalTokens is ${total}, but its parts make ${sum}.`,
      'Use the session as it was saved.',
    )
  }
  const reason = textOrNull(message.stopReason)
  const status = reason === 'error' ? 'error' : reason === 'aborted' ? 'cancelled' : 'ok'
  // What failed or was stopped before it was answered has no counts.
  if (sum === none && status !== 'ok') return null
  const startMs = instants.require(message.timestamp ?? entry.timestamp, 'timestamp')
  const provider = (textOrNull(message.provider) ?? '').toLowerCase()
  const model = textOrNull(message.model) ?? UNKNOWN_MODEL
  const cost = estimatedAmountOf(objectAt(usage, 'cost')?.total ?? null, 'usage.cost.total')
  const quantities = {
    input,
    cacheRead,
    cacheWrite5m: written - hourLong,
    cacheWrite1h: hourLong,
    output,
    reasoning: none,
    other: null,
  }
  const counts = [input, cacheRead, written, output].join(' ')
  return buildRecord({
    identity: contents.identity('pi', String(startMs), provider, model, counts),
    startMs,
    host: options.host ?? (provider === '' ? 'unknown' : (HOSTS[provider] ?? provider)),
    model,
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    status,
    reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' },
  })
}
