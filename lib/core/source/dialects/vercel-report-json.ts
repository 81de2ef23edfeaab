/** Vercel AI Gateway's report: daily rows by one dimension. Input includes cached tokens; days are UTC. */
import { DAY_MS } from '../../time/instant'
import type { UsageRecord } from '../../usage/record'
import { buildRecord, sortedTags, textOrNull, UNKNOWN_MODEL, withinTotal } from '../build-record'
import type { JsonDialect } from '../dialect'
import { bucketIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, openObjects } from '../json-rows'
import { countIn, estimatedAmountOf } from '../value'

const DIMENSIONS = ['model', 'provider', 'user', 'tag', 'credential_type'] as const

export const vercelReportJson: JsonDialect = {
  kind: 'json',
  id: 'vercel-report-json',
  title: 'Vercel AI Gateway report',
  recognisedBy: 'Rows with a day, total_cost, input_tokens and request_count.',
  envelopes: ['results'],
  recognise: (value) =>
    isObject(value) && ['day', 'total_cost', 'input_tokens', 'request_count'].every((key) => key in value) ? '1' : null,
  open: (options) => openObjects(options, (row, reading) => [reportRecord(row, reading)]),
}

function reportRecord(row: JsonObject, { instants }: JsonReading): UsageRecord {
  const startMs = instants.require(row.day, 'day')
  // Grouped by something else: the usage is real, only its price cannot be known.
  const model = textOrNull(row.model) ?? UNKNOWN_MODEL
  const none = 0n
  const count = (name: string) => countIn(row[name], name) ?? none
  const input = count('input_tokens')
  const read = count('cached_input_tokens')
  const written = count('cache_creation_input_tokens')
  const output = count('output_tokens')
  const reasoning = count('reasoning_tokens')
  // A part above the whole cannot be inside it.
  const isInside = read + written <= input
  withinTotal(reasoning, output, 'reasoning_tokens', 'output_tokens')
  const cost = estimatedAmountOf(row.total_cost, 'total_cost')
  return buildRecord({
    identity: bucketIdentity(
      'vercel-report',
      String(startMs),
      ...DIMENSIONS.map((name) => textOrNull(row[name]) ?? ''),
    ),
    startMs,
    endMs: startMs + DAY_MS,
    host: 'vercel',
    model,
    user: textOrNull(row.user),
    requests: countIn(row.request_count, 'request_count'),
    quantities: {
      input: isInside ? input - read - written : input,
      cacheRead: read,
      cacheWrite5m: written,
      cacheWrite1h: none,
      output,
      reasoning,
      other: null,
    },
    reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'billed' },
    tags: sortedTags([['vercel.provider', textOrNull(row.provider) ?? '']]),
  })
}
