/**
 * Fits the constants of the serving estimator on measured points. Groups are model card × GPU card: whoever leaves a group
 * out sees none of its points. Deterministic: no random numbers, no clock; every fit starts from the same constants and
 * pays for leaving them, so that what the points do not tell stays physical.
 */
import { splitParameters } from '../../lib/core/simulate/cards/model-card'
import { chooseLayout } from '../../lib/core/simulate/estimator/layout'
import type { Layout } from '../../lib/core/simulate/estimator/point'
import type { RooflineConstants } from '../../lib/core/simulate/estimator/roofline'
import { aggregated, disaggregated, type Throughput } from '../../lib/core/simulate/estimator/throughput'
import type { Measured } from '../golden/estimator/read-measured'

const START: RooflineConstants = {
  bandwidth: 0.84,
  bandwidthGguf: 0.79,
  bandwidthCache: 0.69,
  unpackWeight: 0.15e-12,
  computeBf16: 0.6,
  computeFp8: 0.59,
  computeFp4: 0.34,
  computeExperts: 0.7,
  expertTile: 16,
  expertWidth: 2000,
  computeNew: 1,
  latencyNvlink: 12e-6,
  latencyPcie: 23e-6,
  latencyNode: 30e-6,
  link: 0.54,
  layerTrtllm: 40e-6,
  layerVllm: 50e-6,
  layerSglang: 80e-6,
  layerLlamacpp: 80e-6,
  layerTransformers: 0.6e-3,
  unpackTransformers: 2.5,
  copiesTransformers: 3,
  layerMla: 20e-6,
  layerSparse: 30e-6,
  layerExperts: 20e-6,
  expertTransformers: 80e-6,
  step: 300e-6,
  perSequence: 6e-6,
  perSequenceTrtllm: 3e-6,
  blend: 2,
  overlap: 0.92,
  attentionCompute: 0.3,
}
export const NAMES = Object.keys(START) as (keyof RooflineConstants)[]
const AT_MOST: Partial<Record<keyof RooflineConstants, number>> = {
  bandwidth: 0.95,
  bandwidthGguf: 0.95,
  bandwidthCache: 0.95,
  computeBf16: 0.85,
  computeFp8: 0.85,
  computeFp4: 0.75,
  computeExperts: 1,
  link: 0.9,
  blend: 6,
  overlap: 1.6,
  attentionCompute: 0.7,
}
export const FOLDS = 10
/** What it costs to move a constant from its start, per squared logarithm. */
const PRIOR = 0.3
const STEP = 0.02
/** A round that gains less than this share of the loss is the last. */
const CLOSE = 2e-4

export interface Row {
  readonly measured: Measured
  readonly split: ReturnType<typeof splitParameters>
  readonly layout: Layout | null
  weight: number
}

