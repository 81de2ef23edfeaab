/** Wall-clock times of an IANA zone to instants, with the two awkward hours of a year told apart. */
import type { InstantMs } from '../time/instant'

export type LocalInstant =
  | { readonly kind: 'once'; readonly ms: InstantMs }
  /** The clock showed this time twice; `ms` is the earlier. */
  | { readonly kind: 'twice'; readonly ms: InstantMs }
  /** The clock never showed it. */
  | { readonly kind: 'gap' }

const formats = new Map<string, Intl.DateTimeFormat>()

export function isTimeZone(name: string): boolean {
  try {
    formatFor(name)
    return true
  } catch (unknownZone) {
    if (unknownZone instanceof RangeError) return false
    throw unknownZone
  }
}

/** `wallMs` is the wall clock's reading written as if it were UTC. */
export function utcOfLocal(wallMs: number, timeZone: string): LocalInstant {
  // Offsets a day before and after bracket any change near the instant.
  const before = offsetAt(wallMs - 86_400_000, timeZone)
  const after = offsetAt(wallMs + 86_400_000, timeZone)
  const found = [...new Set([before, after])]
    .map((offset) => wallMs - offset)
    .filter((ms) => ms + offsetAt(ms, timeZone) === wallMs)
    .sort((a, b) => a - b)
  const first = found[0]
  if (first === undefined) return { kind: 'gap' }
  return { kind: found.length > 1 ? 'twice' : 'once', ms: first }
}

/** Zones change their offset at whole quarters of an hour, so one answer serves a quarter. */
const QUARTER_MS = 900_000
const MAX_REMEMBERED = 20_000
const remembered = new Map<string, number>()

function offsetAt(ms: InstantMs, timeZone: string): number {
  const key = `${timeZone} ${Math.floor(ms / QUARTER_MS)}`
  const known = remembered.get(key)
  if (known !== undefined) return known
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  const offset = computedOffset(ms, timeZone)
  remembered.set(key, offset)
  return offset
}

function computedOffset(ms: InstantMs, timeZone: string): number {
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(ms)
      .map((part) => [part.type, part.value]),
  )
  const number = (type: Intl.DateTimeFormatPartTypes) => Number.parseInt(parts.get(type) as string, 10)
  const wall = Date.UTC(
    number('year'),
    number('month') - 1,
    number('day'),
    number('hour'),
    number('minute'),
    number('second'),
  )
  return wall - Math.floor(ms / 1000) * 1000
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(timeZone, format)
  }
  return format
}
