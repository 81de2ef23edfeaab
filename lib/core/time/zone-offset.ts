/** How far a zone's wall clock is from UTC at an instant. */
import type { InstantMs } from './instant'

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

/** Zones change their offset at whole quarters of an hour, so one answer serves a quarter. */
const QUARTER_MS = 900_000
const MAX_REMEMBERED = 20_000
const remembered = new Map<string, number>()

/** Milliseconds the wall clock of an IANA zone is ahead of UTC. */
export function offsetAt(ms: InstantMs, timeZone: string): number {
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
