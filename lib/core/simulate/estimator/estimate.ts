/**
 * The serving estimate: what fits, how many output tokens a second, and how sure that is. Pure; constants and the
 * measured spread of its errors come from data/estimator-constants.json.
 */
import { splitParameters } from '../cards/model-card'
import fitted from '../data/estimator-constants.json'
import { chooseLayout } from './layout'
import type { Layout, ServingPoint } from './point'
import type { RooflineConstants } from './roofline'
import { aggregated, disaggregated, type Throughput } from './throughput'

export interface EstimatorFit {
  readonly points: number
  readonly crossValidated: { readonly medianError: number; readonly within150: number }
  readonly constants: RooflineConstants
  /** Quantiles of measured ÷ estimated, cross-validated. */
  readonly residuals: {
    readonly p10: number
    readonly p50: number
    readonly p90: number
    readonly all: readonly number[]
  }
}

export const ESTIMATOR_FIT: EstimatorFit = fitted

export interface Range {
  readonly p10: number
  readonly p50: number
  readonly p90: number
}

export type Estimate =
  | {
      readonly kind: 'estimate'
      readonly layout: Layout | null
      /** Bytes on one GPU: weights, and what the cache of the running sequences takes. */
      readonly weightsPerGpu: number
      readonly memoryPerGpu: number
      /** Output tokens per second of all GPUs, a tuned engine. */
      readonly outputPerSecond: Range
      readonly secondsPerToken: number
      readonly prefillSeconds: number
      /** Requests in flight over all GPUs. */
      readonly inFlight: number
      readonly why: readonly string[]
    }
  | { readonly kind: 'does_not_fit'; readonly weightsPerGpu: number; readonly reason: string }
  | { readonly kind: 'unsupported'; readonly reason: string }

export function estimateServing(point: ServingPoint, fit: EstimatorFit = ESTIMATOR_FIT): Estimate {
  const split = splitParameters(point.model)
  if (point.disaggregated !== null) {
    const result = disaggregated(point, split, fit.constants)
    if (result !== null && result.memory.sequences >= 1) return finish(point, null, result, fit)
  }
  const choice = chooseLayout(point, split)
  if (choice.kind === 'unsupported') return choice
  if (choice.kind === 'does_not_fit') {
    const total = split.attention + split.dense + split.experts
    return {
      kind: 'does_not_fit',
      weightsPerGpu:
        (total * point.precision.experts + (split.head + split.embedding) * point.precision.head) / point.gpus,
      reason: choice.reason,
    }
  }
  return finish(point, choice.layout, aggregated(point, split, choice.layout, fit.constants), fit)
}

function finish(point: ServingPoint, layout: Layout | null, raw: Throughput, fit: EstimatorFit): Estimate {
  const p50 = raw.outputPerSecond * fit.residuals.p50
  const replicas = layout === null ? 1 : layout.replicas
  const shards = layout === null ? 1 : layout.tensor * layout.data * layout.pipeline
  const cache = (raw.batch * raw.memory.cachePerSequence) / shards
  const why = [
    raw.limit === 'load'
      ? `${round(raw.batch)} requests in flight per replica, as asked.`
      : raw.limit === 'memory'
        ? `Memory limits each replica to ${round(raw.batch)} requests in flight.`
        : `The engine schedules at most ${round(raw.batch)} requests at once.`,
    `One decode step and its share of prefill take ${(raw.secondsPerToken * 1000).toFixed(1)} ms; prefill of one prompt takes ${(raw.prefillSeconds * 1000).toFixed(0)} ms.`,
    `A tuned engine; the range is the measured spread of this estimator's errors.`,
  ]
  return {
    kind: 'estimate',
    layout,
    weightsPerGpu: raw.memory.weightsPerGpu,
    memoryPerGpu: Math.min(raw.memory.weightsPerGpu + cache, point.gpu.memoryGb * 1e9),
    outputPerSecond: {
      p10: (p50 * fit.residuals.p10) / fit.residuals.p50,
      p50,
      p90: (p50 * fit.residuals.p90) / fit.residuals.p50,
    },
    secondsPerToken: raw.secondsPerToken,
    prefillSeconds: raw.prefillSeconds,
    inFlight: raw.batch * replicas,
    why,
  }
}

function round(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(1)
}
