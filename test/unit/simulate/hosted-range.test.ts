import { describe, expect, test } from 'vitest'
import { type Usd, usdFromText } from '../../../lib/core/money/usd'
import { chanceOf, hostedTornado } from '../../../lib/core/simulate/hosted-range'
import type { MovedLine } from '../../../lib/core/simulate/replay/replay-hours'

const line = (before: string, low: string, after: string, high: string): MovedLine => ({
  host: 'openai',
  model: 'gpt-5',
  project: null,
  target: 'deepseek / deepseek-flash',
  requests: 1n,
  before: usdFromText(before),
  low: usdFromText(low),
  after: usdFromText(after),
  high: usdFromText(high),
  parts:
    low === after && high === after
      ? {}
      : { output_ratio: { ...ends(usdFromText(low), usdFromText(after), usdFromText(high)), from: 0.5, to: 2 } },
})

const ends = (low: Usd, after: Usd, high: Usd) => ({ low: Number(low - after), high: Number(high - after) })

describe('the chance that moved calls cost less where they go', () => {
  const options = { draws: 500, seed: 3 }
  test('is none where none moves, or to its own place', () => {
    expect(chanceOf([], options)).toBeNull()
    expect(chanceOf([line('9', '9', '9', '9')], options)).toBeNull()
    expect(hostedTornado([line('9', '9', '9', '9')])).toEqual([])
  })
  test('is certain far below today’s price and nothing far above it', () => {
    expect(chanceOf([line('100', '5', '10', '20')], options)).toBe(1)
    expect(chanceOf([line('10', '50', '100', '200')], options)).toBe(0)
  })
  test('is the same for the same seed, and falls as the target gets dearer', () => {
    const at = (after: number) =>
      chanceOf([line('100', String(after * 0.7), String(after), String(after * 1.4))], options)
    expect(at(80)).toBe(at(80))
    const chances = [60, 80, 100, 120].map((after) => at(after) ?? Number.NaN)
    expect([...chances].sort((a, b) => b - a)).toEqual(chances)
    expect(chances[0]).toBeGreaterThan(chances[3] as number)
  })
})

test('a bar costs what leaves the saving its factor leaves, widest first', () => {
  const bars = hostedTornado([line('100', '30', '40', '60')])
  expect(bars.map((bar) => [bar.factor, bar.costAtLow, bar.costAtHigh])).toEqual(
    [
      ['target_price', usdFromText('20'), usdFromText('80')],
      ['output_ratio', usdFromText('30'), usdFromText('60')],
      // Today's models at 0.7 of their price save $30 less: as if the target cost $70.
      ['today_price', usdFromText('70'), usdFromText('40')],
    ].sort((a, b) => Number(b[0] === 'target_price') - Number(a[0] === 'target_price')),
  )
})
