/**
 * Anthropic Console's usage export. Token columns are disjoint: input excludes what was read from or written to a cache.
 * Rows are daily or hourly buckets in UTC. The number of requests is not exported.
 */
import { err, ok } from '../../result'
import { DAY_MS, HOUR_MS } from '../../time/instant'
import type { UsageRecord } from '../../usage/record'
import { buildRecord, otherMeters, sortedTags, UNKNOWN_MODEL } from '../build-record'
import { Columns, cell } from '../columns'
import type { CsvDialect, ReadOptions, RowReader } from '../dialect'
import { bucketIdentity } from '../identity'
import { countOf, InstantReader, readRow } from '../value'

const TITLE = 'Anthropic Console usage export'
const REQUIRED = [
  'usage_date_utc',
  'model_version',
  'usage_input_tokens_no_cache',
  'usage_input_tokens_cache_read',
  'usage_output_tokens',
] as const

export const anthropicUsageCsv: CsvDialect = {
  kind: 'csv',
  id: 'anthropic-usage-csv',
  title: TITLE,
  recognisedBy: 'Column usage_input_tokens_no_cache.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    if (!columns.has('usage_input_tokens_no_cache')) return null
    if (columns.has('usage_input_tokens_cache_write')) return '2025-03'
    return columns.has('context_window') || columns.has('speed') ? '2026-02' : '2025-06'
  },
  open(header, options) {
    const columns = new Columns(header)
    const rows = new UsageRows(columns, options)
    const checked = columns.check(TITLE, REQUIRED)
    return checked.ok ? ok(rows) : err(checked.error)
  },
}

class UsageRows implements RowReader<readonly string[]> {
  readonly #at: ReturnType<typeof placesOf>
  readonly #instants: InstantReader

  constructor(columns: Columns, options: ReadOptions) {
    this.#at = placesOf(columns)
    this.#instants = new InstantReader(options, 'utc')
  }

  read(cells: readonly string[]) {
    return readRow(() => [this.#record(cells)])
  }

  #record(cells: readonly string[]): UsageRecord {
    const at = this.#at
    const date = cell(cells, at.date).trim()
    const startMs = this.#instants.require(date, 'usage_date_utc')
    const endMs = startMs + (date.length > 10 ? HOUR_MS : DAY_MS)
    const model = cell(cells, at.model).trim()
    const count = (place: number, name: string) => countOf(cell(cells, place), name)
    const none = 0n
    const apiKey = cell(cells, at.apiKey)
    const workspace = cell(cells, at.workspace)
    const usageType = cell(cells, at.usageType).trim().toLowerCase()
    const context = cell(cells, at.context)
    const geo = cell(cells, at.geo).trim()
    const speed = cell(cells, at.speed).trim()
    return buildRecord({
      identity: bucketIdentity(
        'anthropic-usage',
        String(startMs),
        String(endMs),
        model,
        apiKey,
        workspace,
        usageType,
        context,
        geo,
        speed,
      ),
      startMs,
      endMs,
      host: 'anthropic',
      // Usage of no model is real all the same; only its price cannot be known.
      model: model === '' ? UNKNOWN_MODEL : model,
      project: workspace || null,
      apiKey: apiKey || null,
      region: geo === '' || geo === 'not_available' ? null : geo,
      serviceTier: usageType === '' || usageType === 'message' ? 'standard' : usageType,
      speed: speed === '' || speed === 'standard' ? null : speed,
      contextTier: contextTierOf(context),
      requests: null,
      quantities: {
        input: count(at.input, 'usage_input_tokens_no_cache') ?? none,
        cacheRead: count(at.cacheRead, 'usage_input_tokens_cache_read') ?? none,
        cacheWrite5m: count(at.cacheWrite5m, 'usage_input_tokens_cache_write_5m') ?? none,
        cacheWrite1h: count(at.cacheWrite1h, 'usage_input_tokens_cache_write_1h') ?? none,
        output: count(at.output, 'usage_output_tokens') ?? none,
        reasoning: none,
        other: otherMeters([['web_search', count(at.webSearch, 'web_search_count')]]),
      },
      tags: sortedTags([]),
    })
  }
}

function placesOf(columns: Columns) {
  return {
    date: columns.place('usage_date_utc'),
    model: columns.place('model_version'),
    apiKey: columns.place('api_key'),
    workspace: columns.place('workspace'),
    usageType: columns.place('usage_type'),
    context: columns.place('context_window'),
    input: columns.place('usage_input_tokens_no_cache'),
    // Before an hour could be asked for there was one column: a written cache lived for five minutes.
    cacheWrite5m: columns.place('usage_input_tokens_cache_write_5m', 'usage_input_tokens_cache_write'),
    cacheWrite1h: columns.place('usage_input_tokens_cache_write_1h'),
    cacheRead: columns.place('usage_input_tokens_cache_read'),
    output: columns.place('usage_output_tokens'),
    webSearch: columns.place('web_search_count'),
    geo: columns.place('inference_geo'),
    speed: columns.place('speed'),
  }
}

/** "≤ 200k", "> 200k", "0-200k", "200k-1M" → "<=200000", ">200000". Null when the export states none. */
export function contextTierOf(text: string): string | null {
  const compact = text.replace(/\s/g, '').toLowerCase()
  if (compact === '' || compact === 'not_available') return null
  const bound = /^(≤|<=|0-|>|)(\d+)k(-1m|\+)?$/.exec(compact)
  if (bound === null) return null
  const above = bound[1] === '>' || bound[3] !== undefined
  return `${above ? '>' : '<='}${bound[2]}000`
}
