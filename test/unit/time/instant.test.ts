import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  floorToDay,
  floorToHour,
  isoOf,
  monthOf,
  monthPeriod,
  monthsIn,
  parseInstant,
} from '../../../lib/core/time/instant'

const instants = fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2040, 0, 1) })

describe('instants', () => {
  test('what is printed is read back as the same instant', () => {
    fc.assert(
      fc.property(instants, (ms) => parseInstant(isoOf(ms), 'refuse').ok && monthOf(ms) === isoOf(ms).slice(0, 7)),
    )
  })

  test.each([
    ['2026-10-05T12:00:00Z', '2026-10-05T12:00:00Z'],
    ['2026-10-05T12:00:00+02:00', '2026-10-05T10:00:00Z'],
    ['2026-10-05 12:00:00.250+0530', '2026-10-05T06:30:00.250Z'],
    ['2026-10-05', '2026-10-05T00:00:00Z'],
    ['2026-12-31T23:59:60Z', '2026-12-31T23:59:59Z'],
  ])('%s is %s', (text, utc) => {
    const parsed = parseInstant(text, 'refuse')
    expect(parsed.ok && isoOf(parsed.value)).toBe(utc)
  })

  test('a time without a zone is refused where the source has not named one', () => {
    expect(parseInstant('2026-10-05T12:00:00', 'refuse')).toEqual({ ok: false, error: 'NO_ZONE' })
    expect(parseInstant('2026-10-05T12:00:00', 'utc').ok).toBe(true)
  })

  test.each(['2026-02-30', '2026-13-01', '2026-10-05T24:01:00Z', '2025-02-29T00:00:00Z', '0026-10-05', '0000-01-01'])(
    '%s never rolls over to another day',
    (text) => {
      expect(parseInstant(text, 'utc')).toEqual({ ok: false, error: 'IMPOSSIBLE_DATE' })
    },
  )

  test.each(['', 'yesterday', '10/05/2026', '1759665600'])('%j is not a time', (text) => {
    expect(parseInstant(text, 'utc')).toEqual({ ok: false, error: 'NOT_A_TIME' })
  })
})

describe('periods', () => {
  test('months tile time without gap or overlap', () => {
    fc.assert(
      fc.property(instants, (ms) => {
        const period = monthPeriod(monthOf(ms))
        if (!period.ok) return false
        const next = monthPeriod(monthOf(period.value.endMs))
        return (
          period.value.startMs <= ms && ms < period.value.endMs && next.ok && next.value.startMs === period.value.endMs
        )
      }),
    )
  })

  test('a year of two digits is no year of the last century', () => {
    expect([monthPeriod('0026-09').ok, monthPeriod('0000-01').ok, monthPeriod('2026-09').ok]).toEqual([
      false,
      false,
      true,
    ])
  })

  test('the months of a period are those it touches, its end excluded', () => {
    const period = { startMs: Date.UTC(2025, 10, 15), endMs: Date.UTC(2026, 1, 1) }
    expect(monthsIn(period)).toEqual(['2025-11', '2025-12', '2026-01'])
    expect(monthsIn({ startMs: 5, endMs: 5 })).toEqual([])
  })

  test('hours and days begin at or before their instant', () => {
    fc.assert(
      fc.property(instants, (ms) => {
        const hour = floorToHour(ms)
        const day = floorToDay(ms)
        return hour <= ms && ms - hour < 3_600_000 && day <= hour && ms - day < 86_400_000
      }),
    )
  })

  test.each(['2026-00', '2026-13', '26-01', '2026-1'])('%s is not a month', (text) => {
    expect(monthPeriod(text)).toEqual({ ok: false, error: 'NOT_A_MONTH' })
  })
})
