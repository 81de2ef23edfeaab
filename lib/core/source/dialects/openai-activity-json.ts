/**
 * OpenAI's first usage API (GET /v1/usage?date=, until 2025): five-minute sums of one model. Context counts are inclusive;
 * what was cached is told since late 2024. Images, transcriptions and speech are in lists of their own beside `data`.
 */
import type { OtherMeter } from '../../usage/meter'
import type { UsageRecord } from '../../usage/record'
import { buildRecord, otherMeters, textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect } from '../dialect'
import { bucketIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, listAt, openObjects } from '../json-rows'
import { countIn } from '../value'
import { activityTokens } from './openai-usage-csv'

const BUCKET_MS = 300_000
const DIMENSIONS = [
  'organization_id',
  'operation',
  'snapshot_id',
  'api_key_id',
  'project_id',
  'user_id',
  'request_type',
]

export const openaiActivityJson: JsonDialect = {
  kind: 'json',
  id: 'openai-activity-json',
  title: 'OpenAI usage by date (first API)',
  recognisedBy: 'Records with n_context_tokens_total, n_generated_tokens_total and aggregation_timestamp.',
  envelopes: ['data'],
  recognise(value) {
    if (!isObject(value)) return null
    if ('n_context_tokens_total' in value && 'aggregation_timestamp' in value) return '1'
    return isWhole(value) && LISTS.some((name) => listAt(value, name).length > 0) ? '1' : null
  },
  explode: (value) => (isWhole(value) ? LISTS.flatMap((name) => listAt(value, name)) : [value]),
  open: (options) => openObjects(options, (row, reading) => [bucketRecord(row, reading)]),
}

const LISTS = ['data', 'dalle_api_data', 'whisper_api_data', 'tts_api_data'] as const

/** The whole answer of a day. */
function isWhole(value: unknown): boolean {
  return isObject(value) && Array.isArray(value.data) && LISTS.slice(1).some((name) => name in value)
}

/** What rows beside `data` count: their model is model_id and their time timestamp. */
const COUNTED: readonly (readonly [field: string, meter: OtherMeter])[] = [
  ['num_images', 'images'],
  ['num_seconds', 'audio_seconds'],
  ['num_characters', 'characters'],
]

function bucketRecord(row: JsonObject, { instants }: JsonReading): UsageRecord {
  const startMs = instants.require(row.aggregation_timestamp ?? row.timestamp, 'aggregation_timestamp')
  const { other, ...tokens } = activityTokens((name) => countIn(row[name], name))
  const counted = otherMeters(COUNTED.map(([field, meter]) => [meter, countIn(row[field], field)]))
  const model = textOrNull(row.snapshot_id) ?? textOrNull(row.model_id)
  return buildRecord({
    identity: bucketIdentity(
      'openai-activity-api',
      String(startMs),
      ...DIMENSIONS.map((name) => textOrNull(row[name]) ?? ''),
      ...(counted === null ? [] : [model ?? '', textOrNull(row.image_size) ?? '']),
    ),
    startMs,
    endMs: startMs + BUCKET_MS,
    host: 'openai',
    model: model ?? UNKNOWN_MODEL,
    project: textOrNull(row.project_name) ?? textOrNull(row.project_id),
    apiKey: textOrNull(row.api_key_name) ?? textOrNull(row.api_key_id),
    user: textOrNull(row.user_id),
    serviceTier: /batch/i.test(textOrNull(row.request_type) ?? '') ? 'batch' : 'standard',
    requests: countIn(row.n_requests ?? row.num_requests, 'n_requests'),
    quantities: { ...tokens, other: counted ?? otherMeters(other) },
  })
}
