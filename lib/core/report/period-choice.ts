/**
 * The one period control of every spend screen, as it stands in the address bar (`?period=12m`). A choice is whole UTC
 * months; `now` is an argument, so the same link at the same instant is the same period.
 */
import { type InstantMs, isoOf, monthOf, monthPeriod, monthsIn, type Period } from '../time/instant'

export const PERIOD_PRESETS = ['this-month', 'last-month', '3m', '6m', '12m'] as const
export type PeriodPreset = (typeof PERIOD_PRESETS)[number]

export interface PeriodChoice {
  /** The preset, or `custom` for a range of months. */
  readonly kind: PeriodPreset | 'custom'
  /** The text that stands in the URL: "12m" or "2026-01..2026-03" (both ends included). */
  readonly text: string
  readonly firstMonth: string
  readonly lastMonth: string
  /** Half-open, UTC. */
  readonly period: Period
  /** Every month of the choice, in order. */
  readonly months: readonly string[]
}

/** At most ten years: a longer range is cut at its start. */
const MAX_MONTHS = 120

/** Moves a month ("2026-01") by a number of months: shiftMonth("2026-01", -1) is "2025-12". */
export function shiftMonth(month: string, by: number): string {
  const year = Number.parseInt(month.slice(0, 4), 10)
  const index = year * 12 + Number.parseInt(month.slice(5, 7), 10) - 1 + by
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}`
}

/** Reads `?period=`; text that is neither a preset nor a range of months gives the fallback. */
export function parsePeriodChoice(
  text: string | null | undefined,
  nowMs: InstantMs,
  fallback: PeriodPreset = '12m',
): PeriodChoice {
  const preset = PERIOD_PRESETS.find((name) => name === text)
  if (preset !== undefined) return presetChoice(preset, nowMs)
  const match = /^(\d{4}-\d{2})\.\.(\d{4}-\d{2})$/.exec(text ?? '')
  const first = match?.[1]
  const last = match?.[2]
  if (first !== undefined && last !== undefined && monthPeriod(first).ok && monthPeriod(last).ok && first <= last) {
    return choice('custom', first, last)
  }
  return presetChoice(fallback, nowMs)
}

function presetChoice(preset: PeriodPreset, nowMs: InstantMs): PeriodChoice {
  const current = monthOf(nowMs)
  const back = { 'this-month': 0, 'last-month': 1, '3m': 2, '6m': 5, '12m': 11 }[preset]
  return choice(preset, shiftMonth(current, -back), preset === 'last-month' ? shiftMonth(current, -1) : current)
}

function choice(kind: PeriodChoice['kind'], first: string, last: string): PeriodChoice {
  const start = monthPeriod(first)
  const end = monthPeriod(last)
  if (!start.ok || !end.ok) throw new RangeError(`not months: ${first}..${last}`)
  const months = monthsIn({ startMs: start.value.startMs, endMs: end.value.endMs }).slice(-MAX_MONTHS)
  const firstMonth = months[0] ?? first
  const kept = monthPeriod(firstMonth)
  const startMs = kept.ok ? kept.value.startMs : start.value.startMs
  return {
    kind,
    text: kind === 'custom' ? `${firstMonth}..${last}` : kind,
    firstMonth,
    lastMonth: last,
    period: { startMs, endMs: end.value.endMs },
    months,
  }
}

/** The period of one month as the `from` and `to` of a link: RFC 3339, half-open. */
export function monthBounds(month: string): { readonly from: string; readonly to: string } {
  const period = monthPeriod(month)
  if (!period.ok) throw new RangeError(`not a month: ${month}`)
  return { from: isoOf(period.value.startMs), to: isoOf(period.value.endMs) }
}
