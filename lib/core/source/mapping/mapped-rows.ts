/** Rows of a mapped file as usage records. Nothing is guessed here: what does not fit the decisions is refused by row. */
import { DAY_MS, HOUR_MS, type InstantMs } from '../../time/instant'
import { offsetAt } from '../../time/zone-offset'
import type { Quantities, UsageRecord } from '../../usage/record'
import { NOT_YET, promptOf, sortedTags, UNKNOWN_MODEL, withinTotal } from '../build-record'
import type { ReadOptions, RowOutcome, RowReader } from '../dialect'
import { canonicalIdentity, hostOf, latencyOf, statusOf } from '../dialects/tokentab-csv'
import { ContentIdentities } from '../identity'
import { utcOfLocal } from '../local-time'
import { quoted } from '../reject'
import { amountOf, countOf, currencyOf, InstantReader, readRow, stop } from '../value'
import { readTime } from './date-style'
import { plainNumber, withoutSign } from './number-style'
import type { MappedField, MappingSpec, NumberField } from './spec'

/** Reads rows by field; `text` gives the trimmed text of a field of the row at hand, empty when it has none. */
export class MappedRows<Row> implements RowReader<Row> {
  readonly #spec: MappingSpec
  readonly #options: ReadOptions
  readonly #text: (row: Row, place: number) => string
  readonly #instants: InstantReader
  #contents = new ContentIdentities()

  constructor(spec: MappingSpec, options: ReadOptions, text: (row: Row, place: number) => string) {
    this.#spec = spec
    this.#options = options
    this.#text = text
    this.#instants = new InstantReader(options, 'utc')
  }

