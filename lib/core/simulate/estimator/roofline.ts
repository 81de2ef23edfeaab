/**
 * The two-phase roofline: prefill is bound by compute, decode by the bytes it reads, and every layer costs latency.
 * Formulas and their reasons: docs/estimator.md. Constants come from a fit on published measurements and only make
 * sense as a set. Times in seconds, one engine replica.
 */
import { attentionFlops, cacheElements, type ModelCard, type ParameterSplit } from '../cards/model-card'
import { cacheShards } from './memory'
import type { EngineName, Layout, ServingPoint } from './point'

/** Positive numbers, fitted together by test/bench/fit-estimator.ts. */
export interface RooflineConstants {
  /** Share of peak bandwidth reached reading weights; GGUF weights, and cache. */
  readonly bandwidth: number
  readonly bandwidthGguf: number
  /** Further factor where 4-bit weights are unpacked before use (GPTQ, AWQ, int4 experts). */
  readonly bandwidthUnpacked: number
  readonly bandwidthCache: number
  /** Share of peak compute reached. */
  readonly computeBf16: number
  readonly computeFp8: number
  readonly computeFp4: number
  /** Further factor on expert matrix products. */
  readonly computeExperts: number
  /** Extra time of the busiest expert rank. */
  readonly imbalance: number
  /** Seconds per collective, and share of link bandwidth. */
  readonly latencyNvlink: number
  readonly latencyPcie: number
  readonly link: number
  /** Seconds per layer and step outside the matrix products, by engine. */
  readonly layerTrtllm: number
  readonly layerVllm: number
  readonly layerSglang: number
  readonly layerLlamacpp: number
  readonly layerTransformers: number
  /** Further seconds per expert layer (routing, grouping). */
  readonly layerExperts: number
  /** Transformers runs its experts one after another: seconds for each. */
  readonly expertTransformers: number
  /** Seconds per step and per sequence: sampling, scheduling, streaming. */
  readonly step: number
  readonly perSequence: number
  /** Sharpness of the maximum of memory time and compute time. */
  readonly blend: number
  /** Share of prefill that delays decode. */
  readonly overlap: number
  readonly attentionCompute: number
}

export interface PhaseTimes {
  readonly step: number
  readonly prefill: number
  /** Requests in flight on one data-parallel rank, and in the replica. */
  readonly perRank: number
}

function blend(a: number, b: number, p: number): number {
  return (a ** p + b ** p) ** (1 / p)
}

function layerSeconds(c: RooflineConstants, engine: EngineName): number {
  if (engine === 'trtllm') return c.layerTrtllm
  if (engine === 'vllm') return c.layerVllm
  if (engine === 'sglang') return c.layerSglang
  return engine === 'llama.cpp' ? c.layerLlamacpp : c.layerTransformers
}

/** Peak operations per second for the precision on this GPU, and the share of it that is reached. */
export function computeRate(point: ServingPoint, c: RooflineConstants): { linear: number; half: number } {
  const { gpu, precision } = point
  const half = gpu.tflops.bf16 * 1e12 * c.computeBf16
  let linear = half
  if (precision.compute === 'fp4' && gpu.tflops.fp4 > 0) linear = gpu.tflops.fp4 * 1e12 * c.computeFp4
  else if (precision.compute !== 'bf16' && gpu.tflops.fp8 > 0) linear = gpu.tflops.fp8 * 1e12 * c.computeFp8
  return { linear, half }
}

/** Expected share of the experts of a layer that a batch of `tokens` touches. */
export function expertCoverage(model: ModelCard, tokens: number): number {
  if (model.experts === 0) return 0
  return 1 - (1 - model.expertsPerToken / model.experts) ** tokens
}

