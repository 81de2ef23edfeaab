import { expect, test } from 'vitest'
import { usdFromText } from '../../../lib/core/money/usd'
import { hoursClassed } from '../../../lib/core/simulate/replay/hour-class'
import { dearHoursOf } from '../../../lib/core/simulate/replay/off-peak'
import type { HostedTarget } from '../../../lib/core/simulate/replay/target-price'
import type { UsageSlice } from '../../../lib/core/simulate/replay/usage-slice'
import { simulateHosted } from '../../../lib/core/simulate/simulate-hosted'
import { HOUR_MS } from '../../../lib/core/time/instant'
import { bookOf } from '../../support/price-book'

const book = bookOf('deepseek.json')
const target: HostedTarget = {
  kind: 'hosted',
  host: 'deepseek',
  model: 'deepseek-flash',
  serviceTier: 'standard',
  contextTokens: 1_000_000,
}
// Monday 2026-11-02 to Sunday: a week without a Chinese holiday.
const period = { startMs: Date.UTC(2026, 10, 2), endMs: Date.UTC(2026, 10, 9) }

function call(atMs: number): UsageSlice {
  return {
    atMs,
    grainSeconds: 3600,
    month: '2026-11',
    host: 'openai',
    model: 'gpt-5',
    project: null,
    apiKey: null,
    tags: null,
    serviceTier: 'standard',
    region: null,
    contextBand: 17,
    records: 1n,
    requests: 1n,
    cost: usdFromText('1'),
    quantities: {
      input: 1_000_001n,
      cacheRead: 333_333n,
      cacheWrite5m: 0n,
      cacheWrite1h: 0n,
      output: 77_777n,
      reasoning: 0n,
      other: null,
    },
  }
}
const answer = (slices: UsageSlice[]) =>
  simulateHosted(
    { period, slices, demand: [], profiles: [], moves: [{ share: '1', select: {}, target }], assumptions: {} },
    book,
  )

test('the published book charges its window hours of working days exactly double, and no others', () => {
  const off = answer([call(Date.UTC(2026, 10, 2, 14))]).target.likely
  for (let hour = 0; hour < 168; hour += 1) {
    const cost = answer([call(period.startMs + hour * HOUR_MS)]).target.likely
    const inWindow = hour < 120 && [1, 2, 3, 6, 7, 8, 9].includes(hour % 24)
    expect([hour, cost]).toEqual([hour, inWindow ? off * 2n : off])
  }
})

test('the same calls twelve hours later cost less by exactly the window rule, and the answer says how much', () => {
  const peak = call(Date.UTC(2026, 10, 3, 2))
  const shifted = { ...peak, atMs: peak.atMs + 12 * HOUR_MS }
  const now = answer([peak])
  expect(now.target.likely - answer([shifted]).target.likely).toBe(now.target.likely / 2n)
  expect(now.offPeakSaving).toBe(now.target.likely / 2n)
  expect(answer([shifted]).offPeakSaving).toBe(0n)
})

test('dear hours are the windows, and hours of one class are priced alike', () => {
  const dear = dearHoursOf(book, target, period)
  expect(dear.filter(Boolean)).toHaveLength(35)
  const classes = hoursClassed(book, [{ select: {}, target }], period)
  const classOfDear = new Set(classes.filter((_, hour) => dear[hour]).map((c) => c.hourClass))
  const classOfRest = new Set(classes.filter((_, hour) => !dear[hour]).map((c) => c.hourClass))
  expect([classOfDear.size, classOfRest.size]).toEqual([1, 1])
})

test('a nightly batch is found by its hours, moved to the nearest hours outside the peak, and its saving is exact', () => {
  const tokens = Array.from({ length: 24 }, (_, hour) => (hour >= 2 && hour < 5 ? 1000 : 0))
  const nights = [2, 3, 4, 5, 6].map((day) => ({ ...call(Date.UTC(2026, 10, day, 2)), project: 'tagging' }))
  const found = simulateHosted(
    {
      period,
      slices: nights,
      demand: [],
      profiles: [
        { project: 'tagging', serviceTier: 'standard', tokens },
        { project: 'chat', serviceTier: 'standard', tokens: new Array<number>(24).fill(10) },
      ],
      moves: [{ share: '1', select: {}, target }],
      assumptions: {},
    },
    book,
  )
  const peak = answer(nights).target.likely
  // 02:00 to 05:00 meets the window from 01:00 to 04:00; three hours are free from 22:00 on.
  expect(found.offPeakBatches).toEqual([
    { project: 'tagging', serviceTier: 'standard', fromHour: 2, toHour: 5, startHour: 22, saving: peak / 2n },
  ])
})
