/**
 * LiteLLM's daily tables (Daily…Spend): buckets by key, model and provider. Prompt tokens include the cache. Spend is an
 * estimate from LiteLLM's price map.
 */
import { DAY_MS } from '../../time/instant'
import { buildRecord, withinTotal } from '../build-record'
import { Columns } from '../columns'
import { openNamed } from '../csv-rows'
import type { CsvDialect } from '../dialect'
import { bucketIdentity } from '../identity'
import { liteLlmHost } from '../litellm'
import { estimatedAmountOf } from '../value'

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
    openNamed({ title: TITLE, header, required: REQUIRED }, options, 'utc', ({ row, instants }) => {
      const none = 0n
      const startMs = instants.require(row.text('date'), 'date')
      const prompt = row.count('prompt_tokens') ?? none
      const read = row.count('cache_read_input_tokens') ?? none
      const written = row.count('cache_creation_input_tokens') ?? none
      withinTotal(read + written, prompt, 'cache_read_input_tokens and cache_creation_input_tokens', 'prompt_tokens')
      const spend = estimatedAmountOf(row.text('spend'), 'spend')
      return [
        buildRecord({
          identity: bucketIdentity('litellm-daily', String(startMs), ...DIMENSIONS.map((name) => row.text(name))),
          startMs,
          endMs: startMs + DAY_MS,
          host: options.host ?? liteLlmHost(row.text('custom_llm_provider')),
          model: row.model('model', 'model_group'),
          project: row.text('team_id') || null,
          apiKey: row.text('api_key') || null,
          user: row.text('user_id', 'end_user_id') || null,
          requests: row.count('api_requests'),
          quantities: {
            input: prompt - read - written,
            cacheRead: read,
            cacheWrite5m: written,
            cacheWrite1h: none,
            output: row.count('completion_tokens') ?? none,
            reasoning: none,
            other: null,
          },
          reportedCost: spend === null ? null : { amount: spend, currency: 'USD', kind: 'estimated' },
        }),
      ]
    }),
}
