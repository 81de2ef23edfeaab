/** Helicone's export of requests. It does not tell what was cached or who bills; cost is an estimate in dollars. */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, promptOf, sortedTags, textOrNull } from '../build-record'
import { Columns } from '../columns'
import { type CsvReading, openNamed } from '../csv-rows'
import type { CsvDialect } from '../dialect'
import { providerIdentity } from '../identity'
import { isObject, parseJson } from '../json'
import { durationMs } from '../response'
import { estimatedAmountOf, stop } from '../value'

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
    openNamed({ title: TITLE, header, required: REQUIRED }, options, 'utc', (reading) => [requestRecord(reading)]),
}

function requestRecord({ row, instants, options }: CsvReading): UsageRecord {
  const id = row.text('request_id', 'response_id')
  if (id === '') return stop('MISSING_VALUE', 'response_id', 'response_id is empty.', 'Export the requests again.')
  const none = 0n
  const read = row.count('prompt_cache_read_tokens') ?? none
  const written = row.count('prompt_cache_write_tokens') ?? none
  const prompt = row.count('prompt_tokens') ?? none
  // Whether the prompt includes the cache depends on the provider; a part above the whole cannot be inside it.
  const inside = read + written <= prompt
  const quantities = {
    input: inside ? prompt - read - written : prompt,
    cacheRead: read,
    cacheWrite5m: written,
    cacheWrite1h: none,
    output: row.count('completion_tokens') ?? none,
    reasoning: none,
    other: null,
  }
  const cost = estimatedAmountOf(row.text('cost'), 'cost')
  const status = row.text('response_status')
  const properties = parseJson(row.text('request_properties') || '{}')
  return buildRecord({
    identity: providerIdentity('helicone', id),
    startMs: instants.require(row.text('request_created_at'), 'request_created_at'),
    host: options.host ?? (row.text('provider').toLowerCase() || 'unknown'),
    model: row.model('model'),
    user: row.text('request_user_id') || null,
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    status: status === '' || /^2\d\d$/.test(status) ? 'ok' : 'error',
    latencyMs: durationMs(row.text('latency'), 'ms'),
    reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' },
    tags: sortedTags(
      Object.entries(properties.ok && isObject(properties.value) ? properties.value : {}).map(([name, value]) => [
        name,
        textOrNull(value) ?? '',
      ]),
    ),
  })
}
