/** Logs of Cloudflare's AI Gateway. An answer from the gateway's own cache is a request that no model worked for. */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, promptOf, sortedTags, textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect } from '../dialect'
import { providerIdentity } from '../identity'
import { isObject, type JsonObject, parseJson } from '../json'
import { type JsonReading, openObjects } from '../json-rows'
import { durationMs } from '../response'
import { countIn, estimatedAmountOf, stop } from '../value'

export const cloudflareGatewayJson: JsonDialect = {
  kind: 'json',
  id: 'cloudflare-gateway-json',
  title: 'Cloudflare AI Gateway logs',
  recognisedBy: 'Objects with tokens_in, tokens_out, provider and cached.',
  envelopes: ['result'],
  recognise: (value) =>
    isObject(value) && ['tokens_in', 'tokens_out', 'provider', 'model'].every((key) => key in value) ? '1' : null,
  open: (options) => openObjects(options, (log, reading) => [logRecord(log, reading)]),
}

function logRecord(log: JsonObject, { instants, options }: JsonReading): UsageRecord {
  const id = textOrNull(log.id)
  if (id === null) return stop('MISSING_VALUE', 'id', 'id is empty.', 'Export the logs again.')
  // A request that failed early may name none.
  const model = textOrNull(log.model) ?? UNKNOWN_MODEL
  const none = 0n
  const cached = log.cached === true
  const quantities = {
    input: cached ? none : (countIn(log.tokens_in, 'tokens_in') ?? none),
    cacheRead: none,
    cacheWrite5m: none,
    cacheWrite1h: none,
    output: cached ? none : (countIn(log.tokens_out, 'tokens_out') ?? none),
    reasoning: none,
    other: null,
  }
  const cost = estimatedAmountOf(log.cost, 'cost')
  const parsed = typeof log.metadata === 'string' ? parseJson(log.metadata) : null
  const metadata = parsed?.ok ? parsed.value : log.metadata
  const tags = Object.entries(isObject(metadata) ? metadata : {}).map(([name, value]): readonly [string, string] => [
    name,
    textOrNull(value) ?? '',
  ])
  return buildRecord({
    identity: providerIdentity('cloudflare-gateway', id),
    startMs: instants.require(log.created_at, 'created_at'),
    host: options.host ?? textOrNull(log.provider)?.toLowerCase() ?? 'unknown',
    model,
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    status: log.success === false ? 'error' : 'ok',
    latencyMs: durationMs(log.duration, 'ms'),
    reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' },
    tags: sortedTags(cached ? [...tags, ['cloudflare.cached', 'true']] : tags),
  })
}
