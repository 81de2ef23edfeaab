import { expect, test } from 'vitest'
import { addUsd, divide, subtractUsd, sumUsd, type Usd, usdFromText, usdToText } from '../../../lib/core/money/usd'
import type { HourDemand } from '../../../lib/core/simulate/fleet/demand'
import { type FleetSettings, planFleet } from '../../../lib/core/simulate/fleet/plan'
import { seriesOf } from '../../../lib/core/simulate/fleet/series'
import { drawFutures } from '../../../lib/core/simulate/fleet/uncertainty'
import { type DrawnFleet, drawTogether } from '../../../lib/core/simulate/joint-range'
import type { MovedLine } from '../../../lib/core/simulate/replay/replay-hours'
import { DAY_MS, HOUR_MS } from '../../../lib/core/time/instant'

const START = Date.UTC(2026, 8, 1)
const period = { startMs: START, endMs: START + 30 * DAY_MS }
const settings: FleetSettings = {
  policy: 'peak',
  production: true,
  peakToMean: 1.8,
  gpusPerReplica: 1,
  capacity: 1000,
  gpuPrice: { kind: 'rent', hour: usdFromText('2.95') },
  staffMonth: usdFromText('1000'),
  floor: null,
}
const priors = {
  residuals: [0.6, 1, 1.5],
  realism: { low: 0.4, likely: 0.7, high: 1 },
  rent: { low: 0.65, high: 1.35 },
  output: { low: 0.8, high: 1.3 },
  staff: { low: 0.5, high: 2 },
  volume: { low: 0.7, likely: 1, high: 1.5 },
  api: { low: 0.5, high: 1.25 },
}

function fleet(rate: number, gpu: string, model: string, perMillion = '10'): DrawnFleet {
  const hours: HourDemand[] = Array.from({ length: 720 }, (_, i) => {
    const output = rate * (1 + (i % 24)) * 3600
    return {
      startMs: START + i * HOUR_MS,
      requests: output / 500,
      inputTokens: output * 6,
      cachedTokens: 0,
      outputTokens: output,
      cost: divide(usdFromText(perMillion), { numerator: BigInt(output), denominator: 1_000_000n, mode: 'half_even' }),
    }
  })
  const series = seriesOf(hours, period)
  return {
    series,
    settings,
    priors,
    today: sumUsd(series.costs),
    likely: planFleet(series, settings).total,
    gpu,
    model,
  }
}

const moved: MovedLine = {
  host: 'openai',
  model: 'gpt-5',
  project: null,
  target: 'deepseek / flash',
  requests: 1n,
  before: usdFromText('9000'),
  low: usdFromText('500'),
  after: usdFromText('1000'),
  high: usdFromText('2500'),
  parts: {
    output_ratio: { low: -4e20, high: 1.2e21, from: 0.5, to: 2 },
    cache_kept: { low: 0, high: 3e20, from: 0.5, to: 1 },
  },
}
const stakes = { once: usdFromText('10000'), annualRate: 0.08, months: 36 }
const ask = (fleets: readonly DrawnFleet[], lines: readonly MovedLine[] = [], draws = 400) =>
  drawTogether({ fleets, moved: lines, stakes, draws, seed: 5 })
const width = ({ low, high }: { low: Usd; high: Usd }) => Number(usdToText(subtractUsd(high, low)))

test('two fleets drawn together have a narrower range than the ends of both added, and no wider than one twice', () => {
  const [a, b] = [fleet(100, 'H100', 'gpt-oss-120b'), fleet(60, 'L40S', 'Qwen3-8B')]
  const both = ask([a, b])
  expect(both.likely).toBe(addUsd(a.likely, b.likely))
  expect(both.low < both.likely && both.likely < both.high).toBe(true)
  const ends = width(ask([a])) + width(ask([b]))
  expect(width(both)).toBeLessThan(ends)
  expect(width(both)).toBeGreaterThan(Math.max(width(ask([a])), width(ask([b]))))
  // The same model on the same GPU is the same error twice: nothing evens out but the answers' own drawing.
  expect(width(ask([a, a]))).toBeCloseTo(2 * width(ask([a])), -1)
})

test('the same seed gives the same answer, and one fleet about what it gives alone', () => {
  const a = fleet(100, 'H100', 'gpt-oss-120b')
  expect(ask([a], [moved])).toEqual(ask([a], [moved]))
  const alone = drawFutures(a.series, a.settings, priors, {
    draws: 2000,
    seed: 9,
    stakes: { ...stakes, today: a.today, savedElsewhere: usdFromText('0') },
  })
  const together = ask([a], [], 2000)
  expect(Math.abs(together.chanceOfSaving - alone.chanceOfSaving)).toBeLessThan(0.04)
  expect(width(together) / width(alone)).toBeCloseTo(1, 0)
})

test('a move that saves much makes the whole likelier to save, and its own unknowns have bars', () => {
  const dear = fleet(5, 'H100', 'gpt-oss-120b')
  const without = ask([dear])
  const beside = ask([dear], [moved])
  expect(beside.chanceOfSaving).toBeGreaterThan(without.chanceOfSaving)
  expect(beside.likely).toBe(addUsd(dear.likely, moved.after))
  const bar = beside.tornado.find(({ factor }) => factor === 'output_ratio')
  expect(bar).toMatchObject({
    low: 0.5,
    high: 2,
    costAtLow: subtractUsd(beside.likely, usdFromText('400')),
    costAtHigh: addUsd(beside.likely, usdFromText('1200')),
  })
  // Dearer GPUs do not touch what moves to a host.
  const rent = (answer: typeof beside) => answer.tornado.find(({ factor }) => factor === 'rent')
  const span = (answer: typeof beside) => (rent(answer)?.costAtHigh ?? 0n) - (rent(answer)?.costAtLow ?? 0n)
  expect(span(beside)).toBe(span(without))
  const own = { ...moved, low: moved.before, after: moved.before, high: moved.before, parts: {} }
  expect(ask([dear], [own]).likely).toBe(dear.likely)
  expect(ask([dear], [own]).chanceOfSaving).toBe(without.chanceOfSaving)
})
