/**
 * OpenAI's usage export of the dashboard, in the generations seen since 2024. Token counts are inclusive: input_tokens
 * holds what was cached and what was written to a cache, output_tokens holds reasoning (which has no column of its own).
 * Columns of text, audio and images split the uncached part. Rows are buckets; an empty bucket is a row with times only.
 */
import { err, ok } from '../../result'
import { DAY_MS } from '../../time/instant'
import type { OtherMeter } from '../../usage/meter'
import type { Identity, UsageRecord } from '../../usage/record'
import { buildRecord, otherMeters, withinTotal } from '../build-record'
import { Columns, cell } from '../columns'
import type { CsvDialect, ReadOptions, RowReader } from '../dialect'
import { bucketIdentity } from '../identity'
import { countOf, InstantReader, readRow, stop } from '../value'

const TITLE = 'OpenAI usage export'
const EMPTY = ['start_time', 'end_time', 'start_time_iso', 'end_time_iso']

export const openaiUsageCsv: CsvDialect = {
  kind: 'csv',
  id: 'openai-usage-csv',
  title: TITLE,
  recognisedBy: 'Columns num_model_requests and input_uncached_tokens, or n_context_tokens_total in older exports.',
  required: [
    'start_time',
    'end_time',
    'num_model_requests',
    'model',
    'input_tokens',
    'output_tokens',
    'input_cached_tokens',
  ],
  recognise(header) {
    const columns = new Columns(header)
    if (columns.has('n_context_tokens_total') && columns.has('n_generated_tokens_total')) return '2024'
    if (['num_model_requests', 'start_time', 'end_time', 'input_tokens'].every((name) => columns.has(name))) {
      // Embeddings without a column of output are the other dialect's.
      if (['output_tokens', 'input_uncached_tokens', 'input_cached_tokens'].some((name) => columns.has(name))) {
        return columns.has('input_cache_write_tokens') ? '2026-08' : '2025-10'
      }
    }
    // Cut down to its tokens by hand, it still tells the periods as OpenAI does.
    if ([...EMPTY, 'input_tokens', 'output_tokens'].every((name) => columns.has(name))) return 'without requests'
    const names = header.filter((name) => name !== '')
    return names.length === 4 && EMPTY.every((name) => columns.has(name)) ? 'empty' : null
  },
  open(header, options) {
    const columns = new Columns(header)
    if (columns.has('n_context_tokens_total')) {
      const rows = new ActivityRows(columns, options)
      const checked = columns.check(TITLE, ['timestamp', 'model', 'num_requests'])
      return checked.ok ? ok(rows) : err(checked.error)
    }
    if (!columns.has('input_tokens')) return ok({ read: () => ok([]) })
    const rows = new UsageRows(columns, options)
    const checked = columns.check(TITLE, ['start_time', 'end_time', 'input_tokens'])
    return checked.ok ? ok(rows) : err(checked.error)
  },
  note: (generation) =>
    generation === 'empty'
      ? {
          code: 'OPENAI_EMPTY_EXPORT',
          message: 'This is an OpenAI export of a period without any usage: it has time columns only.',
          remedy:
            'Nothing to do, unless you expected usage: then choose the right project and period and export again.',
        }
      : null,
}

/** Generations since 2025-10. */
class UsageRows implements RowReader<readonly string[]> {
  readonly #at: ReturnType<typeof usagePlaces>
  readonly #instants: InstantReader

  constructor(columns: Columns, options: ReadOptions) {
    this.#at = usagePlaces(columns)
    this.#instants = new InstantReader(options, 'utc')
  }

  read(cells: readonly string[]) {
    return readRow(() => {
      const record = this.#record(cells)
      return record === null ? [] : [record]
    })
  }

