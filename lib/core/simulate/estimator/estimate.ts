/**
 * The serving estimate: what fits, how many output tokens a second, and how sure that is. Pure; constants and the
 * measured spread of its errors come from data/estimator-constants.json.
 */
import { type ParameterSplit, splitParameters } from '../cards/model-card'
import fitted from '../data/estimator-constants.json'
import { chooseLayout, engineRefused } from './layout'
import { splitsByLayer, weightsPerGpu } from './memory'
import type { Layout, ServingPoint } from './point'
import type { RooflineConstants } from './roofline'
import { aggregated, disaggregated, type Throughput } from './throughput'

export interface EstimatorFit {
  readonly points: number
  readonly inSample: { readonly medianError: number; readonly within150: number }
  readonly crossValidated: { readonly medianError: number; readonly within150: number }
  readonly constants: RooflineConstants
  /** Measured ÷ estimated, cross-validated: quantiles by kind of deployment, and the percentiles of all points. */
  readonly residuals: {
    readonly kinds: Readonly<Record<ResidualKind, Range>>
    readonly all: readonly number[]
  }
}

/** Deployments whose errors are alike. `local`: a runtime for one user; `pools`: prefill and decode apart. */
export const RESIDUAL_KINDS = ['dense', 'experts', 'pools', 'local'] as const
export type ResidualKind = (typeof RESIDUAL_KINDS)[number]

export function residualKind(point: ServingPoint): ResidualKind {
  if (splitsByLayer(point.engine)) return 'local'
  if (point.disaggregated !== null) return 'pools'
  return point.model.experts > 0 ? 'experts' : 'dense'
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
      /** Bytes of one copy of the weights, as a checkpoint of this precision holds them. */
      readonly totalWeights: number
      /** Output tokens per second of all GPUs, a tuned engine. */
      readonly outputPerSecond: Range
      readonly secondsPerToken: number
      readonly prefillSeconds: number
      /** From a request to its first token, all others running on: an order of magnitude, no more. */
      readonly roughSecondsToFirstToken: number
      /** Requests in flight over all GPUs. */
      readonly inFlight: number
      readonly why: readonly string[]
    }
  | {
      readonly kind: 'does_not_fit'
      readonly weightsPerGpu: number
      readonly totalWeights: number
      readonly reason: string
    }
  | { readonly kind: 'unsupported'; readonly reason: string }

export function estimateServing(point: ServingPoint, fit: EstimatorFit = ESTIMATOR_FIT): Estimate {
  const refused = engineRefused(point)
  if (refused !== null) return refused
  const split = splitParameters(point.model)
  if (point.disaggregated !== null) {
    const result = disaggregated(point, split, fit.constants)
    if (result !== null && result.memory.sequences >= 1) return finish(point, split, null, result, fit)
  }
  const choice = chooseLayout(point, split, fit.constants)
  if (choice.kind === 'unsupported') return choice
  if (choice.kind === 'does_not_fit') {
    const totalWeights = totalWeightsOf(point, split)
    return { kind: 'does_not_fit', weightsPerGpu: totalWeights / point.gpus, totalWeights, reason: choice.reason }
  }
  return finish(point, split, choice.layout, aggregated(point, split, choice.layout, fit.constants), fit)
}

function totalWeightsOf(point: ServingPoint, split: ParameterSplit): number {
  return weightsPerGpu(split, point.precision, { tensor: 1, data: 1, pipeline: 1, replicas: 1 }, false)
}

/** Part of the time to a first token that is neither prefill nor a step: the request's way in, seconds. */
const WAY_IN = 0.05

function finish(
  point: ServingPoint,
  split: ParameterSplit,
  layout: Layout | null,
  raw: Throughput,
  fit: EstimatorFit,
): Estimate {
  const spread = fit.residuals.kinds[residualKind(point)]
  const output = raw.outputPerSecond * (point.realism ?? 1)
  const { replicas, data } = raw.layout
  const waiting = Math.max(1, raw.batch / data)
  const cache = (raw.batch / data) * raw.memory.cacheOnGpu
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
    totalWeights: totalWeightsOf(point, split),
    // As far as the card's nominal size, which holds a little more: weights may fill that too.
    memoryPerGpu: Math.max(
      raw.memory.weightsPerGpu,
      Math.min(raw.memory.weightsPerGpu + cache, point.gpu.memoryGb * 1e9),
    ),
    outputPerSecond: {
      p10: output * spread.p10,
      p50: output * spread.p50,
      p90: output * spread.p90,
    },
    secondsPerToken: raw.secondsPerToken / (point.realism ?? 1),
    prefillSeconds: raw.prefillSeconds,
    roughSecondsToFirstToken: raw.prefillSeconds * Math.sqrt(waiting) + raw.secondsPerToken + WAY_IN,
    inFlight: raw.batch * replicas,
    why,
  }
}

function round(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(1)
}
