/**
 * Cells and JSON values to counts, amounts and instants, all from text and all exact. A value that cannot be read stops
 * its row: `readRow` turns that stop into a reason, so a dialect reads straight down its columns.
 */
import { formatScaled, parseScaled } from '../money/decimal'
import { err, ok, type Problem } from '../result'
import { DAY_MS, type InstantMs, isoOf, parseInstant } from '../time/instant'
import type { ReadOptions, RowOutcome } from './dialect'
import { utcOfLocal } from './local-time'
import { quoted, type RejectCode, type RejectReason } from './reject'
import { isoOfWritten } from './written-time'

export const MAX_COUNT = 9_223_372_036_854_775_807n
const EARLIEST_MS = Date.UTC(2015, 0, 1)

/** Carries a reason from a value to its row; only `readRow` catches it. */
class RowStop {
  readonly reason: RejectReason
  constructor(reason: RejectReason) {
    this.reason = reason
  }
}

export function stop(code: RejectCode, column: string | null, message: string, remedy: string): never {
  throw new RowStop({ code, column, message, remedy })
}

/** Runs a dialect's reading of one row. */
export function readRow<Fact>(read: () => readonly Fact[]): RowOutcome<Fact> {
  try {
    return ok(read())
  } catch (stopped) {
    if (stopped instanceof RowStop) return err(stopped.reason)
    throw stopped
  }
}

/** A whole number 0 … 2^63−1, or null for an empty cell. "4.0", "1e5" and "+4" are whole numbers. */
export function countOf(text: string, column: string): bigint | null {
  const length = text.length
  if (length === 0) return null
  if (length <= 15) {
    let number = 0
    let at = 0
    for (; at < length; at += 1) {
      const digit = text.charCodeAt(at) - 48
      if (digit < 0 || digit > 9) break
      number = number * 10 + digit
    }
    if (at === length) return number === 0 ? 0n : BigInt(number)
  }
  const trimmed = text.trim()
  if (trimmed === '') return null
  const whole = parseScaled(trimmed, 0)
  if (whole.ok && whole.value >= 0n && whole.value <= MAX_COUNT) return whole.value
  if (whole.ok && whole.value < 0n) {
    return stop(
      'NEGATIVE_TOKENS',
      column,
      `${column} is ${quoted(trimmed)}: a count cannot be negative.`,
      'Correct the number at its source; a credit belongs in a cost column.',
    )
  }
  return stop(
    'BAD_NUMBER',
    column,
    `${column} is ${quoted(trimmed)}, not a whole number from 0 to ${MAX_COUNT}.`,
    'Write digits only, without separators or units; leave the cell empty when the number is unknown.',
  )
}

/** A count in JSON: a number, or text of digits. Null and absent are null. */
export function countIn(value: unknown, path: string): bigint | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') {
    if (value >= 0) return BigInt(value)
    return countOf(String(value), path)
  }
  if (typeof value === 'bigint') {
    return value >= 0n && value <= MAX_COUNT ? value : countOf(value.toString(), path)
  }
  if (typeof value === 'string') return countOf(value, path)
  return stop('BAD_NUMBER', path, `${path} is not a number.`, 'Write a whole number.')
}

/** A plain JSON value as text. An object has none: to JavaScript the ones of a file have not even a form as text. */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return String(value)
}

/** A value of a file as JSON text: integers beyond 2^53 as text of their digits, which no writer of JSON takes otherwise. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner))
}

/** Exact decimal text with at most 18 places, or null for an empty cell. A currency sign must agree with the currency. */
export function amountOf(value: unknown, column: string, currency: string): string | null {
  if (value === null || value === undefined || value === '') return null
  let text = plainText(value).trim()
  if (text === '') return null
  const sign = SIGNS.get(text.replace(/^-/, '').charAt(0))
  if (sign !== undefined) {
    if (sign !== currency) {
      return stop(
        'UNKNOWN_CURRENCY',
        column,
        `${column} is ${quoted(text)}, but the row's currency is ${currency}.`,
        'Give the currency that the sign stands for.',
      )
    }
    text = text.replace(/^(-?)./, '$1').trim()
  }
  const parsed = parseScaled(text, 18)
  if (parsed.ok && parsed.value < 10n ** 38n && parsed.value > -(10n ** 38n)) return formatScaled(parsed.value, 18)
  if (!parsed.ok && parsed.error === 'TOO_PRECISE') {
    return stop(
      'TOO_PRECISE',
      column,
      `${column} is ${quoted(text)}: more than 18 decimal places.`,
      'Round the amount at its source; it is never rounded here without being told.',
    )
  }
  return stop(
    'BAD_NUMBER',
    column,
    `${column} is ${quoted(text)}, not a decimal number.`,
    'Write it as 1234.56, without separators.',
  )
}