export function rowsOf(all: readonly Measured[]): { rows: Row[]; skipped: string[] } {
  const rows: Row[] = []
  const skipped: string[] = []
  for (const measured of all) {
    const split = splitParameters(measured.point.model)
    let layout: Layout | null = null
    if (measured.point.disaggregated === null) {
      const choice = chooseLayout(measured.point, split, START)
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

export function rawOf(row: Row, c: RooflineConstants): Throughput {
  const { point } = row.measured
  const pooled = point.disaggregated === null ? null : disaggregated(point, row.split, c)
  if (pooled !== null) return pooled
  return aggregated(point, row.split, row.layout as Layout, c)
}

function logError(row: Row, c: RooflineConstants): number {
  return Math.log(row.measured.outputPerSecond / rawOf(row, c).outputPerSecond)
}

/** Absolute log error, smooth near zero and flat far out, and how far the constants have left their start. */
function loss(rows: readonly Row[], errors: readonly number[], logs: readonly number[]): number {
  let total = 0
  rows.forEach((row, i) => {
    const error = Math.abs(errors[i] as number)
    total += row.weight * Math.min(Math.sqrt(error * error + 0.0025), 0.7 + 0.3 * Math.min(error, 3))
  })
  logs.forEach((value, i) => {
    total += PRIOR * (value - Math.log(START[NAMES[i] as keyof RooflineConstants])) ** 2
  })
  return total
}

function constantsOf(logs: readonly number[]): RooflineConstants {
  return Object.fromEntries(
    NAMES.map((name, i) => [name, Math.min(Math.exp(logs[i] as number), AT_MOST[name] ?? Number.POSITIVE_INFINITY)]),
  ) as unknown as RooflineConstants
}

/** Damped Gauss-Newton on the logarithms of the constants, each row weighted by how little it stands out. */
export function fitConstants(rows: readonly Row[], rounds: number): RooflineConstants {
  const start = NAMES.map((name) => Math.log(START[name]))
  const errorsAt = (logs: readonly number[]) => {
    const c = constantsOf(logs)
    return rows.map((row) => logError(row, c))
  }
  let logs = start
  let errors = errorsAt(logs)
  let value = loss(rows, errors, logs)
  let damping = 1
  for (let round = 0; round < rounds; round += 1) {
    const weights = rows.map((row, i) => {
      const error = Math.abs(errors[i] as number)
      return (row.weight * (error > 1 ? 0.3 : 1)) / Math.sqrt(error * error + 0.0025)
    })
    const slopes = NAMES.map((_, k) => {
      const moved = errorsAt(logs.map((v, i) => (i === k ? v - STEP : v)))
      return moved.map((e, i) => ((errors[i] as number) - e) / STEP)
    })
    const normal = slopes.map((a, k) =>
      slopes.map((b, l) =>
        l < k ? 0 : a.reduce((sum, x, i) => sum + x * (b[i] as number) * (weights[i] as number), 0),
      ),
    )
    for (let k = 0; k < NAMES.length; k += 1)
      for (let l = 0; l < k; l += 1) (normal[k] as number[])[l] = (normal[l] as number[])[k] as number
    const gradient = slopes.map(
      (a, k) =>
        a.reduce((sum, x, i) => sum + x * (errors[i] as number) * (weights[i] as number), 0) +
        2 * PRIOR * ((logs[k] as number) - (start[k] as number)),
    )
    let improved = false
    let found = false
    for (let attempt = 0; attempt < 6 && !found; attempt += 1) {
      const system = normal.map((line, k) =>
        line.map((v, l) => (k === l ? v * (1 + damping * 0.1) + 2 * PRIOR + damping : v)),
      )
      const move = solve(system, gradient)
      const next = logs.map((v, k) => {
        const limit = AT_MOST[NAMES[k] as keyof RooflineConstants]
        const to = v - Math.max(-0.6, Math.min(0.6, move[k] as number))
        return limit === undefined ? to : Math.min(to, Math.log(limit))
      })
      const nextErrors = errorsAt(next)
      const nextValue = loss(rows, nextErrors, next)
      if (nextValue < value) {
        found = true
        improved = value - nextValue > CLOSE * value
        logs = next
        errors = nextErrors
        value = nextValue
        damping *= 0.3
      } else damping = Math.max(damping * 4, 0.01)
    }
    if (!improved) break
  }
  return constantsOf(logs)
}

/** Gaussian elimination with the largest pivot first. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const m = matrix.map((line, i) => [...line, right[i] as number])
  const n = right.length
  for (let k = 0; k < n; k += 1) {
    let pivot = k
    for (let i = k + 1; i < n; i += 1) {
      if (Math.abs((m[i] as number[])[k] as number) > Math.abs((m[pivot] as number[])[k] as number)) pivot = i
    }
    const swap = m[k] as number[]
    m[k] = m[pivot] as number[]
    m[pivot] = swap
    const top = m[k] as number[]
    for (let i = k + 1; i < n; i += 1) {
      const line = m[i] as number[]
      const factor = (line[k] as number) / (top[k] as number)
      for (let j = k; j <= n; j += 1) line[j] = (line[j] as number) - factor * (top[j] as number)
    }
  }
  const x = new Array<number>(n).fill(0)
  for (let i = n - 1; i >= 0; i -= 1) {
    const line = m[i] as number[]
    let sum = line[n] as number
    for (let j = i + 1; j < n; j += 1) sum -= (line[j] as number) * (x[j] as number)
    x[i] = sum / (line[i] as number)
  }
  return x
}

export function residual(row: Row, c: RooflineConstants): number {
  return row.measured.outputPerSecond / rawOf(row, c).outputPerSecond
}

export function quantile(values: readonly number[], share: number): number {
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

export function score(ratios: readonly number[]): Score {
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

/** Every point predicted by a fit that saw nothing with the same key. */
export function leaveOneOut(
  rows: readonly Row[],
  key: (row: Row) => string,
  sweeps: number,
  atLeast: number,
): Map<Row, number> {
  const unseen = new Map<Row, number>()
  for (const left of [...new Set(rows.map(key))].sort()) {
    const part = rows.filter((row) => key(row) === left)
    if (part.length < atLeast) continue
    const c = fitConstants(
      rows.filter((row) => key(row) !== left),
      sweeps,
    )
    for (const row of part) unseen.set(row, residual(row, c))
  }
  return unseen
}

export function foldOf(group: string): number {
  let hash = 2166136261
  for (const char of group) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619) >>> 0
  return hash % FOLDS
}
