/**
 * Pages of OpenAI's Usage API (GET /v1/organization/usage/…): buckets of results. Counts are inclusive, as in the export
 * of the dashboard, and a bucket has the same identity by both ways. Dimensions are null unless grouped by.
 */
import { DAY_MS, HOUR_MS } from '../../time/instant'
import type { OtherMeter } from '../../usage/meter'
import type { UsageRecord } from '../../usage/record'
import { buildRecord, otherMeters, sortedTags, textOrNull, UNKNOWN_MODEL, withinTotal } from '../build-record'
import type { JsonDialect } from '../dialect'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, listAt, openObjects } from '../json-rows'
import { countIn, stop } from '../value'
import { inclusiveInput, openaiBucketIdentity, openaiTier, uncachedParts } from './openai-usage-csv'

const KIND = /^organization\.usage\.(\w+)\.result$/

export const openaiUsageApi: JsonDialect = {
  kind: 'json',
  id: 'openai-usage-api',
  title: 'OpenAI Usage API',
  recognisedBy: 'Buckets whose results have an object of organization.usage.….result.',
  envelopes: ['data'],
  recognise(value) {
    if (!isObject(value) || value.object !== 'bucket') return null
    return resultsIn(value).some((result) => kindOf(result) !== null) ? '1' : null
  },
  explode: resultsOfBucket,
  open: (options) => openObjects(options, (part, reading) => [openaiResultRecord(part, reading)]),
}

/** Early answers named the list "result". */
function resultsIn(bucket: JsonObject): readonly unknown[] {
  return Array.isArray(bucket.results) ? bucket.results : listAt(bucket, 'result')
}

function kindOf(result: unknown): string | null {
  return isObject(result) && typeof result.object === 'string' ? (KIND.exec(result.object)?.[1] ?? null) : null
}

/** Each result with the period of its bucket. */
function resultsOfBucket(bucket: unknown): readonly unknown[] {
  if (!isObject(bucket)) return [bucket]
  return resultsIn(bucket).map((result) =>
    isObject(result) ? { ...result, start_time: bucket.start_time, end_time: bucket.end_time } : result,
  )
}

/** Meters of the results that count something else than tokens. */
const COUNTED: Readonly<Record<string, readonly [field: string, meter: OtherMeter]>> = {
  images: ['images', 'images'],
  audio_speeches: ['characters', 'characters'],
  audio_transcriptions: ['seconds', 'audio_seconds'],
  code_interpreter_sessions: ['num_sessions', 'code_execution'],
  file_search_calls: ['num_requests', 'file_search'],
  web_search_calls: ['num_requests', 'web_search'],
}

/**
 * Where the bucket begins whose end this is. An answer that begins within a bucket tells the rest of it only, which a whole
 * bucket of another answer replaces and never the other way round.
 */
function wholeBucketStart(startMs: number, endMs: number): number {
  const length = endMs - startMs
  const width = [60_000, HOUR_MS, DAY_MS].find((one) => length <= one)
  return width === undefined || length <= 0 || endMs % width !== 0 ? startMs : endMs - width
}

/** One result with the period of its bucket; counts may be numbers or text. */
export function openaiResultRecord(result: JsonObject, { instants }: JsonReading): UsageRecord {
  const toldMs = instants.require(result.start_time, 'start_time')
  const endMs = instants.require(result.end_time, 'end_time')
  const startMs = wholeBucketStart(toldMs, endMs)
  const kind = kindOf(result) ?? 'completions'
  if (kind === 'vector_stores') {
    return stop(
      'NO_USAGE',
      'usage_bytes',
      'Bytes in a vector store are billed by the day, not by calls.',
      'Take storage from the cost export.',
    )
  }
  const count = (name: string) => countIn(result[name], name)
  const none = 0n
  const tokens = inclusiveInput({
    total: count('input_tokens'),
    cached: count('input_cached_tokens'),
    written: count('input_cache_write_tokens'),
    uncached: count('input_uncached_tokens'),
  })
  const parts = uncachedParts(tokens.uncached, {
    audio: count('input_audio_tokens'),
    image: count('input_image_tokens'),
    cachedAudio: count('input_cached_audio_tokens'),
    cachedImage: count('input_cached_image_tokens'),
  })
  const [audio, image] = [parts.audio ?? none, parts.image ?? none]
  const [cachedAudio, cachedImage] = [parts.cachedAudio ?? none, parts.cachedImage ?? none]
  const audioOut = count('output_audio_tokens') ?? none
  const imageOut = count('output_image_tokens') ?? none
  const output = count('output_tokens') ?? none
  withinTotal(audio + image, tokens.uncached, 'input_audio_tokens and input_image_tokens', 'the uncached input')
  withinTotal(cachedAudio + cachedImage, tokens.cached, 'cached audio and images', 'input_cached_tokens')
  withinTotal(audioOut + imageOut, output, 'output_audio_tokens and output_image_tokens', 'output_tokens')
  const counted = Object.hasOwn(COUNTED, kind) ? COUNTED[kind] : undefined
  const text = (name: string) => textOrNull(result[name]) ?? ''
  const batch = result.batch === true || /^(true|1)$/i.test(textOrNull(result.batch) ?? '')
  const tier = text('service_tier').toLowerCase()
  const model = text('model')
  const dimension = kind === 'completions' ? model : `${kind}:${model}:${text('source')}:${text('size')}`
  return buildRecord({
    ...(startMs === toldMs ? {} : { tags: sortedTags([['tokentab.bucket', 'partial']]) }),
    identity: openaiBucketIdentity(
      [startMs, endMs],
      [text('project_id'), text('user_id'), text('api_key_id'), dimension, String(batch), tier],
      startMs !== toldMs,
    ),
    startMs,
    endMs,
    host: 'openai',
    model: model === '' ? (counted === undefined ? UNKNOWN_MODEL : kind) : model,
    project: textOrNull(result.project_id),
    user: textOrNull(result.user_id),
    apiKey: textOrNull(result.api_key_id),
    serviceTier: openaiTier(batch, tier),
    requests: count('num_model_requests') ?? (kind === 'file_search_calls' ? count('num_requests') : null),
    quantities: {
      input: tokens.uncached - audio - image,
      cacheRead: tokens.cached - cachedAudio - cachedImage,
      cacheWrite5m: tokens.written,
      cacheWrite1h: none,
      output: output - audioOut - imageOut,
      reasoning: none,
      other: otherMeters([
        ['input_audio', audio],
        ['input_image', image],
        ['cache_read_audio', cachedAudio],
        ['cache_read_image', cachedImage],
        ['output_audio', audioOut],
        ['output_image', imageOut],
        ...(counted === undefined ? [] : [[counted[1], count(counted[0])] as const]),
      ]),
    },
  })
}
