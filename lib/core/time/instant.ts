/**
 * Instants are milliseconds since 1970-01-01T00:00:00Z as safe integers; periods are half-open [start, end) in UTC.
 * The clock is never read here: `now` is an argument everywhere in the core.
 */
import { err, ok, type Result } from '../result'

export type InstantMs = number

export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

export interface Period {
  readonly startMs: InstantMs
  readonly endMs: InstantMs
}

export function floorToHour(ms: InstantMs): InstantMs {
  return Math.floor(ms / HOUR_MS) * HOUR_MS
}

export function floorToDay(ms: InstantMs): InstantMs {
  return Math.floor(ms / DAY_MS) * DAY_MS
}

/** "2026-09" for an instant, UTC. */
export function monthOf(ms: InstantMs): string {
  return isoOf(ms).slice(0, 7)
}

/** RFC 3339 UTC text with milliseconds only when there are any: "2026-07-15T12:00:00Z". */
export function isoOf(ms: InstantMs): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}

/** Years of two digits are of the last century to `Date`: "0026" is a slip for 2026 and never 1926. */
const FIRST_YEAR = 100

/** The half-open UTC period of "2026-09". */
export function monthPeriod(month: string): Result<Period, 'NOT_A_MONTH'> {
  const match = /^(\d{4})-(\d{2})$/.exec(month)
  if (match === null) return err('NOT_A_MONTH')
  const year = Number.parseInt(match[1] as string, 10)
  const index = Number.parseInt(match[2] as string, 10) - 1
  if (year < FIRST_YEAR || index < 0 || index > 11) return err('NOT_A_MONTH')
  return ok({ startMs: Date.UTC(year, index, 1), endMs: Date.UTC(year, index + 1, 1) })
}

/** Months touched by a period, in order. */
export function monthsIn(period: Period): string[] {
  const months: string[] = []
  if (period.endMs <= period.startMs) return months
  const first = new Date(period.startMs)
  let year = first.getUTCFullYear()
  let index = first.getUTCMonth()
  while (Date.UTC(year, index, 1) < period.endMs) {
    months.push(`${String(year).padStart(4, '0')}-${String(index + 1).padStart(2, '0')}`)
    index += 1
    if (index === 12) {
      index = 0
      year += 1
    }
  }
  return months
}

const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?|UTC)?$/

/**
 * Parses ISO 8601 / RFC 3339 text. Text without an offset is read as UTC only when `zoneless` says so;
 * a date alone is its midnight. Impossible dates (02-30) are refused, never rolled over.
 */
export function parseInstant(
  text: string,
  zoneless: 'utc' | 'refuse',
): Result<InstantMs, 'NOT_A_TIME' | 'NO_ZONE' | 'IMPOSSIBLE_DATE'> {
  const m = RFC3339.exec(text)
  if (m === null) return err('NOT_A_TIME')
  const [year, month, day, hour, minute, second] = [m[1], m[2], m[3], m[4], m[5], m[6]].map((part) =>
    part === undefined ? 0 : Number.parseInt(part, 10),
  ) as [number, number, number, number, number, number]
  const zone = m[8]
  // PostgreSQL shortens an offset of whole hours to "+00"; after a date alone that would be part of something else.
  if (zone !== undefined && zone.length === 3 && zone !== 'UTC' && m[4] === undefined) return err('NOT_A_TIME')
  if (zone === undefined && m[4] !== undefined && zoneless === 'refuse') return err('NO_ZONE')
  const millis = m[7] === undefined ? 0 : Number.parseInt(m[7].padEnd(3, '0').slice(0, 3), 10)
  if (year < FIRST_YEAR || hour > 23 || minute > 59 || second > 60) return err('IMPOSSIBLE_DATE')
  const utc = Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59), millis)
  const check = new Date(utc)
  if (check.getUTCMonth() !== month - 1 || check.getUTCDate() !== day) return err('IMPOSSIBLE_DATE')
  if (zone === undefined || zone === 'Z' || zone === 'z' || zone === 'UTC') return ok(utc)
  const digits = zone.replace(':', '')
  const sign = digits.startsWith('-') ? -1 : 1
  const offset = Number.parseInt(digits.slice(1, 3), 10) * 60 + Number.parseInt(digits.slice(3, 5) || '0', 10)
  return ok(utc - sign * offset * 60_000)
}
