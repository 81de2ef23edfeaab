/**
 * Vercel AI Gateway's report: rows of a day or an hour by one dimension, as the API writes them or as its SDK for JavaScript hands
 * them on (`totalCost`). Input includes cached tokens; days are UTC.
 */
import { DAY_MS, HOUR_MS } from '../../time/instant'
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
  recognisedBy: 'Rows with a day or an hour, total_cost, input_tokens and request_count.',
  envelopes: ['results'],
  recognise(value) {
    if (!isObject(value)) return null
    const row = asWritten(value)
    return ('day' in row || 'hour' in row) && ['total_cost', 'input_tokens', 'request_count'].every((key) => key in row)
      ? '1'
      : null
  },
  open: (options) => openObjects(options, (row, reading) => [reportRecord(asWritten(row), reading)]),
}

/** The row with the API's names: the SDK's are the same words otherwise joined. */
function asWritten(row: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]),
  )
}

function reportRecord(row: JsonObject, { instants }: JsonReading): UsageRecord {
  const part = (row.hour ?? null) === null ? 'day' : 'hour'
  const startMs = instants.require(row[part], part)
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
      ...(part === 'hour' ? [part] : []),
    ),
    startMs,
    endMs: startMs + (part === 'hour' ? HOUR_MS : DAY_MS),
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
