/**
 * Helicone's requests. Its export as a table does not tell what was cached or who bills; where the cache is told, Helicone has
 * taken it out of the prompt, as Anthropic does by itself. So it does with audio, and with reasoning where that is told: its
 * total is prompt, completion and reasoning (github.com/Helicone/helicone, packages/cost/usage and the SQL of its request store,
 * checked 2026-11-29). Cost is an estimate in dollars.
 */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, otherMeters, promptOf, sortedTags, textOrNull, UNKNOWN_MODEL } from '../build-record'
import { Columns } from '../columns'
import { openNamed } from '../csv-rows'
import type { CsvDialect, ReadOptions } from '../dialect'
import { providerIdentity } from '../identity'
import { isObject, parseJson } from '../json'
import { durationMs } from '../response'
import { estimatedAmountOf, type InstantReader, stop } from '../value'

const TITLE = 'Helicone requests'
const REQUIRED = [
  'response_id',
  'response_created_at',
  'request_created_at',
  'request_properties',
  'model',
  'prompt_tokens',
  'completion_tokens',
] as const

export const heliconeCsv: CsvDialect = {
  kind: 'csv',
  id: 'helicone-csv',
  title: TITLE,
  recognisedBy: 'Columns response_created_at and request_properties.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    return columns.has('response_created_at') && columns.has('request_properties') ? '1' : null
  },
  open: (header, options) =>
    openNamed({ title: TITLE, header, required: REQUIRED }, options, 'utc', ({ row, instants }) => [
      heliconeRecord({ text: (...names) => row.text(...names), count: (name) => row.count(name) }, instants, options),
    ]),
}

interface HeliconeField {
  /** Trimmed text of the first of these that is there; empty when none is. */
  text(...names: readonly string[]): string
  count(name: string): bigint | null
}

export function heliconeRecord(field: HeliconeField, instants: InstantReader, options: ReadOptions): UsageRecord {
  const id = field.text('request_id') || field.text('response_id')
  if (id === '') return stop('MISSING_VALUE', 'response_id', 'response_id is empty.', 'Export the requests again.')
  const none = 0n
  const count = (name: string) => field.count(name) ?? none
  const [prompt, completion, reasoning] = [
    count('prompt_tokens'),
    count('completion_tokens'),
    count('reasoning_tokens'),
  ]
  const isInside = reasoning <= completion && field.count('total_tokens') === prompt + completion
  const quantities = {
    input: prompt,
    cacheRead: count('prompt_cache_read_tokens'),
    cacheWrite5m: count('prompt_cache_write_tokens'),
    cacheWrite1h: none,
    output: isInside ? completion : completion + reasoning,
    reasoning,
    other: otherMeters([
      ['input_audio', count('prompt_audio_tokens')],
      ['output_audio', count('completion_audio_tokens')],
    ]),
  }
  const cost = estimatedAmountOf(field.text('cost', 'costusd', 'cost_usd'), 'cost')
  const status = field.text('response_status')
  const properties = parseJson(field.text('request_properties') || '{}')
  const model = field.text('response_model') || field.text('model') || field.text('request_model')
  return buildRecord({
    identity: providerIdentity('helicone', id),
    startMs: instants.require(field.text('request_created_at'), 'request_created_at'),
    host: options.host ?? (field.text('provider').toLowerCase() || 'unknown'),
    model: model === '' ? UNKNOWN_MODEL : model,
    user: field.text('request_user_id') || null,
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    status: status === '' || /^2\d\d$/.test(status) ? 'ok' : 'error',
    latencyMs: durationMs(field.text('latency', 'delay_ms'), 'ms'),
    reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' },
    tags: sortedTags(
      Object.entries(properties.ok && isObject(properties.value) ? properties.value : {}).map(([name, value]) => [
        name,
        textOrNull(value) ?? '',
      ]),
    ),
  })
}
