import { describe, expect, test } from 'vitest'
import { qualityOf, SCORED_MODELS } from '../../../lib/core/simulate/advisor/quality-index'
import table from '../../../lib/core/simulate/data/quality.json'

const WEIGHTS: Readonly<Record<string, number>> = { coding: 0.4, reasoning: 0.3, knowledge: 0.15, preference: 0.15 }
const benchmark = new Map(table.benchmarks.map((b) => [b.name, b]))

/** Log-odds of a percentage, ratings as they are, less the mean of the benchmark's rows over their deviation. */
function standard(name: string, score: number): number {
  const scale = (value: number) => {
    const share = Math.min(99.5, Math.max(0.5, value))
    return name.endsWith('Elo') || name.includes('Elo (') ? value : Math.log(share) - Math.log(100 - share)
  }
  const all = table.scores.filter((row) => row.benchmark === name).map((row) => scale(row.score))
  const sum = all.reduce((a, b) => a + b, 0)
  const squares = all.reduce((a, b) => a + b * b, 0)
  return (scale(score) - sum / all.length) / Math.sqrt(squares / all.length - (sum / all.length) ** 2)
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

/** The index written the other way round: one weighted sum over benchmarks, each weight its area's over the area's size. */
function index(model: string): { middle: number; half: number; count: number } {
  const scores = new Map<string, { area: string; values: number[] }>()
  for (const row of table.scores.filter((score) => score.model === model)) {
    const entry = benchmark.get(row.benchmark)
    if (entry === undefined) throw new Error(row.benchmark)
    const name = entry.countsAs ?? entry.name
    const one = scores.get(name) ?? { area: entry.area, values: [] }
    one.values.push(standard(row.benchmark, row.score))
    scores.set(name, one)
  }
  const ones = [...scores.values()].map(({ area, values }) => ({ area, z: mean(values) }))
  const raw = ones.map(({ area }) => (WEIGHTS[area] as number) / ones.filter((o) => o.area === area).length)
  const total = raw.reduce((a, b) => a + b, 0)
  const weights = raw.map((weight) => weight / total)
  const middle = ones.reduce((sum, { z }, i) => sum + z * (weights[i] as number), 0)
  const plain = mean(ones.map(({ z }) => z))
  const deviation = Math.sqrt(ones.reduce((sum, { z }) => sum + (z - plain) ** 2, 0) / (ones.length - 1))
  const half = 1.96 * Math.max(0.4, deviation) * Math.hypot(...weights)
  return { middle, half, count: ones.length }
}

describe('the quality index', () => {
  test('is what the written rule gives when computed another way, for every model of the table', () => {
    let told = 0
    for (const model of SCORED_MODELS) {
      const expected = index(model)
      const found = qualityOf(model)
      expect(found.benchmarks, model).toBe(expected.count)
      if (found.value === null) continue
      told += 1
      expect(Math.abs(found.value.index - (50 + 15 * expected.middle)), model).toBeLessThanOrEqual(0.5 + 1e-9)
      expect(Math.abs(found.value.low - (50 + 15 * (expected.middle - expected.half))), model).toBeLessThanOrEqual(
        0.5 + 1e-9,
      )
      expect(Math.abs(found.value.high - (50 + 15 * (expected.middle + expected.half))), model).toBeLessThanOrEqual(
        0.5 + 1e-9,
      )
    }
    expect(told).toBeGreaterThan(25)
  })

  test('is not told below three benchmarks, two counts of one benchmark being one', () => {
    for (const model of SCORED_MODELS) expect(qualityOf(model).value === null, model).toBe(index(model).count < 3)
    expect(qualityOf('gpt-5').benchmarks).toBe(6)
    expect(qualityOf('no such model')).toEqual({ value: null, benchmarks: 0, selfReported: 0, scores: 0 })
  })
})
