/**
 * Which days of a connection are asked for next, and how each day stands. Days are UTC. A day is asked for again until it
 * was told three days after its end, because providers add to days and correct them. Every day from the first to the
 * last that can be told has one state: none is left out and none is in two windows of one round.
 */
import { DAY_MS, floorToDay, type InstantMs, type Period, parseInstant } from '../../time/instant'
import { dayOf, type PullSource } from './pull-source'

/** A day that is over is told again until it was told this long after its end. */
export const RESTATED_DAYS = 3

export type DayStatus = 'complete' | 'pending' | 'failed'

/** What is known of a day that was tried. */
export interface TriedDay {
  /** "2026-11-03" */
  readonly day: string
  readonly status: DayStatus
  /** When the fetch began whose answer is in the books; null when there is none. */
  readonly pulledMs: InstantMs | null
}

export interface PullPlan {
  readonly source: Pick<PullSource, 'daysAtOnce' | 'reachDays' | 'tellsToday' | 'settlesMs'>
  readonly nowMs: InstantMs
  readonly fromDay: string
  readonly everyMs: number
  /** When somebody asked to pull now; null when nobody did. */
  readonly askedMs: InstantMs | null
  readonly tried: readonly TriedDay[]
}

/** Midnight of a day text; throws for what is none. */
export function startOfDay(day: string): InstantMs {
  const parsed = parseInstant(day, 'utc')
  if (!parsed.ok) throw new Error(`${day} is not a day`)
  return parsed.value
}

/** Whether an answer asked for at that time tells the whole of the day. */
export function isWhole(source: Pick<PullSource, 'settlesMs'>, day: string, fetchedMs: InstantMs): boolean {
  return fetchedMs >= startOfDay(day) + DAY_MS + source.settlesMs
}

/** Half-open, whole days: from the first day wanted to the last that has begun, or is over where only those are told. */
function tellable({ source, nowMs, fromDay }: Pick<PullPlan, 'source' | 'nowMs' | 'fromDay'>): Period {
  const today = floorToDay(nowMs)
  return { startMs: startOfDay(fromDay), endMs: source.tellsToday ? today + DAY_MS : today }
}

/** The first day the provider still tells. */
function reach({ source, nowMs }: Pick<PullPlan, 'source' | 'nowMs'>): InstantMs {
  return source.reachDays === null ? Number.NEGATIVE_INFINITY : floorToDay(nowMs) - source.reachDays * DAY_MS
}

/** When the day is to be asked for; null when it was told for good, or is told no more. */
function dueMs(plan: PullPlan, startMs: InstantMs, tried: TriedDay | undefined): InstantMs | null {
  if (startMs < reach(plan)) return null
  if (tried === undefined || tried.pulledMs === null) return startMs
  if (tried.pulledMs >= startMs + DAY_MS + RESTATED_DAYS * DAY_MS && tried.status === 'complete') return null
  if (plan.askedMs !== null && tried.pulledMs < plan.askedMs) return plan.askedMs
  return tried.pulledMs + plan.everyMs
}

/** The earliest days that are due, one after another without a gap; null when none is. */
export function nextWindow(plan: PullPlan): Period | null {
  const byDay = new Map(plan.tried.map((one) => [one.day, one]))
  const { startMs, endMs } = tellable(plan)
  let first: InstantMs | null = null
  let dayMs = Math.max(startMs, reach(plan))
  for (; dayMs < endMs; dayMs += DAY_MS) {
    const due = dueMs(plan, dayMs, byDay.get(dayOf(dayMs)))
    const isDue = due !== null && due <= plan.nowMs
    if (first === null) {
      if (isDue) first = dayMs
    } else if (!isDue || dayMs - first >= plan.source.daysAtOnce * DAY_MS) break
  }
  return first === null ? null : { startMs: first, endMs: dayMs }
}

/** When something is due next: a day again, or the day that begins (or ends) at midnight. */
export function nextDueMs(plan: PullPlan): InstantMs {
  const byDay = new Map(plan.tried.map((one) => [one.day, one]))
  const { startMs, endMs } = tellable(plan)
  let next = Math.max(floorToDay(plan.nowMs) + DAY_MS, startMs)
  for (let dayMs = Math.max(startMs, reach(plan)); dayMs < endMs; dayMs += DAY_MS) {
    const due = dueMs(plan, dayMs, byDay.get(dayOf(dayMs)))
    if (due !== null && due < next) next = due
  }
  return Math.max(next, plan.nowMs)
}

export interface DayState {
  readonly day: string
  readonly status: DayStatus
  /** The provider tells it no more, and it was never told whole. */
  readonly isOutOfReach: boolean
}

/** Every day from the first to today, oldest first, each once. */
export function dayStates(plan: Pick<PullPlan, 'source' | 'nowMs' | 'fromDay' | 'tried'>): DayState[] {
  const byDay = new Map(plan.tried.map((one) => [one.day, one]))
  const states: DayState[] = []
  for (let dayMs = startOfDay(plan.fromDay); dayMs <= floorToDay(plan.nowMs); dayMs += DAY_MS) {
    const day = dayOf(dayMs)
    const known = byDay.get(day)
    const status = known === undefined ? 'pending' : known.status
    const isOutOfReach = status !== 'complete' && dayMs < reach(plan)
    states.push({ day, status: isOutOfReach ? 'failed' : status, isOutOfReach })
  }
  return states
}
