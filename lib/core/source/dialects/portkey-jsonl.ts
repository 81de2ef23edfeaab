/** Portkey's log export. Cost is an estimate in cents. It does not tell what was cached. */
import { formatScaled, parseScaled } from '../../money/decimal'
import type { ReportedCost, UsageRecord } from '../../usage/record'
import { buildRecord, promptOf, sortedTags, textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect } from '../dialect'
import { providerIdentity } from '../identity'
import { isObject, type JsonObject, parseJson } from '../json'
import { type JsonReading, objectAt, openObjects } from '../json-rows'
import { durationMs } from '../response'
import { countIn, currencyOf, estimatedAmountOf, stop } from '../value'

export const portkeyJsonl: JsonDialect = {
  kind: 'json',
  id: 'portkey-jsonl',
  title: 'Portkey logs',
  recognisedBy: 'Objects with ai_org and req_units, or ai_provider and request_tokens.',
  envelopes: ['data'],
  recognise(value) {
    if (!isObject(value)) return null
    // Who exports chooses the fields.
    if ('req_units' in value && ('ai_org' in value || 'ai_model' in value)) return 'export'
    return 'request_tokens' in value && ('ai_provider' in value || 'ai_model' in value) ? 'api' : null
  },
  open: (options) => openObjects(options, (log, reading) => [logRecord(log, reading)]),
}

function logRecord(log: JsonObject, { instants, options }: JsonReading): UsageRecord {
  const id = textOrNull(log.id)
  if (id === null) return stop('MISSING_VALUE', 'id', 'id is empty.', 'Export the logs again.')
  // A request that failed early may name none.
  const model = textOrNull(log.ai_model) ?? UNKNOWN_MODEL
  const none = 0n
  const quantities = {
    input: countIn(log.req_units ?? log.request_tokens, 'req_units') ?? none,
    cacheRead: none,
    cacheWrite5m: none,
    cacheWrite1h: none,
    output: countIn(log.res_units ?? log.response_tokens, 'res_units') ?? none,
    reasoning: none,
    other: null,
  }
  const status = textOrNull(log.response_status_code ?? log.status_code)
  const parsed = typeof log.metadata === 'string' ? parseJson(log.metadata) : null
  const metadata = parsed?.ok && isObject(parsed.value) ? parsed.value : objectAt(log, 'metadata')
  return buildRecord({
    identity: providerIdentity('portkey', id),
    startMs: instants.require(log.created_at, 'created_at'),
    host: options.host ?? (textOrNull(log.ai_org) ?? textOrNull(log.ai_provider) ?? 'unknown').toLowerCase(),
    model,
    user: textOrNull(metadata?._user),
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    status: status === null || status.startsWith('2') ? 'ok' : 'error',
    latencyMs: durationMs(log.response_time, 'ms'),
    reportedCost: centsOf(log),
    tags: sortedTags(
      Object.entries(metadata ?? {})
        .filter(([name]) => !name.startsWith('_'))
        .map(([name, value]) => [name, textOrNull(value) ?? '']),
    ),
  })
}

function centsOf(log: JsonObject): ReportedCost | null {
  const cents = estimatedAmountOf(log.cost, 'cost')
  if (cents === null) return null
  const scaled = parseScaled(`${cents}e-2`, 20)
  if (!scaled.ok) return null
  const currency = currencyOf(textOrNull(log.cost_currency) ?? '', 'cost_currency', 'USD')
  return { amount: formatScaled(scaled.value / 100n, 18), currency, kind: 'estimated' }
}
