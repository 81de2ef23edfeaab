/**
 * OpenRouter's activity export: one row a generation, or a daily table. Prompt tokens include the cached ones, completion
 * tokens include reasoning. OpenRouter bills, whoever serves: the serving provider is kept as a tag. Times are UTC.
 */
import { err, ok } from '../../result'
import { DAY_MS } from '../../time/instant'
import type { ReportedCost, UsageRecord } from '../../usage/record'
import { buildRecord, promptOf, sortedTags, withinTotal } from '../build-record'
import { Columns, cell } from '../columns'
import type { CsvDialect, ReadOptions, RowReader } from '../dialect'
import { bucketIdentity, providerIdentity } from '../identity'
import { countOf, estimatedAmountOf, InstantReader, readRow, stop } from '../value'
import { latencyOf } from './tokentab-csv'

const TITLE = 'OpenRouter activity export'
const REQUIRED = ['generation_id', 'created_at', 'model_permaslug', 'tokens_prompt', 'tokens_completion'] as const
const DAILY = ['date', 'slug', 'requests', 'prompt tokens', 'completion tokens'] as const

export const openrouterActivityCsv: CsvDialect = {
  kind: 'csv',
  id: 'openrouter-activity-csv',
  title: TITLE,
  recognisedBy: 'Columns generation_id and model_permaslug; the daily table by Slug and Prompt Tokens.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    if (columns.has('generation_id') && columns.has('model_permaslug')) {
      return columns.has('api_key_disabled') ? '2026-08' : columns.has('tokens_cached') ? '2026-01' : '2025'
    }
    return DAILY.every((name) => columns.has(name)) ? 'daily' : null
  },
  open(header, options) {
    const columns = new Columns(header)
    const daily = !columns.has('generation_id')
    const rows = daily ? new DailyRows(columns, options) : new GenerationRows(columns, options)
    const checked = columns.check(TITLE, daily ? DAILY : REQUIRED)
    return checked.ok ? ok(rows) : err(checked.error)
  },
}

class GenerationRows implements RowReader<readonly string[]> {
  readonly #at: ReturnType<typeof generationPlaces>
  readonly #instants: InstantReader

  constructor(columns: Columns, options: ReadOptions) {
    this.#at = generationPlaces(columns)
    this.#instants = new InstantReader(options, 'utc')
  }

