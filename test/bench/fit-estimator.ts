/**
 * Refits the serving estimator on the published measurements in test/golden/estimator/measured.csv.
 *
 *   npx tsx test/bench/fit-estimator.ts            cross-validates, then writes constants and the error table
 *   npx tsx test/bench/fit-estimator.ts --quick    in-sample only, writes nothing
 *
 * Groups are model card × GPU card: a fold never sees another point of its groups. Every fold fits the roofline
 * constants from the same start, so no number of a held-out group leaks into its prediction.
 * Deterministic: no random numbers, no clock.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { splitParameters } from '../../lib/core/simulate/cards/model-card'
import { chooseLayout } from '../../lib/core/simulate/estimator/layout'
import type { Layout } from '../../lib/core/simulate/estimator/point'
import type { RooflineConstants } from '../../lib/core/simulate/estimator/roofline'
import { aggregated, disaggregated, type Throughput } from '../../lib/core/simulate/estimator/throughput'
import { type Measured, readMeasured } from '../golden/estimator/read-measured'

const START: RooflineConstants = {
  bandwidth: 0.84,
  bandwidthGguf: 0.79,
  bandwidthUnpacked: 0.8,
  bandwidthCache: 0.69,
  computeBf16: 0.6,
  computeFp8: 0.59,
  computeFp4: 0.34,
  computeExperts: 0.52,
  imbalance: 1.0,
  latencyNvlink: 12e-6,
  latencyPcie: 23e-6,
  link: 0.54,
  layerTrtllm: 40e-6,
  layerVllm: 50e-6,
  layerSglang: 80e-6,
  layerLlamacpp: 80e-6,
  layerTransformers: 1e-3,
  layerExperts: 20e-6,
  expertTransformers: 80e-6,
  step: 300e-6,
  perSequence: 3e-6,
  blend: 2,
  overlap: 0.92,
  attentionCompute: 0.3,
}
const NAMES = Object.keys(START) as (keyof RooflineConstants)[]
const AT_MOST: Partial<Record<keyof RooflineConstants, number>> = {
  bandwidth: 0.95,
  bandwidthGguf: 0.95,
  bandwidthUnpacked: 1,
  bandwidthCache: 0.95,
  computeBf16: 0.85,
  computeFp8: 0.85,
  computeFp4: 0.75,
  computeExperts: 1,
  imbalance: 3,
  link: 0.9,
  blend: 6,
  overlap: 1.6,
  attentionCompute: 0.7,
}
const FOLDS = 10

interface Row {
  readonly measured: Measured
  readonly split: ReturnType<typeof splitParameters>
  readonly layout: Layout | null
  weight: number
}

function rowsOf(all: readonly Measured[]): { rows: Row[]; skipped: string[] } {
  const rows: Row[] = []
  const skipped: string[] = []
  for (const measured of all) {
    const split = splitParameters(measured.point.model)
    let layout: Layout | null = null
    if (measured.point.disaggregated === null) {
      const choice = chooseLayout(measured.point, split)
      if (choice.kind !== 'layout') {
        skipped.push(`${measured.id} ${choice.kind}`)
        continue
      }
      layout = choice.layout
    }
    rows.push({ measured, split, layout, weight: 1 })
  }
  const size = new Map<string, number>()
  for (const row of rows) size.set(row.measured.group, (size.get(row.measured.group) ?? 0) + 1)
  for (const row of rows) row.weight = 1 / Math.sqrt(size.get(row.measured.group) as number)
  return { rows, skipped }
}

function rawOf(row: Row, c: RooflineConstants): Throughput {
  const { point } = row.measured
  const pooled = point.disaggregated === null ? null : disaggregated(point, row.split, c)
  if (pooled !== null) return pooled
  return aggregated(point, row.split, row.layout as Layout, c)
}

function logError(row: Row, c: RooflineConstants): number {
  return Math.log(row.measured.outputPerSecond / rawOf(row, c).outputPerSecond)
}

/** Absolute log error, smooth near zero and flat far out. */
function loss(rows: readonly Row[], c: RooflineConstants): number {
  let total = 0
  for (const row of rows) {
    const error = Math.abs(logError(row, c))
    total += row.weight * Math.min(Math.sqrt(error * error + 0.0025), 0.7 + 0.3 * Math.min(error, 3))
  }
  return total
}

/** Pattern search over the logarithms of the constants, one after another, steps shrinking where they do not help. */
function fitConstants(rows: readonly Row[], sweeps: number): RooflineConstants {
  let best: RooflineConstants = START
  let value = loss(rows, best)
  const steps = new Map(NAMES.map((name) => [name, 0.35]))
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    for (const name of NAMES) {
      const step = steps.get(name) as number
      if (step < 0.01) continue
      let improved = false
      for (const sign of [1, -1]) {
        const moved = Math.min(best[name] * Math.exp(sign * step), AT_MOST[name] ?? Number.POSITIVE_INFINITY)
        const candidate = { ...best, [name]: moved }
        const next = loss(rows, candidate)
        if (next < value) {
          best = candidate
          value = next
          improved = true
          break
        }
      }
      steps.set(name, improved ? step * 1.3 : step * 0.55)
    }
  }
  return best
}

function residual(row: Row, c: RooflineConstants): number {
  return row.measured.outputPerSecond / rawOf(row, c).outputPerSecond
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)] as number
  return low + ((sorted[Math.ceil(at)] as number) - low) * (at - Math.floor(at))
}

