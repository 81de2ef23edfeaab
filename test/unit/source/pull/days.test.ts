import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  dayStates,
  isWhole,
  nextDueMs,
  nextWindow,
  type PullPlan,
  RESTATED_DAYS,
  startOfDay,
  type TriedDay,
} from '../../../../lib/core/source/pull/days'
import { dayOf, daysOf } from '../../../../lib/core/source/pull/pull-source'
import { DAY_MS, floorToDay, HOUR_MS } from '../../../../lib/core/time/instant'

const SOURCES = [
  { daysAtOnce: 7, reachDays: null, tellsToday: true, settlesMs: HOUR_MS },
  { daysAtOnce: 31, reachDays: null, tellsToday: true, settlesMs: 6 * HOUR_MS },
  { daysAtOnce: 1, reachDays: 30, tellsToday: false, settlesMs: HOUR_MS },
] as const
const source = fc.constantFrom(...SOURCES)
/** Any clock, ends of months and years and leap days among them. */
const clock = fc.oneof(
  fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) }),
  fc.constantFrom(
    Date.UTC(2026, 9, 31, 23, 59, 59, 999),
    Date.UTC(2026, 10, 1),
    Date.UTC(2026, 10, 1, 0, 0, 0, 1),
    Date.UTC(2024, 1, 29, 12),
    Date.UTC(2026, 11, 31, 23, 59, 59, 999),
    Date.UTC(2027, 0, 1),
  ),
)
/** What happens one after another: time passes and the window that is due is fetched, or fails. */
const story = fc.array(fc.record({ passesMs: fc.integer({ min: 0, max: 3 * DAY_MS }), works: fc.boolean() }), {
  maxLength: 40,
})

function tell(plan: PullPlan, works: boolean): TriedDay[] {
  const window = nextWindow(plan)
  const tried = new Map(plan.tried.map((one) => [one.day, one]))
  for (const day of window === null ? [] : daysOf(window)) {
    const before = tried.get(day)
    const wasWhole = before?.status === 'complete'
    if (works) {
      const whole = wasWhole || isWhole(plan.source, day, plan.nowMs)
      tried.set(day, { day, status: whole ? 'complete' : 'pending', pulledMs: plan.nowMs })
    } else tried.set(day, { day, status: wasWhole ? 'complete' : 'failed', pulledMs: before?.pulledMs ?? null })
  }
  return [...tried.values()]
}