  read(cells: readonly string[]) {
    return readRow(() => [this.#record(cells)])
  }

  #record(cells: readonly string[]): UsageRecord {
    const at = this.#at
    const id = cell(cells, at.id).trim()
    if (id === '') return stop('MISSING_VALUE', 'generation_id', 'generation_id is empty.', 'Export the file again.')
    const model = cell(cells, at.model).trim()
    if (model === '')
      return stop('MISSING_MODEL', 'model_permaslug', 'model_permaslug is empty.', 'Export the file again.')
    const startMs = this.#instants.require(cell(cells, at.created), 'created_at')
    const count = (place: number, name: string) => countOf(cell(cells, place), name)
    const none = 0n
    const prompt = count(at.prompt, 'tokens_prompt') ?? none
    const output = count(at.completion, 'tokens_completion') ?? none
    const cached = count(at.cached, 'tokens_cached') ?? none
    const reasoning = count(at.reasoning, 'tokens_reasoning') ?? none
    withinTotal(cached, prompt, 'tokens_cached', 'tokens_prompt')
    withinTotal(reasoning, output, 'tokens_reasoning', 'tokens_completion')
    const quantities = {
      input: prompt - cached,
      cacheRead: cached,
      cacheWrite5m: none,
      cacheWrite1h: none,
      output,
      reasoning,
      other: null,
    }
    const variant = cell(cells, at.variant).trim()
    return buildRecord({
      identity: providerIdentity('openrouter', id),
      startMs,
      host: 'openrouter',
      model: modelWithVariant(model, variant),
      project: cell(cells, at.app) || null,
      apiKey: cell(cells, at.apiKey) || null,
      user: cell(cells, at.user) || null,
      requests: 1n,
      quantities,
      promptTokens: promptOf(quantities),
      status: statusOf(cell(cells, at.cancelled), cell(cells, at.finish)),
      latencyMs: latencyOf(cell(cells, at.latency)),
      reportedCost: this.#cost(cells),
      tags: sortedTags([
        ['openrouter.provider', cell(cells, at.provider)],
        // Exports of 2025 do not say how much of the prompt was cached.
        ...(at.cached < 0 ? [['tokentab.cache_split', 'unknown'] as const] : []),
      ]),
    })
  }

  /** cost_total is net of the cache discount. */
  #cost(cells: readonly string[]): ReportedCost | null {
    return costTold(
      estimatedAmountOf(cell(cells, this.#at.cost), 'cost_total'),
      estimatedAmountOf(cell(cells, this.#at.byok), 'byok_usage_inference'),
    )
  }
}

function generationPlaces(columns: Columns) {
  return {
    id: columns.place('generation_id'),
    created: columns.place('created_at'),
    cost: columns.place('cost_total'),
    byok: columns.place('byok_usage_inference'),
    prompt: columns.place('tokens_prompt'),
    completion: columns.place('tokens_completion'),
    reasoning: columns.place('tokens_reasoning'),
    cached: columns.place('tokens_cached'),
    model: columns.place('model_permaslug'),
    provider: columns.place('provider_name'),
    variant: columns.place('variant'),
    cancelled: columns.place('cancelled'),
    user: columns.place('user'),
    finish: columns.place('finish_reason_normalized'),
    latency: columns.place('generation_time_ms'),
    apiKey: columns.place('api_key_name'),
    app: columns.place('app_name'),
  }
}

/**
 * What OpenRouter billed. Calls on the user's own key of a provider cost nothing there, or a fee: what the provider took is
 * another kind of cost, and is told where nothing was billed.
 */
export function costTold(billed: string | null, ownKey: string | null): ReportedCost | null {
  const nothing = billed === null || billed === '0'
  if (nothing && ownKey !== null && ownKey !== '0') return { amount: ownKey, currency: 'USD', kind: 'byok_upstream' }
  return billed === null ? null : { amount: billed, currency: 'USD', kind: 'billed' }
}

/** OpenRouter writes variants as a suffix: ":free" is another price than the model itself. */
export function modelWithVariant(model: string, variant: string): string {
  return variant === '' || variant === 'standard' || model.includes(':') ? model : `${model}:${variant}`
}

function statusOf(cancelled: string, finish: string): UsageRecord['status'] {
  if (/^true$/i.test(cancelled)) return 'cancelled'
  return finish === 'error' ? 'error' : 'ok'
}

/** The daily table, all cells quoted: Date, Slug, Usage, BYOK Usage, Requests, Prompt Tokens, … */
class DailyRows implements RowReader<readonly string[]> {
  readonly #at: ReturnType<typeof dailyPlaces>
  readonly #instants: InstantReader

  constructor(columns: Columns, options: ReadOptions) {
    this.#at = dailyPlaces(columns)
    this.#instants = new InstantReader(options, 'utc')
  }

  read(cells: readonly string[]) {
    return readRow(() => {
      const at = this.#at
      const startMs = this.#instants.require(cell(cells, at.date), 'date')
      const model = cell(cells, at.slug).trim()
      if (model === '') return stop('MISSING_MODEL', 'slug', 'Slug is empty.', 'Export the file again.')
      const none = 0n
      const output = countOf(cell(cells, at.completion), 'completion tokens') ?? none
      const reasoning = countOf(cell(cells, at.reasoning), 'reasoning tokens') ?? none
      withinTotal(reasoning, output, 'reasoning tokens', 'completion tokens')
      const usage = estimatedAmountOf(cell(cells, at.usage), 'usage')
      const ownKey = estimatedAmountOf(cell(cells, at.ownKey), 'byok usage')
      const record = buildRecord({
        identity: bucketIdentity('openrouter-daily', String(startMs), model),
        startMs,
        endMs: startMs + DAY_MS,
        host: 'openrouter',
        model,
        requests: countOf(cell(cells, at.requests), 'requests'),
        quantities: {
          input: countOf(cell(cells, at.prompt), 'prompt tokens') ?? none,
          cacheRead: none,
          cacheWrite5m: none,
          cacheWrite1h: none,
          output,
          reasoning,
          other: null,
        },
        reportedCost: costTold(usage, ownKey),
        // The table does not say how much of the prompt was cached, so a price computed from it is an upper bound.
        tags: sortedTags([['tokentab.cache_split', 'unknown']]),
      })
      return [record]
    })
  }
}

function dailyPlaces(columns: Columns) {
  return {
    date: columns.place('date'),
    slug: columns.place('slug'),
    usage: columns.place('usage'),
    ownKey: columns.place('byok usage'),
    requests: columns.place('requests'),
    prompt: columns.place('prompt tokens'),
    completion: columns.place('completion tokens'),
    reasoning: columns.place('reasoning tokens'),
  }
}
