/**
 * Time-of-day conditions: whether an instant falls in the windows, weekdays and holidays of a host's local clock.
 */
import { DAY_MS, type InstantMs } from '../time/instant'
import type { LocalTimeCondition } from './entry'
import { HOLIDAYS } from './holiday'

const MINUTE_MS = 60_000
/** 1970-01-01 was a Thursday, ISO weekday 4. */
const EPOCH_WEEKDAY = 4

export function matchesLocalTime(condition: LocalTimeCondition, ms: InstantMs): boolean {
  const local = ms + condition.utcOffsetMinutes * MINUTE_MS
  const day = Math.floor(local / DAY_MS)
  const minute = (local - day * DAY_MS) / MINUTE_MS
  return insideWindows(condition, day, minute) !== (condition.negate === true)
}

function insideWindows(condition: LocalTimeCondition, day: number, minute: number): boolean {
  if (!condition.windows.some(([from, to]) => minute >= from && minute < to)) return false
  if (condition.weekdays !== undefined) {
    const weekday = ((((day + EPOCH_WEEKDAY - 1) % 7) + 7) % 7) + 1
    if (!condition.weekdays.includes(weekday)) return false
  }
  return condition.holidayCalendar === undefined || !HOLIDAYS[condition.holidayCalendar].has(day)
}

/** Instants in (startMs, endMs) where the condition may turn: window edges and local midnights. */
export function localTimeEdges(condition: LocalTimeCondition, startMs: InstantMs, endMs: InstantMs): InstantMs[] {
  const offset = condition.utcOffsetMinutes * MINUTE_MS
  const edges: InstantMs[] = []
  for (let day = Math.floor((startMs + offset) / DAY_MS); day * DAY_MS - offset < endMs; day += 1) {
    for (const minute of [0, ...condition.windows.flat()]) {
      const edge = day * DAY_MS - offset + minute * MINUTE_MS
      if (edge > startMs && edge < endMs) edges.push(edge)
    }
  }
  return edges
}
