import { compactCount } from '../../../lib/core/report/format'
import { t } from '../messages/en'

/** Tokens per second with three significant digits. */
export function rateText(rate: number): string {
  return rate >= 100
    ? compactCount(Math.round(rate).toString())
    : rate >= 10
      ? rate.toFixed(0)
      : rate === 0
        ? '0'
        : rate.toFixed(1)
}

/** How the viewer's clock stands to UTC: whole hours ahead, rounded down, and minutes past them. */
export interface LocalWeek {
  readonly zone: string
  readonly hours: number
  readonly minute: number
}

export const UTC_WEEK: LocalWeek = { zone: 'UTC', hours: 0, minute: 0 }

/** The browser's zone, at an instant of the period since clocks change. */
export function localWeekAt(iso: string): LocalWeek {
  const ahead = -new Date(iso).getTimezoneOffset()
  const hours = Math.floor(ahead / 60)
  return { zone: Intl.DateTimeFormat().resolvedOptions().timeZone, hours, minute: ahead - hours * 60 }
}

/** The UTC hour of the week shown at a local weekday (Monday is 0) and hour. */
export function localSlot(week: LocalWeek, weekday: number, hour: number): number {
  return (((weekday * 24 + hour - week.hours) % 168) + 168) % 168
}

/** "Tue 14:00" for an hour of the viewer's week: 0 begins Monday. */
export function localName(week: LocalWeek, hourOfWeek: number): string {
  return `${t.whatIf.weekdays[Math.floor(hourOfWeek / 24)] ?? ''} ${clockText(hourOfWeek % 24, week.minute)}`
}

export function clockText(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}

/** An hour of the day in UTC on the viewer's clock. */
export function localClock(week: LocalWeek, hourUtc: number): string {
  return clockText((hourUtc + week.hours + 48) % 24, week.minute)
}