/**
 * An amount that a gateway worked out in floating point: such text runs to 25 places of which a double holds 17, so what
 * lies beyond 18 places is dropped instead of the row.
 */
export function estimatedAmountOf(value: unknown, column: string): string | null {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  if (/^(null|none)$/i.test(text)) return null
  const parsed = parseScaled(text, 40)
  if (!parsed.ok) return amountOf(value, column, 'USD')
  return formatScaled(parsed.value / 10n ** 22n, 18)
}

const SIGNS = new Map([
  ['$', 'USD'],
  ['€', 'EUR'],
  ['£', 'GBP'],
])

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'))

/** An ISO 4217 code in upper case; `fallback` for an empty cell. */
export function currencyOf(text: string, column: string, fallback: string): string {
  const code = text.trim().toUpperCase()
  if (code === '') return fallback
  if (code === 'US$') return 'USD'
  if (CURRENCIES.has(code)) return code
  return stop(
    'UNKNOWN_CURRENCY',
    column,
    `${column} is ${quoted(text)}, not an ISO 4217 currency.`,
    'Write a currency code such as USD, EUR or CNY.',
  )
}

/** Reads the instants of one file. Keeps the last day it worked out, because rows of a file follow each other in time. */
export class InstantReader {
  readonly #latestMs: number
  readonly #nowMs: number
  readonly #timeZone: string | null
  #day = ''
  #dayMs = 0
  #assumed = 0
  /** Times that the clock of this zone showed twice. */
  #twice = { count: 0, zone: '' }

  /** `zone` "utc": the format documents its times as UTC, whatever the user's zone. "declared": the user's zone counts. */
  constructor(options: ReadOptions, zone: 'utc' | 'declared') {
    this.#nowMs = options.nowMs
    this.#latestMs = options.nowMs + DAY_MS
    this.#timeZone = zone === 'utc' ? null : options.timeZone
  }

  /** RFC 3339, ISO date or time, or seconds, milliseconds, microseconds or nanoseconds since 1970. Null when empty. */
  read(value: unknown, column: string): InstantMs | null {
    if (value === null || value === undefined || value === '') return null
    const text = plainText(value)
    const fast = this.#fast(text, 0, text.length)
    const ms = fast >= 0 ? fast : this.#slow(text.trim(), column)
    return ms === null ? null : this.inRange(ms, column, text)
  }

  /** The time of a call whose source tells none: that of the import. The user is told (`note`). */
  assume(): InstantMs {
    this.#assumed += 1
    return this.#nowMs
  }

  /** Takes back that times were assumed for a number of calls whose time turned out to be known or assumed before. */
  unassume(calls: number): void {
    this.#assumed -= calls
  }

  /** A time was taken for the first of two, when clocks went back. The user is told (`note`). */
  tookFirst(zone: string): void {
    this.#twice = { count: this.#twice.count + 1, zone }
  }

  /** What the user should know of the times read so far. */
  note(): Problem | null {
    if (this.#assumed === 0) return this.#noteOfTwice()
    return {
      code: 'TIME_ASSUMED',
      message: `${this.#assumed} ${this.#assumed === 1 ? 'record tells' : 'records tell'} no time: the time of the import, ${isoOf(this.#nowMs)}, stands for it and decides the prices.`,
      remedy:
        'To have the calls in their own month, log a "timestamp" beside each of them, undo this import and repeat it.',
    }
  }

  #noteOfTwice(): Problem | null {
    const { count, zone } = this.#twice
    if (count === 0) return null
    return {
      code: 'TIME_TWICE',
      message: `${count} ${count === 1 ? 'time has no offset and falls' : 'times have no offset and fall'} in the hour that the clocks of ${zone} showed twice, as they went back: the first of the two was taken.`,
      remedy:
        'Nothing to do for sums of days and months. If the hour matters, export the times with their offset or in UTC.',
    }
  }

  require(value: unknown, column: string): InstantMs {
    const ms = this.read(value, column)
    if (ms !== null) return ms
    return stop('BAD_TIME', column, `${column} is empty.`, 'Give the time of the call, e.g. 2026-09-30T12:00:00Z.')
  }

