/**
 * One figure for how good a model is said to be: published benchmark scores as log-odds (ratings as they are),
 * standardised per benchmark over the table, averaged within an area, the areas weighted. 50 is the mean of the table and
 * 15 points are one standard deviation. Most scores are the makers' own and harnesses differ, so it comes with the number
 * of benchmarks and an interval, and below three benchmarks there is none. Sources and dates: data/quality.json.
 */
import table from '../data/quality.json'

const AREA_WEIGHTS: Readonly<Record<string, number>> = {
  coding: 0.4,
  reasoning: 0.3,
  knowledge: 0.15,
  preference: 0.15,
}
const LEAST_BENCHMARKS = 3
/** Scores of one model spread at least this much, in standard deviations, however alike the few at hand are. */
const LEAST_SPREAD = 0.4

export interface QualityIndex {
  /** Null below three benchmarks: insufficient data. */
  readonly value: { readonly index: number; readonly low: number; readonly high: number } | null
  /** Different benchmarks with a score. */
  readonly benchmarks: number
  /** Scores that the maker of the model reports itself, of all its scores. */
  readonly selfReported: number
  readonly scores: number
}

export const QUALITY_CHECKED_ON = table.checkedOn

const areaOf = new Map(table.benchmarks.map((benchmark) => [benchmark.name, benchmark.area]))
/** Two counts of one benchmark are one benchmark: each on its own scale, together one figure. */
const countsAs = new Map(table.benchmarks.map((benchmark) => [benchmark.name, benchmark.countsAs ?? benchmark.name]))

/** Percentages near 0 and 100 are pulled in, as a benchmark of few hundred tasks cannot tell them apart. */
function scaled(benchmark: string, score: number): number {
  if (benchmark.includes('Elo')) return score
  const share = Math.min(0.995, Math.max(0.005, score / 100))
  return Math.log(share / (1 - share))
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Standardised scores: model → benchmark → mean over its variants and counts. */
function standardised(): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const byBenchmark = new Map<string, number[]>()
  for (const { benchmark, score } of table.scores) {
    byBenchmark.set(benchmark, [...(byBenchmark.get(benchmark) ?? []), scaled(benchmark, score)])
  }
  const scales = new Map(
    [...byBenchmark].map(([benchmark, values]) => {
      const mean = meanOf(values)
      const variance = meanOf(values.map((value) => (value - mean) ** 2))
      return [benchmark, { mean, deviation: Math.sqrt(variance) }] as const
    }),
  )
  const found = new Map<string, Map<string, number[]>>()
  for (const { model, benchmark, score } of table.scores) {
    const scale = scales.get(benchmark)
    if (scale === undefined || scale.deviation === 0) continue
    const ofModel = found.get(model) ?? new Map<string, number[]>()
    const counted = countsAs.get(benchmark) ?? benchmark
    const values = ofModel.get(counted) ?? []
    ofModel.set(counted, [...values, (scaled(benchmark, score) - scale.mean) / scale.deviation])
    found.set(model, ofModel)
  }
  return new Map(
    [...found].map(([model, scores]) => [model, new Map([...scores].map(([name, values]) => [name, meanOf(values)]))]),
  )
}

const TABLE = standardised()

/** Models with a score, as the table names them. */
export const SCORED_MODELS: readonly string[] = [...TABLE.keys()]

/** By the name of a model card, or of a closed model as its maker writes it. */
export function qualityOf(model: string): QualityIndex {
  const scores = TABLE.get(model) ?? new Map<string, number>()
  const rows = table.scores.filter((row) => row.model === model)
  const facts = {
    benchmarks: scores.size,
    selfReported: rows.filter((row) => row.selfReported).length,
    scores: rows.length,
  }
  if (scores.size < LEAST_BENCHMARKS) return { value: null, ...facts }
  let weighted = 0
  let weights = 0
  let squares = 0
  for (const [area, weight] of Object.entries(AREA_WEIGHTS)) {
    const inArea = [...scores].filter(([name]) => areaOf.get(name) === area).map(([, value]) => value)
    if (inArea.length === 0) continue
    weighted += weight * meanOf(inArea)
    weights += weight
    squares += weight ** 2 / inArea.length
  }
  const middle = weighted / weights
  const values = [...scores.values()]
  const mean = meanOf(values)
  const spread = Math.max(
    LEAST_SPREAD,
    Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1)),
  )
  // The interval of a weighted mean: one benchmark that carries an area alone counts for more.
  const half = (1.96 * spread * Math.sqrt(squares)) / weights
  const points = (z: number) => Math.round(50 + 15 * z)
  return { value: { index: points(middle), low: points(middle - half), high: points(middle + half) }, ...facts }
}