  #record(cells: readonly string[]): UsageRecord | null {
    const at = this.#at
    const model = cell(cells, at.model).trim()
    const count = (place: number, name: string) => countOf(cell(cells, place), name)
    const total = count(at.input, 'input_tokens')
    const output = count(at.output, 'output_tokens')
    const requests = count(at.requests, 'num_model_requests')
    if (model === '' && total === null && output === null && requests === null) return null
    const startMs = this.#instants.require(cell(cells, at.start), 'start_time')
    const endMs = this.#instants.require(cell(cells, at.end), 'end_time')
    if (endMs <= startMs) stop('BAD_TIME', 'end_time', 'end_time is not after start_time.', 'Export the file again.')
    const tokens = inclusiveInput({
      total,
      cached: count(at.cached, 'input_cached_tokens'),
      written: count(at.written, 'input_cache_write_tokens'),
      uncached: count(at.uncached, 'input_uncached_tokens'),
    })
    const { audio, image, cachedAudio, cachedImage } = uncachedParts(tokens.uncached, {
      audio: count(at.audioIn, 'input_audio_tokens'),
      image: count(at.imageIn, 'input_image_tokens'),
      cachedAudio: count(at.cachedAudio, 'input_cached_audio_tokens'),
      cachedImage: count(at.cachedImage, 'input_cached_image_tokens'),
    })
    const audioOut = count(at.audioOut, 'output_audio_tokens')
    const imageOut = count(at.imageOut, 'output_image_tokens')
    const project = cell(cells, at.project)
    const user = cell(cells, at.user)
    const apiKey = cell(cells, at.apiKey)
    const batch = /^(true|1)$/i.test(cell(cells, at.batch).trim())
    const tier = cell(cells, at.tier).trim().toLowerCase()
    return buildRecord({
      identity: openaiBucketIdentity([startMs, endMs], [project, user, apiKey, model, String(batch), tier]),
      startMs,
      endMs,
      host: 'openai',
      // Ungrouped exports leave the model empty: the usage is real, only its price cannot be known.
      model: model === '' ? 'unknown' : model,
      project: project || null,
      user: user || null,
      apiKey: apiKey || null,
      serviceTier: openaiTier(batch, tier),
      requests,
      quantities: {
        input: less(
          tokens.uncached,
          [audio, image],
          'input_audio_tokens and input_image_tokens',
          'input_uncached_tokens',
        ),
        cacheRead: less(tokens.cached, [cachedAudio, cachedImage], 'cached audio and images', 'input_cached_tokens'),
        cacheWrite5m: tokens.written,
        cacheWrite1h: 0n,
        output: less(
          output ?? 0n,
          [audioOut, imageOut],
          'output_audio_tokens and output_image_tokens',
          'output_tokens',
        ),
        reasoning: 0n,
        other: otherMeters([
          ['input_audio', audio],
          ['input_image', image],
          ['cache_read_audio', cachedAudio],
          ['cache_read_image', cachedImage],
          ['output_audio', audioOut],
          ['output_image', imageOut],
        ]),
      },
    })
  }
}

function usagePlaces(columns: Columns) {
  return {
    start: columns.place('start_time'),
    end: columns.place('end_time'),
    project: columns.place('project_id'),
    requests: columns.place('num_model_requests'),
    user: columns.place('user_id'),
    apiKey: columns.place('api_key_id'),
    model: columns.place('model'),
    batch: columns.place('batch'),
    tier: columns.place('service_tier'),
    input: columns.place('input_tokens'),
    output: columns.place('output_tokens'),
    cached: columns.place('input_cached_tokens'),
    written: columns.place('input_cache_write_tokens'),
    uncached: columns.place('input_uncached_tokens'),
    audioIn: columns.place('input_audio_tokens'),
    cachedAudio: columns.place('input_cached_audio_tokens'),
    audioOut: columns.place('output_audio_tokens'),
    imageIn: columns.place('input_image_tokens'),
    cachedImage: columns.place('input_cached_image_tokens'),
    imageOut: columns.place('output_image_tokens'),
  }
}

interface InclusiveInput {
  readonly total: bigint | null
  readonly cached: bigint | null
  readonly written: bigint | null
  readonly uncached: bigint | null
}

/** Splits an inclusive input total; the leaves must make the total when the export states both. */
export function inclusiveInput(given: InclusiveInput) {
  const none = 0n
  const cached = given.cached ?? none
  const written = given.written ?? none
  const total = given.total ?? cached + written + (given.uncached ?? none)
  withinTotal(cached + written, total, 'input_cached_tokens and input_cache_write_tokens', 'input_tokens')
  const uncached = given.uncached ?? total - cached - written
  if (uncached + cached + written !== total) {
    stop(
      'INVALID_USAGE',
      'input_tokens',
      `input_tokens is ${total}, but cached (${cached}), cache write (${written}) and uncached (${uncached}) make ${uncached + cached + written}.`,
      'Compare the row with the dashboard; it was not imported, because any reading of it could be wrong.',
    )
  }
  return { uncached, cached, written }
}

interface InputParts {
  readonly audio: bigint | null
  readonly image: bigint | null
  readonly cachedAudio: bigint | null
  readonly cachedImage: bigint | null
}

/**
 * Audio and images that were not cached. Answers of before 2025-10 count what was cached among them and may not say how
 * much that was: what has no room in the uncached input was cached.
 */
export function uncachedParts(uncached: bigint, parts: InputParts): InputParts {
  const none = 0n
  const [audio, image] = [parts.audio ?? none, parts.image ?? none]
  if (audio + image <= uncached) return parts
  if (parts.cachedAudio === null && parts.cachedImage === null) {
    const heard = audio < uncached ? audio : uncached
    const seen = image < uncached - heard ? image : uncached - heard
    return { audio: heard, image: seen, cachedAudio: audio - heard, cachedImage: image - seen }
  }
  return { ...parts, audio: audio - (parts.cachedAudio ?? none), image: image - (parts.cachedImage ?? none) }
}

