/**
 * LiteLLM's daily tables (Daily…Spend): buckets by key, model and provider. Prompt tokens include the cache. Spend is an
 * estimate from LiteLLM's price map.
 */
import { DAY_MS } from '../../time/instant'
import type { UsageRecord } from '../../usage/record'
import { buildRecord, UNKNOWN_MODEL, withinTotal } from '../build-record'
import { Columns } from '../columns'
import { openNamed } from '../csv-rows'
import type { CsvDialect, ReadOptions } from '../dialect'
import { bucketIdentity } from '../identity'
import { countsCacheInside, LITELLM_NULLS, liteLlmHost } from '../litellm'
import { countOf, estimatedAmountOf, type InstantReader } from '../value'

const TITLE = 'LiteLLM daily spend'
const REQUIRED = [
  'date',
  'api_key',
  'model',
  'custom_llm_provider',
  'prompt_tokens',
  'completion_tokens',
  'spend',
  'api_requests',
] as const
const DIMENSIONS = [
  'api_key',
  'model',
  'model_group',
  'custom_llm_provider',
  'endpoint',
  'user_id',
  'team_id',
  'organization_id',
  'end_user_id',
  'tag',
  'mcp_namespaced_tool_name',
  'agent_id',
] as const

export const litellmDailyCsv: CsvDialect = {
  kind: 'csv',
  id: 'litellm-daily-csv',
  title: TITLE,
  recognisedBy: 'Columns date, custom_llm_provider, api_requests and spend.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    return ['date', 'custom_llm_provider', 'api_requests', 'spend'].every((name) => columns.has(name)) ? '1' : null
  },
  open: (header, options) =>
    openNamed({ title: TITLE, header, required: REQUIRED }, options, 'utc', ({ row, instants }) => [
      dailyRecord(
        { text: (name) => withoutNull(row.text(name)), count: (name) => countOf(withoutNull(row.text(name)), name) },
        instants,
        options,
      ),
    ]),
}

function withoutNull(text: string): string {
  return LITELLM_NULLS.has(text) ? '' : text
}

interface DailyField {
  /** Trimmed text of a field by name; empty when absent. */
  text(name: string): string
  count(name: string): bigint | null
}

export function dailyRecord(field: DailyField, instants: InstantReader, options: ReadOptions): UsageRecord {
  const none = 0n
  const startMs = instants.require(field.text('date'), 'date')
  const prompt = field.count('prompt_tokens') ?? none
  const read = field.count('cache_read_input_tokens') ?? none
  const written = field.count('cache_creation_input_tokens') ?? none
  const isInside = countsCacheInside(
    read + written,
    prompt,
    `${field.text('custom_llm_provider')} ${field.text('model')}`,
  )
  if (isInside) {
    withinTotal(read + written, prompt, 'cache_read_input_tokens and cache_creation_input_tokens', 'prompt_tokens')
  }
  const spend = estimatedAmountOf(field.text('spend'), 'spend')
  return buildRecord({
    identity: bucketIdentity('litellm-daily', String(startMs), ...DIMENSIONS.map((name) => field.text(name))),
    startMs,
    endMs: startMs + DAY_MS,
    host: options.host ?? liteLlmHost(field.text('custom_llm_provider')),
    model: field.text('model') || field.text('model_group') || UNKNOWN_MODEL,
    project: field.text('team_id') || null,
    apiKey: field.text('api_key') || null,
    user: field.text('user_id') || field.text('end_user_id') || null,
    requests: field.count('api_requests'),
    quantities: {
      input: isInside ? prompt - read - written : prompt,
      cacheRead: read,
      cacheWrite5m: written,
      cacheWrite1h: none,
      output: field.count('completion_tokens') ?? none,
      reasoning: none,
      other: null,
    },
    reportedCost: spend === null ? null : { amount: spend, currency: 'USD', kind: 'estimated' },
  })
}
