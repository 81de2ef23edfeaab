/** Which cards a question about own GPUs means, and which calls can go there. */
import { addUsd, type Usd, ZERO_USD } from '../money/usd'
import { ok, type Result } from '../result'
import { readContextBand } from '../rollup/context-band'
import { findGpuCard } from './cards/gpu-card'
import { findModelCard } from './cards/model-card'
import type { ServingPoint } from './estimator/point'
import { pointSchema, resolvePoint } from './estimator/point-schema'
import type { FullTarget } from './full-target'
import { isStated } from './own-benchmark'
import { type MoveSelect, selects } from './replay/move-select'
import { type CannotMove, isEmbedding } from './replay/target-price'
import type { UsageSlice } from './replay/usage-slice'
import type { SimulationProblem } from './simulation'

/** Total-length classes of calls that fit a context window; class 0 is unknown and is let through with a note. */
export function classesThatFit(contextTokens: number): number[] {
  const classes = [0]
  for (let total = 1; total < 16; total += 1) {
    const range = readContextBand(total).total
    if (range !== null && range.max !== null && range.max <= contextTokens) classes.push(total)
  }
  return classes
}

export interface OwnCards {
  readonly card: ServingPoint
  /** A card is only its name; see FleetQuestion. */
  readonly unknownCard: boolean
}

/** With a benchmark and a price, neither model nor GPU has to be known. */
export function resolveSelfHosted(target: FullTarget): Result<OwnCards, SimulationProblem> {
  const priced = target.acquire === 'rent' ? target.price_per_gpu_hour : target.price_per_gpu
  const noModel = target.architecture === undefined && findModelCard(target.model) === null
  const noGpu = target.hardware === undefined && findGpuCard(target.gpu) === null
  const nameless = isStated(target) && (noModel || (noGpu && priced !== undefined))
  const resolved = resolvePoint(
    pointSchema.parse({
      model: target.model,
      architecture: nameless && noModel ? { ...SOME_MODEL, name: target.model } : target.architecture,
      gpu: target.gpu,
      hardware: nameless && noGpu ? { ...SOME_GPU, name: target.gpu.slice(0, 100) } : target.hardware,
      precision: target.precision ?? null,
      engine: target.engine,
    }),
  )
  return resolved.ok ? ok({ card: resolved.value, unknownCard: nameless }) : resolved
}

/** Stand-ins whose figures are never used: a benchmark tells what they would. */
const SOME_MODEL = { total_params_b: 1, layers: 1, hidden: 64, ffn_dense: 64, n_heads: 1, vocab: 1 }
const SOME_GPU = { mem_gb: 1, bw_gbps: 1, bf16_dense_tflops: 1 }

/** Why calls stay where they are; null when own GPUs can take them. */
export function reasonToStay(slice: UsageSlice, fits: ReadonlySet<number>): CannotMove | null {
  if (slice.cost === null) return 'no_cost_today'
  if (isEmbedding(slice.model)) return 'embedding'
  if (!fits.has(slice.contextBand % 16)) return 'context_too_long'
  const meters = [...(slice.quantities.other ?? [])].filter(([, quantity]) => quantity > 0n)
  if (meters.length === 0) return null
  return meters.some(([meter]) => /audio|image|video|pages|characters/.test(meter)) ? 'modality' : 'tool'
}

export interface Baseline {
  readonly cost: Usd
  readonly byMonth: ReadonlyMap<string, Usd>
  /** Calls that could move are of a length that nobody told. */
  readonly lengthUnknown: boolean
}

export function baselineOf(slices: readonly UsageSlice[], select: MoveSelect, context: number): Baseline {
  const fits = new Set(classesThatFit(context))
  const byMonth = new Map<string, Usd>()
  let cost = ZERO_USD
  let lengthUnknown = false
  for (const slice of slices) {
    if (slice.cost === null) continue
    cost = addUsd(cost, slice.cost)
    byMonth.set(slice.month, addUsd(byMonth.get(slice.month) ?? ZERO_USD, slice.cost))
    if (slice.contextBand % 16 !== 0 || !selects(select, slice)) continue
    if (reasonToStay(slice, fits) === null) lengthUnknown = true
  }
  return { cost, byMonth, lengthUnknown }
}
