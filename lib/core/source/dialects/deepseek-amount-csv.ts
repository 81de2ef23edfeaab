/**
 * DeepSeek's platform export of amounts: one row a day, model, key and kind of token, disjoint. Each row is one record
 * with one meter; the row of kind request_count carries the calls, so the others have none. Days are DeepSeek's own
 * (local to whoever exported): the day as written is kept as the UTC day; rows of less than a day have their true times. Prices in the file are in the account's
 * currency, which only the cost file names, so no cost is taken from here.
 */
import { DAY_MS, type InstantMs } from '../../time/instant'
import type { Quantities, UsageRecord } from '../../usage/record'
import { decimalOf } from '../build-cost'
import { buildRecord, NO_QUANTITIES } from '../build-record'
import { Columns } from '../columns'
import { type CsvReading, type NamedCells, openNamed } from '../csv-rows'
import type { CsvDialect } from '../dialect'
import { bucketIdentity } from '../identity'
import { type InstantReader, stop } from '../value'

const TITLE = 'DeepSeek amount export'
const REQUIRED = ['model', 'api_key', 'type', 'price', 'amount'] as const

export const deepseekAmountCsv: CsvDialect = {
  kind: 'csv',
  id: 'deepseek-amount-csv',
  title: TITLE,
  recognisedBy: 'Columns type, price, amount and model.',
  required: [...REQUIRED, 'utc_date'],
  recognise(header) {
    const columns = new Columns(header)
    if (!REQUIRED.every((name) => columns.has(name))) return null
    return columns.has('start_time_iso') ? '2026-08' : '2025'
  },
  open: (header, options) =>
    openNamed(
      { title: TITLE, header, required: header.includes('start_time_iso') ? REQUIRED : [...REQUIRED, 'utc_date'] },
      options,
      'utc',
      (reading) => [amountRecord(reading)],
    ),
}

/** Kinds of row, with the older names beside. */
const METERS: Readonly<Record<string, keyof Quantities | 'requests'>> = {
  input_cache_miss_tokens: 'input',
  prompt_cache_miss_token: 'input',
  prompt_cache_miss_tokens: 'input',
  input_tokens: 'input',
  input_cache_hit_tokens: 'cacheRead',
  prompt_cache_hit_token: 'cacheRead',
  prompt_cache_hit_tokens: 'cacheRead',
  output_tokens: 'output',
  response_token: 'output',
  completion_tokens: 'output',
  request_count: 'requests',
  request: 'requests',
}

function amountRecord({ row, instants }: CsvReading): UsageRecord {
  const kind = row.text('type').toLowerCase()
  const meter = Object.hasOwn(METERS, kind) ? METERS[kind] : undefined
  if (meter === undefined) {
    return stop(
      'BAD_VALUE',
      'type',
      `type is “${kind.slice(0, 60)}”, not a kind of amount that is known.`,
      'Report this kind of row.',
    )
  }
  const { startMs, endMs, name: period } = deepseekPeriod(row, instants)
  const amount = row.count('amount')
  if (amount === null) return stop('MISSING_VALUE', 'amount', 'amount is empty.', 'Export the file again.')
  const model = row.model('model')
  const price = decimalOf(row.text('price'), 'price') ?? ''
  const name = row.text('api_key_name')
  const key = row.text('api_key')
  return buildRecord({
    // A day on which the price changed, or of which some hours cost less, has a row for each.
    identity: bucketIdentity('deepseek-amount', row.text('user_id'), period, model, name, key, meter, price),
    startMs,
    endMs,
    host: 'deepseek',
    model,
    apiKey: name || key || null,
    requests: meter === 'requests' ? amount : 0n,
    quantities: meter === 'requests' ? NO_QUANTITIES : { ...NO_QUANTITIES, [meter]: amount },
  })
}

/** A day as it is written, or hours at their true times; from midnight to midnight is a day, however long the clocks made it. */
export function deepseekPeriod(
  row: NamedCells,
  instants: InstantReader,
): { readonly startMs: InstantMs; readonly endMs: InstantMs; readonly name: string } {
  const written = row.text('start_time_iso', 'utc_date')
  const end = row.text('end_time_iso')
  if (end !== '' && [written, end].some((text) => !/T00:00(:00)?/.test(text))) {
    const startMs = instants.require(written, 'start_time_iso')
    const endMs = instants.require(end, 'end_time_iso')
    if (endMs - startMs < DAY_MS) return { startMs, endMs, name: `${startMs}-${endMs}` }
  }
  const startMs = instants.require(written.slice(0, /^\d{8}$/.test(written) ? 8 : 10), 'utc_date')
  return { startMs, endMs: startMs + DAY_MS, name: String(startMs) }
}
