/**
 * Tokentab JSON: the records of POST /api/v1/usage, as JSON Lines or a list. `usage` is canonical: disjoint classes, with
 * reasoning inside output.
 */
import { isMeter, type OtherMeter } from '../../usage/meter'
import type { UsageRecord } from '../../usage/record'
import { NOT_YET, promptOf, sortedTags, textOrNull } from '../build-record'
import type { JsonDialect, ReadOptions, RowReader } from '../dialect'
import { ContentIdentities } from '../identity'
import { isObject, type JsonObject } from '../json'
import { amountOf, countIn, currencyOf, InstantReader, readRow, stop } from '../value'
import { canonicalIdentity, canonicalQuantities, hostOf, latencyOf, statusOf } from './tokentab-csv'

const CORE = new Set(['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'])

export const tokentabJsonl: JsonDialect = {
  kind: 'json',
  id: 'tokentab-jsonl',
  title: 'Tokentab JSON Lines',
  recognisedBy: 'Records with timestamp, model and a canonical usage object ({"input", "output", …}).',
  envelopes: [],
  recognise(value) {
    if (!isObject(value) || !isObject(value.usage) || value.timestamp === undefined || value.model === undefined)
      return null
    return Object.keys(value.usage).every(isMeter) ? '1' : null
  },
  open: (options) => new TokentabRecords(options),
}

class TokentabRecords implements RowReader<unknown> {
  readonly #options: ReadOptions
  readonly #instants: InstantReader
  readonly #contents = new ContentIdentities()

  constructor(options: ReadOptions) {
    this.#options = options
    this.#instants = new InstantReader(options, 'declared')
  }

  note() {
    return this.#instants.note()
  }

  read(value: unknown) {
    return readRow(() => [this.#record(value)])
  }

  #record(value: unknown): UsageRecord {
    if (!isObject(value))
      return stop('NOT_THIS_FORMAT', null, 'The record is not an object.', 'Write one object per record.')
    if (!isObject(value.usage)) return stop('NO_USAGE', 'usage', 'usage is missing.', 'Give the usage object.')
    const startMs = this.#instants.require(value.timestamp, 'timestamp')
    const endMs = this.#instants.read(value.end_timestamp, 'end_timestamp')
    if (endMs !== null && endMs <= startMs) {
      return stop(
        'BAD_TIME',
        'end_timestamp',
        'end_timestamp is not after timestamp.',
        'Give the end of the bucket, exclusive.',
      )
    }
    const model = textOrNull(value.model)?.trim() ?? ''
    if (model === '') return stop('MISSING_MODEL', 'model', 'model is empty.', 'Name the model as its host does.')
    const status = statusOf(textOrNull(value.status) ?? '')
    const quantities = quantitiesOf(value.usage, status)
    const currency = currencyOf(textOrNull(value.reported_currency) ?? '', 'reported_currency', 'USD')
    const cost = amountOf(value.reported_cost, 'reported_cost', currency)
    const draft = {
      startMs,
      endMs,
      host: hostOf(textOrNull(value.provider) ?? textOrNull(value.host) ?? '', this.#options),
      model,
      project: textOrNull(value.project),
      apiKey: textOrNull(value.api_key),
      user: textOrNull(value.user),
      region: textOrNull(value.region),
      serviceTier: (textOrNull(value.service_tier) ?? 'standard').trim().toLowerCase(),
      speed: textOrNull(value.speed),
      contextTier: textOrNull(value.context_tier),
      requests: countIn(value.requests, 'requests') ?? (endMs === null ? 1n : null),
      quantities,
      promptTokens: endMs === null ? promptOf(quantities) : null,
      status,
      latencyMs: latencyOf(textOrNull(value.latency_ms) ?? ''),
      reportedCost: cost === null ? null : { amount: cost, currency, kind: 'billed' as const },
      tags: tagsOf(value.tags),
      identity: NOT_YET,
    }
    draft.identity = canonicalIdentity(textOrNull(value.id) ?? '', draft, this.#contents)
    return draft
  }
}

function quantitiesOf(usage: JsonObject, status: UsageRecord['status']) {
  const other = new Map<OtherMeter, bigint>()
  for (const name of Object.keys(usage)) {
    if (CORE.has(name)) continue
    if (!isMeter(name)) {
      stop(
        'INVALID_USAGE',
        `usage.${name}`,
        `usage.${name.slice(0, 60)} is not a meter.`,
        'docs/formats.md lists the meters.',
      )
    }
    const count = countIn(usage[name], `usage.${name}`)
    if (count !== null && count > 0n) other.set(name as OtherMeter, count)
  }
  return canonicalQuantities(
    {
      input: countIn(usage.input, 'usage.input'),
      cacheRead: countIn(usage.cache_read, 'usage.cache_read'),
      cacheWrite5m: countIn(usage.cache_write_5m, 'usage.cache_write_5m'),
      cacheWrite1h: countIn(usage.cache_write_1h, 'usage.cache_write_1h'),
      output: countIn(usage.output, 'usage.output'),
      reasoning: countIn(usage.reasoning, 'usage.reasoning'),
      other: other.size === 0 ? null : other,
    },
    status,
  )
}

function tagsOf(value: unknown): UsageRecord['tags'] {
  if (value === null || value === undefined) return sortedTags([])
  if (!isObject(value)) return stop('BAD_VALUE', 'tags', 'tags is not an object.', 'Write {"team":"web"}.')
  return sortedTags(
    Object.entries(value).map(([name, tag]): readonly [string, string] => [
      name,
      tag === true || tag === false ? String(tag) : (textOrNull(tag) ?? ''),
    ]),
  )
}