  read(row: Row): RowOutcome {
    return readRow(() => [this.#record(row)])
  }

  note() {
    return this.#instants.note()
  }

  /** Another table of the file begins, whose equal rows are counted by themselves. */
  again(): void {
    this.#contents = new ContentIdentities()
  }

  #record(row: Row): UsageRecord {
    const spec = this.#spec
    const text = (field: MappedField) => {
      const place = spec.columns[field]
      return place === undefined ? '' : this.#text(row, place).trim()
    }
    const startMs = this.#time(text('time'), 'time')
    const endText = text('end_time')
    const endMs = endText === '' ? endOf(startMs, spec) : this.#time(endText, 'end_time')
    if (endMs !== null && endMs <= startMs) {
      stop(
        'BAD_TIME',
        this.#column('end_time'),
        'The end is not after the beginning.',
        'Map the end to another column.',
      )
    }
    const model = text('model') || spec.model || UNKNOWN_MODEL
    const status = isHttpStatus(text('status')) ? httpStatus(text('status')) : statusOf(text('status'))
    const quantities = this.#quantities((field) => this.#count(text(field), field), status)
    const draft = {
      startMs,
      endMs,
      host: hostOf(text('host') || spec.host || '', this.#options),
      model,
      project: text('project') || null,
      apiKey: text('api_key') || null,
      user: text('user') || null,
      region: text('region') || null,
      serviceTier: tierOf(text('service_tier')),
      speed: null,
      contextTier: null,
      requests: this.#count(text('requests'), 'requests') ?? (endMs === null ? 1n : null),
      quantities,
      promptTokens: endMs === null ? promptOf(quantities) : null,
      status,
      latencyMs: wholeLatency(text('latency_ms')),
      reportedCost: this.#cost(text('reported_cost')),
      tags: sortedTags([]),
      identity: NOT_YET,
    }
    draft.identity = canonicalIdentity(text('id'), draft, this.#contents)
    return draft
  }

  #time(text: string, field: 'time' | 'end_time'): InstantMs {
    const { dates, row, time_zone } = this.#spec
    const column = this.#column(field)
    if (text === '') return stop('BAD_TIME', column, `${column} is empty.`, 'Give the time of the call.')
    // Months are billed by UTC: one of a zone would begin hours before its first, and be a part of the month before.
    const time = readTime(text, dates ?? 'iso', row === 'month' ? null : time_zone)
    if (time.ok && time.twice === true) this.#instants.tookFirst(time_zone ?? '')
    if (time.ok) return this.#instants.inRange(time.ms, column, text)
    if (time.why === 'impossible') {
      return stop(
        'DATE_OUT_OF_RANGE',
        column,
        `${column} is ${quoted(text)}, a time that does not exist.`,
        'Correct it.',
      )
    }
    return time.why === 'gap'
      ? stop(
          'BAD_TIME',
          column,
          `${column} is ${quoted(text)}, which no clock of ${time_zone} showed.`,
          'Export in UTC.',
        )
      : stop(
          'BAD_TIME',
          column,
          `${column} is ${quoted(text)}, not written as the column’s other times.`,
          'Write it as the others, or map the file anew.',
        )
  }

  #count(text: string, field: NumberField): bigint | null {
    return text === '' ? null : countOf(this.#plain(text, field), this.#column(field))
  }

  #cost(text: string): UsageRecord['reportedCost'] {
    if (text === '') return null
    const currency = currencyOf(this.#spec.currency, this.#column('reported_cost'), 'USD')
    const plain = this.#plain(withoutSign(text), 'reported_cost')
    const amount = amountOf(plain, this.#column('reported_cost'), currency)
    return amount === null ? null : { amount, currency, kind: 'billed' }
  }

  #plain(text: string, field: NumberField): string {
    const style = this.#spec.numbers[field] ?? 'point'
    const plain = plainNumber(text, style)
    if (plain !== null) return plain
    const column = this.#column(field)
    const example = style === 'point' ? '1,234.56' : '1.234,56'
    return stop(
      'BAD_NUMBER',
      column,
      `${column} is ${quoted(text)}, not a number written like ${example}, as the column’s others are.`,
      'Correct it, or map the file anew.',
    )
  }

  #quantities(count: (field: NumberField) => bigint | null, status: UsageRecord['status']): Quantities {
    const { input_includes_cache, output_includes_reasoning } = this.#spec
    const none = 0n
    const [input, read, written] = [count('input'), count('cache_read'), count('cache_write')]
    const [output, reasoning] = [count('output'), count('reasoning')]
    if (status === 'ok' && [input, read, written, output].every((value) => value === null)) {
      const column = this.#column('input')
      return stop('NO_USAGE', column, 'The row states no quantity: its token columns are empty.', 'Map other columns.')
    }
    const cached = (read ?? none) + (written ?? none)
    const inside = input_includes_cache === true && input !== null
    if (inside) withinTotal(cached, input, 'What was cached', this.#column('input'))
    const apart = output_includes_reasoning === false
    const total = (output ?? none) + (apart || output === null ? (reasoning ?? none) : none)
    withinTotal(reasoning ?? none, total, this.#column('reasoning'), this.#column('output'))
    return {
      input: (input ?? none) - (inside ? cached : none),
      cacheRead: read ?? none,
      cacheWrite5m: written ?? none,
      cacheWrite1h: none,
      output: total,
      reasoning: reasoning ?? none,
      other: null,
    }
  }

  #column(field: MappedField): string {
    const place = this.#spec.columns[field]
    return place === undefined ? field : (this.#spec.header[place] ?? field)
  }
}

/** The end of the bucket a row is the sum of; null for a call. A month is a calendar month of UTC, a day one of the file's zone. */
function endOf(startMs: InstantMs, { row, time_zone }: MappingSpec): InstantMs | null {
  if (row === 'call') return null
  if (row === 'hour') return startMs + HOUR_MS
  if (row === 'day') return nextDay(startMs, time_zone)
  const start = new Date(startMs)
  return Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1)
}

/** The same time of the next day: 23 or 25 hours later where the clocks change. */
function nextDay(startMs: InstantMs, zone: string | null): InstantMs {
  if (zone === null) return startMs + DAY_MS
  const next = utcOfLocal(startMs + offsetAt(startMs, zone) + DAY_MS, zone)
  return next.kind === 'gap' ? startMs + DAY_MS : next.ms
}

function tierOf(text: string): string {
  const tier = text.toLowerCase()
  return tier === '' || tier === 'default' || tier === 'auto' ? 'standard' : tier
}

const isHttpStatus = (text: string) => /^\d{3}$/.test(text)
const httpStatus = (text: string) => (/^[23]/.test(text) ? 'ok' : 'error')

/** A latency that is no plain number is left out: it decides nothing. */
function wholeLatency(text: string): number | null {
  return /^\d{1,9}(?:\.\d+)?$/.test(text) ? latencyOf(text) : null
}