  inRange(ms: InstantMs, column: string, text: string): InstantMs {
    if (ms >= EARLIEST_MS && ms <= this.#latestMs) return ms
    const shown = Math.abs(ms) < 8.64e15 ? isoOf(ms) : 'far away'
    return stop(
      'DATE_OUT_OF_RANGE',
      column,
      `${column} is ${quoted(text)}, read as ${shown}: before 2015 or more than a day after ${isoOf(this.#nowMs)}.`,
      'Check the unit (seconds, milliseconds) and the time zone of the time column.',
    )
  }

  /** The required instant that stands at a place in a text. */
  requireAt(text: string, start: number, end: number, column: string): InstantMs {
    const ms = this.#fast(text, start, end - start)
    return ms >= EARLIEST_MS && ms <= this.#latestMs ? ms : this.require(text.slice(start, end), column)
  }

  /** "2026-07-15T12:00:00Z", with or without milliseconds; −1 when it is anything else. */
  #fast(text: string, start: number, length: number): number {
    if ((length !== 20 && length !== 24) || text.charCodeAt(start + length - 1) !== 90) return -1
    if (text.charCodeAt(start + 10) !== 84) return -1
    if (text.charCodeAt(start + 13) !== 58 || text.charCodeAt(start + 16) !== 58) return -1
    const hour = pair(text, start + 11)
    const minute = pair(text, start + 14)
    const second = pair(text, start + 17)
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return -1
    let millis = 0
    if (length === 24) {
      const tens = pair(text, start + 20)
      const unit = text.charCodeAt(start + 22) - 48
      if (text.charCodeAt(start + 19) !== 46 || tens < 0 || unit < 0 || unit > 9) return -1
      millis = tens * 10 + unit
    }
    if (!this.#isDay(text, start)) {
      const date = text.slice(start, start + 10)
      const day = parseInstant(date, 'utc')
      if (!day.ok) return -1
      this.#day = date
      this.#dayMs = day.value
    }
    return this.#dayMs + hour * 3_600_000 + minute * 60_000 + second * 1000 + millis
  }

  /** The day of the row before: its last digits differ first. */
  #isDay(text: string, start: number): boolean {
    const day = this.#day
    if (day === '') return false
    for (let at = 9; at >= 0; at -= 1) if (text.charCodeAt(start + at) !== day.charCodeAt(at)) return false
    return true
  }

  #slow(text: string, column: string): InstantMs | null {
    if (text === '') return null
    if (/^\d{9,19}(\.\d+)?$/.test(text)) return epochOf(text)
    let plain = text.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')
    let parsed = parseInstant(plain, 'utc')
    if (!parsed.ok && parsed.error === 'NOT_A_TIME') {
      plain = isoOfWritten(text) ?? plain
      parsed = parseInstant(plain, 'utc')
    }
    const zoneless = this.#timeZone !== null && /^\d{4}-\d{2}-\d{2}([T ][\d:.]+)?$/.test(plain)
    if (parsed.ok && zoneless && this.#timeZone !== null) {
      const local = utcOfLocal(parsed.value, this.#timeZone)
      if (local.kind === 'twice') this.tookFirst(this.#timeZone)
      if (local.kind !== 'gap') return local.ms
      return stop(
        'BAD_TIME',
        column,
        `${column} is ${quoted(text)}, which did not exist in ${this.#timeZone}: the clocks went forward.`,
        'Export the times with their offset, or in UTC.',
      )
    }
    if (parsed.ok) return parsed.value
    const impossible = parsed.error === 'IMPOSSIBLE_DATE'
    return stop(
      impossible ? 'DATE_OUT_OF_RANGE' : 'BAD_TIME',
      column,
      `${column} is ${quoted(text)}, ${impossible ? 'a date that does not exist' : 'not a time that can be read without guessing'}.`,
      'Write RFC 3339, e.g. 2026-09-30T12:00:00Z, or seconds since 1970.',
    )
  }
}

function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const unit = text.charCodeAt(at + 1) - 48
  return tens < 0 || tens > 9 || unit < 0 || unit > 9 ? -1 : tens * 10 + unit
}

/** Seconds, milliseconds, microseconds or nanoseconds by the number of digits; fractions of a millisecond are dropped. */
function epochOf(text: string): InstantMs {
  const [whole = '', fraction = ''] = text.split('.')
  const millisDigits = whole.length <= 10 ? 3 : whole.length <= 13 ? 0 : whole.length <= 16 ? -3 : -6
  const digits =
    millisDigits === 3 ? whole + fraction.padEnd(3, '0').slice(0, 3) : whole.slice(0, whole.length + millisDigits)
  return Number.parseInt(digits, 10)
}