/** The dimensions of a bucket of OpenAI's usage, the same by CSV and by Usage API. */
export function openaiBucketIdentity(
  period: readonly [startMs: number, endMs: number],
  dimensions: readonly [project: string, user: string, apiKey: string, model: string, batch: string, tier: string],
  isPart = false,
): Identity {
  const identity = bucketIdentity('openai-usage', String(period[0]), String(period[1]), ...dimensions)
  return isPart ? { ...identity, grows: 'tokens' } : identity
}

export function openaiTier(batch: boolean, tier: string): string {
  if (batch) return 'batch'
  return tier === '' || tier === 'default' || tier === 'auto' ? 'standard' : tier
}

function less(total: bigint, parts: readonly (bigint | null)[], partsName: string, totalName: string): bigint {
  let sum = 0n
  for (const part of parts) if (part !== null) sum += part
  withinTotal(sum, total, partsName, totalName)
  return total - sum
}

/** The "activity" export of 2024 and early 2025: daily, with separate rows for text, images and speech. */
class ActivityRows implements RowReader<readonly string[]> {
  readonly #columns: Readonly<Record<ActivityColumn, number>>
  readonly #dimensions: readonly number[]
  readonly #instants: InstantReader

  constructor(columns: Columns, options: ReadOptions) {
    this.#columns = Object.fromEntries(ACTIVITY_COLUMNS.map((name) => [name, columns.place(name)])) as Record<
      ActivityColumn,
      number
    >
    this.#dimensions = ACTIVITY_DIMENSIONS.map((name) => columns.place(name))
    this.#instants = new InstantReader(options, 'utc')
  }

  read(cells: readonly string[]) {
    return readRow(() => [this.#record(cells)])
  }

  #record(cells: readonly string[]): UsageRecord {
    const text = (name: ActivityColumn) => cell(cells, this.#columns[name])
    const count = (name: ActivityColumn) => countOf(text(name), name)
    const startMs = this.#instants.require(text('timestamp'), 'timestamp')
    const model = text('model').trim()
    if (model === '') return stop('MISSING_MODEL', 'model', 'model is empty.', 'Export the file grouped by model.')
    const { other, ...tokens } = activityTokens(count)
    return buildRecord({
      identity: bucketIdentity(
        'openai-activity',
        String(startMs),
        ...this.#dimensions.map((place) => cell(cells, place)),
      ),
      startMs,
      endMs: startMs + DAY_MS,
      host: 'openai',
      model,
      project: text('project_name') || text('project_id') || null,
      apiKey: text('api_key_name') || text('api_key_id') || null,
      user: text('user') || null,
      serviceTier: /batch/i.test(text('request_type')) ? 'batch' : 'standard',
      requests: count('num_requests'),
      quantities: {
        ...tokens,
        other: otherMeters([...other, ['images', count('num_images')], ['characters', count('num_characters')]]),
      },
    })
  }
}

type ActivityTokens =
  | 'n_context_tokens_total'
  | 'n_generated_tokens_total'
  | 'n_cached_context_tokens_total'
  | 'n_context_audio_tokens_total'
  | 'n_generated_audio_tokens_total'

/** Tokens of 2024, by table or by API. Audio is taken for a part of its total, unless it is more than there is room for. */
export function activityTokens(count: (name: ActivityTokens) => bigint | null) {
  const none = 0n
  const context = count('n_context_tokens_total') ?? none
  const cached = count('n_cached_context_tokens_total') ?? none
  const audio = count('n_context_audio_tokens_total') ?? none
  const generated = count('n_generated_tokens_total') ?? none
  const spoken = count('n_generated_audio_tokens_total') ?? none
  withinTotal(cached, context, 'n_cached_context_tokens_total', 'n_context_tokens_total')
  const other: (readonly [OtherMeter, bigint])[] = [
    ['input_audio', audio],
    ['output_audio', spoken],
  ]
  return {
    input: context - cached - (cached + audio <= context ? audio : none),
    cacheRead: cached,
    cacheWrite5m: none,
    cacheWrite1h: none,
    output: generated - (spoken <= generated ? spoken : none),
    reasoning: none,
    other,
  }
}

const ACTIVITY_DIMENSIONS = [
  'organization_id',
  'operation',
  'api_key_id',
  'project_id',
  'request_type',
  'usage_type',
  'model',
  'user',
  'image_size',
] as const
const ACTIVITY_COLUMNS = [
  ...ACTIVITY_DIMENSIONS,
  'timestamp',
  'project_name',
  'api_key_name',
  'num_requests',
  'num_images',
  'num_characters',
  'n_context_tokens_total',
  'n_generated_tokens_total',
  'n_cached_context_tokens_total',
  'n_context_audio_tokens_total',
  'n_generated_audio_tokens_total',
] as const
type ActivityColumn = (typeof ACTIVITY_COLUMNS)[number]
