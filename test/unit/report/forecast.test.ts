import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { usdFromAtto, usdFromText } from '../../../lib/core/money/usd'
import { buildForecast, type ForecastInput } from '../../../lib/core/report/forecast'
import { DAY_MS } from '../../../lib/core/time/instant'

const BEGIN = Date.UTC(2025, 9, 1)
const AS_OF = Date.UTC(2026, 10, 23)
const UNIT = 10n ** 18n

type Days = ForecastInput['days']

function daysOf(atto: (index: number, weekday: number) => bigint, fromMs = BEGIN): Days {
  return Array.from({ length: (AS_OF - fromMs) / DAY_MS }, (_, index) => {
    const dayMs = fromMs + index * DAY_MS
    return { dayMs, cost: usdFromAtto(atto(index, new Date(dayMs).getUTCDay())) }
  })
}

const isWeekend = (weekday: number) => weekday === 0 || weekday === 6

describe('the forecast', () => {
  it('of a steady week is that week for ever, without any error', () => {
    const view = buildForecast({ days: daysOf((_, weekday) => (isWeekend(weekday) ? 2n : 10n) * UNIT), asOfMs: AS_OF })
    // November 2026 has 21 working days, December 23, January 21, February 20.
    expect(view.months.map((month) => [month.month, month.forecast, month.low, month.high])).toEqual([
      ['2026-11', '228', '228', '228'],
      ['2026-12', '246', '246', '246'],
      ['2027-01', '230', '230', '230'],
      ['2027-02', '216', '216', '216'],
    ])
    expect(view.errors).toHaveLength(6)
    expect(view.errors.map((error) => error.error_per_mille)).toEqual([0, 0, 0, 0, 0, 0])
    expect(view.errors[0]?.month).toBe('2026-10')
  })

  it('follows growth, less with every span ahead, and is not moved by one spike', () => {
    const growing = daysOf((index) => UNIT * BigInt(100 + index))
    const [now, next] = buildForecast({ days: growing, asOfMs: AS_OF }).months
    expect(usdFromText(next?.forecast ?? '0') > usdFromText(now?.forecast ?? '0')).toBe(true)
    const steady = daysOf(() => UNIT)
    const spiked = steady.map((day) => (day.dayMs === AS_OF - 30 * DAY_MS ? { ...day, cost: usdFromText('500') } : day))
    const months = (days: Days) => buildForecast({ days, asOfMs: AS_OF }).months.map((month) => month.forecast)
    expect(months(spiked)).toEqual(months(steady))
  })

  it('never is below what is spent, and its band holds it', () => {
    const cost = fc.bigInt({ min: 0n, max: 10n ** 22n })
    fc.assert(
      fc.property(fc.array(cost, { minLength: 60, maxLength: 120 }), fc.nat({ max: 27 }), (costs, back) => {
        const asOfMs = AS_OF - back * DAY_MS
        const days = costs.map((atto, index) => ({ dayMs: asOfMs - index * DAY_MS, cost: usdFromAtto(atto) }))
        const view = buildForecast({ days, asOfMs })
        expect(view.months).toHaveLength(4)
        for (const { forecast, to_date, low, high } of view.months) {
          const total = usdFromText(forecast)
          if (to_date !== null) expect(total >= usdFromText(to_date)).toBe(true)
          if (low !== null) expect(usdFromText(low) <= total).toBe(true)
          if (high !== null) expect(usdFromText(high) >= total).toBe(true)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('is the same whatever the order of the days', () => {
    const days = daysOf((index, weekday) => BigInt((index * 7_919) % 101) * UNIT + BigInt(weekday))
    expect(buildForecast({ days: [...days].reverse(), asOfMs: AS_OF })).toEqual(buildForecast({ days, asOfMs: AS_OF }))
  })

  it('uses nothing that was not known on the day of a trial', () => {
    const days = daysOf((index) => BigInt((index * 7_919) % 101) * UNIT)
    const later = days.map((day) => (day.dayMs >= Date.UTC(2026, 10, 1) ? { ...day, cost: usdFromText('999') } : day))
    const errors = (all: Days) => buildForecast({ days: all, asOfMs: AS_OF }).errors
    expect(errors(later)).toEqual(errors(days))
  })

  it('has bands that hold four of five months of noise', () => {
    let held = 0
    let all = 0
    for (let seed = 1; seed <= 60; seed += 1) {
      const noise = (index: number) => BigInt(((index + 1) * 2_654_435_761 * seed) % 1_000)
      const days = daysOf((index) => UNIT * (1_000n + noise(index) + noise(Math.floor(index / 30)) * 2n))
      const until = Date.UTC(2026, 8, 10)
      const view = buildForecast({ days: days.filter((day) => day.dayMs < until), asOfMs: until })
      const actual = days
        .filter((day) => day.dayMs >= Date.UTC(2026, 8, 1) && day.dayMs < Date.UTC(2026, 9, 1))
        .reduce((sum, day) => sum + day.cost, 0n)
      const month = view.months[0]
      if (month?.low === null || month?.high === null || month === undefined) throw new Error('no band')
      all += 1
      if (usdFromText(month.low) <= actual && actual <= usdFromText(month.high)) held += 1
    }
    expect(held / all).toBeGreaterThan(0.7)
  })

  it('is not made from less than four weeks, and has no band before two trials', () => {
    const week = buildForecast({ days: daysOf(() => UNIT, AS_OF - 20 * DAY_MS), asOfMs: AS_OF })
    expect(week.months).toEqual([])
    const two = buildForecast({ days: daysOf(() => UNIT, AS_OF - 45 * DAY_MS), asOfMs: AS_OF })
    expect(two.months[0]).toMatchObject({ forecast: '30', low: null, high: null })
    expect(buildForecast({ days: [], asOfMs: AS_OF }).months).toEqual([])
  })
})