/** Decode step and prefill of one request with `batch` requests in flight in the replica. */
export function phaseTimes(
  point: ServingPoint,
  split: ParameterSplit,
  layout: Layout,
  batch: number,
  cacheElementBytes: number,
  c: RooflineConstants,
): PhaseTimes {
  const { model, gpu, precision } = point
  const { tensor, data, pipeline } = layout
  const bandwidth = gpu.bandwidthGbps * 1e9
  const unpacked = precision.kind === 'weight-only' ? c.bandwidthUnpacked : 1
  const weightBandwidth = bandwidth * (precision.kind === 'gguf' ? c.bandwidthGguf : c.bandwidth * unpacked)
  const rate = computeRate(point, c)
  const perRank = Math.max(batch / data, Math.min(1, batch))
  const width = tensor * data
  const skew = width > 1 && data > 1 ? 1 + c.imbalance : 1

  // Decode: every dense weight once per step, the touched experts, the cache of each sequence.
  const always = split.attention * precision.attention + split.dense * precision.dense + split.head * precision.head
  const alwaysParams = split.attention + split.dense + split.head
  let step = blend(always / tensor / weightBandwidth, (2 * perRank * alwaysParams) / tensor / rate.linear, c.blend)
  if (model.experts > 0) {
    const read = (split.experts * precision.experts * expertCoverage(model, batch)) / width
    const work = ((2 * batch * split.activeExperts) / width) * skew
    step += blend(read / weightBandwidth, work / (rate.linear * c.computeExperts), c.blend)
  }
  const context = point.inputTokens + point.outputTokens / 2
  const seen = model.sparseTopTokens === undefined ? context : Math.min(context, model.sparseTopTokens)
  const cacheRead = (perRank * cacheElements(model, seen) * cacheElementBytes) / cacheShards(model, tensor)
  const attentionWork = (perRank * attentionFlops(model, context)) / tensor
  step += blend(
    cacheRead / (bandwidth * c.bandwidthCache),
    attentionWork / (gpu.tflops.bf16 * 1e12 * c.attentionCompute),
    c.blend,
  )
  const latency = gpu.link === 'nvlink' ? c.latencyNvlink : c.latencyPcie
  const linkRate = gpu.linkGbps > 0 ? gpu.linkGbps * 1e9 * c.link : 10e9 * c.link
  step += collectives(model, layout, perRank, latency, linkRate)
  const layers = layerSeconds(c, point.engine)
  const expertLayer = point.engine === 'transformers' ? c.expertTransformers * model.experts : c.layerExperts
  step += layers * model.layers + expertLayer * model.moeLayers + c.step + c.perSequence * perRank
  // Pipeline stages work one after another on the same token.
  if (pipeline > 1) step += (pipeline - 1) * latency * 2

  // Prefill of the tokens no cache holds.
  const fresh = point.inputTokens * (1 - point.cachedFraction)
  const dense = (2 * fresh * (split.attention + split.dense)) / tensor / rate.linear
  const experts =
    model.experts === 0 ? 0 : (((2 * fresh * split.activeExperts) / tensor) * skew) / (rate.linear * c.computeExperts)
  const attention = (fresh * attentionFlops(model, point.inputTokens / 2)) / tensor / rate.half
  const chunk = 8192
  const resident = always / tensor + (split.experts * precision.experts) / width
  const together = Math.max(1, Math.min(perRank, chunk / Math.max(1, fresh)))
  const compute = dense + experts + attention
  const prefill =
    fresh <= 0
      ? 0
      : Math.max(compute, resident / weightBandwidth / together) +
        collectives(model, layout, fresh, latency / together, linkRate)
  return { step, prefill, perRank }
}

/** Two all-reduces a layer under tensor parallelism; dispatch and combine of tokens under data-parallel experts. */
function collectives(model: ModelCard, layout: Layout, tokens: number, latency: number, linkRate: number): number {
  const { tensor, data } = layout
  let seconds = 0
  if (tensor > 1) {
    const bytes = (tokens * model.hidden * 2 * 2 * (tensor - 1)) / tensor
    seconds += 2 * model.layers * (latency + bytes / linkRate)
  }
  if (data > 1 && model.experts > 0) {
    const bytes = tokens * Math.min(model.expertsPerToken, tensor * data) * model.hidden * 1.5
    seconds += 2 * model.moeLayers * (latency + bytes / linkRate)
  }
  return seconds
}
