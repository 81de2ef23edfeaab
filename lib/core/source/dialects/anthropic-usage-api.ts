/**
 * Pages of Anthropic's Admin API usage report (usage_report/messages): buckets of results with disjoint token counts.
 * The number of requests is not reported.
 */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, otherMeters, textOrNull } from '../build-record'
import type { JsonDialect } from '../dialect'
import { bucketIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, listAt, objectAt, openObjects } from '../json-rows'
import { countIn, stop } from '../value'
import { contextTierOf } from './anthropic-usage-csv'

export const anthropicUsageApi: JsonDialect = {
  kind: 'json',
  id: 'anthropic-usage-api',
  title: 'Anthropic Admin API usage report',
  recognisedBy: 'Buckets whose results have uncached_input_tokens.',
  envelopes: ['data'],
  recognise(value) {
    if (!isObject(value) || !('starting_at' in value)) return null
    return listAt(value, 'results').some((result) => isObject(result) && 'uncached_input_tokens' in result) ? '1' : null
  },
  explode: resultsOfBucket,
  open: (options) => openObjects(options, (part, reading) => [resultRecord(part, reading)]),
}

/** Each result with the period of its bucket. */
function resultsOfBucket(bucket: unknown): readonly unknown[] {
  if (!isObject(bucket)) return [bucket]
  return listAt(bucket, 'results').map((result) =>
    isObject(result) ? { ...result, starting_at: bucket.starting_at, ending_at: bucket.ending_at } : result,
  )
}

function resultRecord(result: JsonObject, { instants }: JsonReading): UsageRecord {
  if (!('uncached_input_tokens' in result)) {
    return stop('NO_USAGE', 'uncached_input_tokens', 'The result has no token counts.', 'Export usage_report/messages.')
  }
  const startMs = instants.require(result.starting_at, 'starting_at')
  const endMs = instants.require(result.ending_at, 'ending_at')
  const none = 0n
  const count = (of: JsonObject | null, name: string) => countIn(of?.[name], name) ?? none
  const text = (name: string) => textOrNull(result[name]) ?? ''
  const written = objectAt(result, 'cache_creation')
  const tools = objectAt(result, 'server_tool_use')
  const geo = text('inference_geo')
  const tier = text('service_tier').toLowerCase()
  return buildRecord({
    identity: bucketIdentity(
      'anthropic-usage-api',
      String(startMs),
      String(endMs),
      ...[
        'model',
        'api_key_id',
        'workspace_id',
        'service_tier',
        'context_window',
        'inference_geo',
        'account_id',
        'service_account_id',
        'speed',
      ].map(text),
    ),
    startMs,
    endMs,
    host: 'anthropic',
    // Not grouped by model: the usage is real, only its price cannot be known.
    model: text('model') || 'unknown',
    project: textOrNull(result.workspace_id),
    apiKey: textOrNull(result.api_key_id),
    user: textOrNull(result.account_id) ?? textOrNull(result.service_account_id),
    region: geo === '' || geo === 'not_available' ? null : geo,
    serviceTier: tier === '' ? 'standard' : tier,
    speed: text('speed') === 'standard' ? null : textOrNull(result.speed),
    contextTier: contextTierOf(text('context_window')),
    requests: null,
    quantities: {
      input: count(result, 'uncached_input_tokens'),
      cacheRead: count(result, 'cache_read_input_tokens'),
      cacheWrite5m: count(written, 'ephemeral_5m_input_tokens'),
      cacheWrite1h: count(written, 'ephemeral_1h_input_tokens'),
      output: count(result, 'output_tokens'),
      reasoning: none,
      other: otherMeters([
        ['web_search', count(tools, 'web_search_requests')],
        ['web_fetch', count(tools, 'web_fetch_requests')],
      ]),
    },
  })
}