export interface Score {
  readonly points: number
  readonly medianError: number
  readonly within125: number
  readonly within150: number
  readonly within200: number
  readonly bias: number
}

function score(ratios: readonly number[]): Score {
  const errors = ratios.map((ratio) => Math.abs(1 / ratio - 1))
  const within = (limit: number) => ratios.filter((r) => r < limit && 1 / r < limit).length / Math.max(1, ratios.length)
  return {
    points: ratios.length,
    medianError: quantile(errors, 0.5),
    within125: within(1.25),
    within150: within(1.5),
    within200: within(2),
    bias: quantile(ratios, 0.5),
  }
}

function line(name: string, s: Score): string {
  const percent = (v: number) => `${(100 * v).toFixed(1)} %`
  return `| ${name} | ${s.points} | ${percent(s.medianError)} | ${percent(s.within125)} | ${percent(s.within150)} | ${percent(s.within200)} | ${s.bias.toFixed(2)} |`
}

function foldOf(group: string): number {
  let hash = 2166136261
  for (const char of group) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619) >>> 0
  return hash % FOLDS
}

function main(): void {
  const quick = process.argv.includes('--quick')
  const { rows, skipped } = rowsOf(readMeasured())
  const fittable = rows.filter((row) => row.measured.mode !== 'online-burst')
  const bursts = rows.filter((row) => row.measured.mode === 'online-burst')
  const table: string[] = []
  const say = (text: string) => {
    table.push(text)
    process.stdout.write(`${text}\n`)
  }
  say(
    `${rows.length} points, ${new Set(rows.map((r) => r.measured.group)).size} groups; ${skipped.length} not estimated`,
  )
  if (process.argv.includes('--skipped')) process.stdout.write(`${skipped.join('\n')}\n`)
  say('| test | points | median error | within 1.25× | within 1.5× | within 2× | measured ÷ estimated |')
  say('|---|---|---|---|---|---|---|')
  const constants = fitConstants(fittable, quick ? 25 : 40)
  say(line('in-sample', score(fittable.map((r) => residual(r, constants)))))
  if (quick) {
    process.stdout.write(`${JSON.stringify(constants, null, 1)}\n`)
    slices(fittable, (r) => residual(r, constants), say)
    worst(fittable, constants)
    return
  }
  const unseen = new Map<Row, number>()
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const train = fittable.filter((row) => foldOf(row.measured.group) !== fold)
    const c = fitConstants(train, 30)
    for (const row of fittable) {
      if (foldOf(row.measured.group) !== fold) continue
      unseen.set(row, residual(row, c))
    }
  }
  say(line('**10-fold cross-validation by group: every point unseen**', score([...unseen.values()])))
  slices(fittable, (r) => unseen.get(r) as number, say)
  say(line('default engines under bursts, never fitted', score(bursts.map((r) => residual(r, constants)))))
  const all = [...unseen.values()].sort((a, b) => a - b)
  const quantiles = Array.from({ length: 101 }, (_, i) => Number(quantile(all, i / 100).toFixed(4)))
  const keep = (value: number) => Number(value.toPrecision(5))
  const fit = {
    fittedOn: '2026-11-23',
    points: fittable.length,
    groups: new Set(fittable.map((r) => r.measured.group)).size,
    crossValidated: score([...unseen.values()]),
    constants: Object.fromEntries(NAMES.map((name) => [name, keep(constants[name])])),
    residuals: { p10: quantiles[10], p50: quantiles[50], p90: quantiles[90], all: quantiles },
  }
  writeFileSync('lib/core/simulate/data/estimator-constants.json', `${JSON.stringify(fit, null, 1)}\n`)
  const doc = readFileSync('docs/estimator.md', 'utf8')
  const [head, tail] = [doc.split('<!-- errors -->')[0], doc.split('<!-- /errors -->')[1]]
  writeFileSync(
    'docs/estimator.md',
    `${head}<!-- errors -->\n${table.join('\n').replace(/^(.*)\n/, '$1\n\n')}\n<!-- /errors -->${tail}`,
  )
}

function slices(rows: readonly Row[], ratio: (row: Row) => number, say: (text: string) => void): void {
  const by = (name: string, key: (row: Row) => string) => {
    const keys = [...new Set(rows.map(key))].sort()
    for (const k of keys) {
      const part = rows.filter((row) => key(row) === k)
      if (part.length >= 20) say(line(`${name} ${k}`, score(part.map(ratio))))
    }
  }
  by('engine', (r) => r.measured.point.engine)
  by('mode', (r) => r.measured.mode)
  if (!process.argv.includes('--slices')) return
  by('source', (r) => r.measured.source)
  by('precision', (r) => r.measured.point.precision.name)
  by('model', (r) => r.measured.point.model.name)
  by('gpu', (r) => r.measured.point.gpu.name)
}

function worst(rows: readonly Row[], c: RooflineConstants): void {
  if (!process.argv.includes('--worst')) return
  const cells = new Map<string, number[]>()
  for (const row of rows) {
    const { group, mode, point } = row.measured
    const key = `${group} ${point.engine} ${point.precision.name} ${mode} tp${point.tensor} dp${point.data} n${point.gpus}`
    cells.set(key, [...(cells.get(key) ?? []), residual(row, c)])
  }
  const ranked = [...cells].map(([key, ratios]) => ({ key, n: ratios.length, s: score(ratios) }))
  ranked.sort((a, b) => b.n * b.s.medianError - a.n * a.s.medianError)
  for (const { key, s } of ranked.slice(0, 45)) process.stdout.write(`${line(key, s)}\n`)
}

main()