describe('A-67: windows of a connection, for any clock', () => {
  it('are whole days inside what can be told, no longer than the provider allows', () => {
    fc.assert(
      fc.property(source, clock, fc.integer({ min: 0, max: 60 }), story, (source, startMs, back, story) => {
        let plan: PullPlan = {
          source,
          nowMs: startMs,
          fromDay: dayOf(startMs - back * DAY_MS),
          everyMs: HOUR_MS,
          askedMs: null,
          tried: [],
        }
        for (const { passesMs, works } of story) {
          plan = { ...plan, nowMs: plan.nowMs + passesMs }
          const window = nextWindow(plan)
          if (window !== null) {
            expect([window.startMs % DAY_MS, window.endMs % DAY_MS]).toEqual([0, 0])
            const days = (window.endMs - window.startMs) / DAY_MS
            expect(days).toBeGreaterThan(0)
            expect(days).toBeLessThanOrEqual(source.daysAtOnce)
            expect(window.startMs).toBeGreaterThanOrEqual(startOfDay(plan.fromDay))
            const last = floorToDay(plan.nowMs) + (source.tellsToday ? DAY_MS : 0)
            expect(window.endMs).toBeLessThanOrEqual(last)
            if (source.reachDays !== null) {
              expect(window.startMs).toBeGreaterThanOrEqual(floorToDay(plan.nowMs) - source.reachDays * DAY_MS)
            }
          }
          plan = { ...plan, tried: tell(plan, works) }
        }
      }),
    )
  })

  it('of one round neither overlap nor leave a day out, whatever failed before', () => {
    fc.assert(
      fc.property(source, clock, fc.integer({ min: 0, max: 60 }), story, (source, startMs, back, story) => {
        let plan: PullPlan = {
          source,
          nowMs: startMs,
          fromDay: dayOf(startMs - back * DAY_MS),
          everyMs: HOUR_MS,
          askedMs: null,
          tried: [],
        }
        for (const { passesMs, works } of story) {
          plan = { ...plan, nowMs: plan.nowMs + passesMs }
          plan = { ...plan, tried: tell(plan, works) }
        }
        const seen: string[] = []
        for (let window = nextWindow(plan); window !== null; window = nextWindow(plan)) {
          seen.push(...daysOf(window))
          plan = { ...plan, tried: tell(plan, true) }
          expect(seen.length).toBeLessThan(1_000)
        }
        expect(new Set(seen).size).toBe(seen.length)
        const states = dayStates(plan)
        for (const { day, status, isOutOfReach } of states) {
          if (isOutOfReach) continue
          const endMs = startOfDay(day) + DAY_MS
          if (plan.nowMs >= endMs + source.settlesMs) expect([day, status]).toEqual([day, 'complete'])
        }
        expect(nextDueMs(plan)).toBeGreaterThan(plan.nowMs)
      }),
    )
  })

  it('show every day from the first to today once, each in one state', () => {
    fc.assert(
      fc.property(source, clock, fc.integer({ min: 0, max: 60 }), story, (source, startMs, back, story) => {
        let plan: PullPlan = {
          source,
          nowMs: startMs,
          fromDay: dayOf(startMs - back * DAY_MS),
          everyMs: HOUR_MS,
          askedMs: null,
          tried: [],
        }
        for (const { passesMs, works } of story) {
          plan = { ...plan, nowMs: plan.nowMs + passesMs }
          plan = { ...plan, tried: tell(plan, works) }
          const days = dayStates(plan).map((one) => one.day)
          const from = startOfDay(plan.fromDay)
          const length = (floorToDay(plan.nowMs) - from) / DAY_MS + 1
          expect(days).toEqual(Array.from({ length }, (_day, index) => dayOf(from + index * DAY_MS)))
        }
      }),
    )
  })

  it('tell each day again until three days after its end, and then leave it', () => {
    const [source] = SOURCES
    let plan: PullPlan = {
      source,
      nowMs: Date.UTC(2026, 9, 31, 12),
      fromDay: '2026-10-31',
      everyMs: 6 * HOUR_MS,
      askedMs: null,
      tried: [],
    }
    const pulls = new Map<string, number>()
    while (plan.nowMs < Date.UTC(2026, 10, 8)) {
      const window = nextWindow(plan)
      for (const day of window === null ? [] : daysOf(window)) pulls.set(day, plan.nowMs)
      plan = { ...plan, tried: tell(plan, true) }
      const next = nextDueMs(plan)
      expect(next).toBeGreaterThan(plan.nowMs)
      plan = { ...plan, nowMs: next }
    }
    for (const day of ['2026-10-31', '2026-11-01', '2026-11-02', '2026-11-03']) {
      const after = (pulls.get(day) ?? 0) - (startOfDay(day) + DAY_MS)
      expect(after).toBeGreaterThanOrEqual(RESTATED_DAYS * DAY_MS)
      expect(after).toBeLessThan(RESTATED_DAYS * DAY_MS + 6 * HOUR_MS)
    }
  })

  it('do not ask for days the provider tells no more, and say so', () => {
    const plan: PullPlan = {
      source: SOURCES[2],
      nowMs: Date.UTC(2026, 10, 30, 1),
      fromDay: '2026-10-25',
      everyMs: HOUR_MS,
      askedMs: null,
      tried: [],
    }
    expect(nextWindow(plan)).toEqual({ startMs: Date.UTC(2026, 9, 31), endMs: Date.UTC(2026, 10, 1) })
    const states = dayStates(plan)
    expect(states.filter((one) => one.isOutOfReach).map((one) => one.day)).toEqual([
      '2026-10-25',
      '2026-10-26',
      '2026-10-27',
      '2026-10-28',
      '2026-10-29',
      '2026-10-30',
    ])
    expect(states.filter((one) => one.isOutOfReach).every((one) => one.status === 'failed')).toBe(true)
  })

  it('pull the last days at once when somebody asks', () => {
    const nowMs = Date.UTC(2026, 10, 10, 12)
    const told = (day: string): TriedDay => ({ day, status: 'complete', pulledMs: nowMs - HOUR_MS / 2 })
    const plan: PullPlan = {
      source: SOURCES[0],
      nowMs,
      fromDay: '2026-11-01',
      everyMs: HOUR_MS,
      askedMs: nowMs - 1,
      tried: Array.from({ length: 10 }, (_day, index) => told(`2026-11-${String(index + 1).padStart(2, '0')}`)),
    }
    expect(nextWindow({ ...plan, askedMs: null })).toBeNull()
    const window = nextWindow(plan)
    expect(window === null ? [] : daysOf(window)).toEqual(['2026-11-07', '2026-11-08', '2026-11-09', '2026-11-10'])
  })
})
