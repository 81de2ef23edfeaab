/**
 * The two-phase roofline: prefill is bound by compute, decode by the bytes it reads, and every layer costs latency.
 * Formulas and their reasons: docs/estimator.md. Constants come from a fit on published measurements and only make
 * sense as a set. Times in seconds, one engine replica.
 */
import { attentionFlops, cacheElementsOnGpu, type ModelCard, type ParameterSplit } from '../cards/model-card'
import type { EngineName, Layout, ServingPoint } from './point'

/** Positive numbers, fitted together by test/bench/fit-estimator.ts. */
export interface RooflineConstants {
  /** Share of peak bandwidth reached reading weights; GGUF weights, and cache. */
  readonly bandwidth: number
  readonly bandwidthGguf: number
  readonly bandwidthCache: number
  /**
   * Seconds a GPU takes to unpack one weight of a weight-only precision (GPTQ, AWQ, int4 experts) to 16 bits, beside
   * reading it. General-purpose cores do it, so it hardly depends on memory: a slow memory hides it, a fast one does not.
   */
  readonly unpackWeight: number
  /** Share of peak compute reached. */
  readonly computeBf16: number
  readonly computeFp8: number
  readonly computeFp4: number
  /** Further factor on expert matrix products. */
  readonly computeExperts: number
  readonly expertWidth: number
  /** Tokens of matrix work that every touched expert costs at least: tiles are filled up. */
  readonly expertTile: number
  /** Further factor on compute where the card has FP4 units (Blackwell, CDNA 4). */
  readonly computeNew: number
  /** Seconds per collective, and share of link bandwidth. */
  readonly latencyNvlink: number
  readonly latencyPcie: number
  readonly latencyNode: number
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
  readonly unpackTransformers: number
  readonly copiesTransformers: number
  /** Further seconds per layer of compressed attention, and of the selection before sparse attention. */
  readonly layerMla: number
  readonly layerSparse: number
  /** Seconds per step and per sequence: sampling, scheduling, streaming. */
  readonly step: number
  readonly perSequence: number
  readonly perSequenceTrtllm: number
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

/** Weights of four or eight bits on a card that cannot multiply them: kept so, and widened to 16 bits before every product. */
export function runsIn16Bits({ gpu, precision }: ServingPoint): boolean {
  const { fp8, fp4, int8 } = gpu.tflops
  if (precision.compute === 'bf16') return false
  if (precision.compute === 'fp4' || precision.name.startsWith('mxfp4')) return fp4 === 0
  return fp8 === 0 && !(precision.name === 'int8' && int8 !== undefined)
}

/** Peak operations per second for the precision on this GPU, and the share of it that is reached. */
export function computeRate(point: ServingPoint, c: RooflineConstants): { linear: number; half: number } {
  const { tflops, softwareShare = 1 } = point.gpu
  const { compute, name } = point.precision
  const widened = runsIn16Bits(point)
  const generation = tflops.fp4 > 0 ? c.computeNew : 1
  const half = tflops.bf16 * 1e12 * c.computeBf16 * generation * softwareShare
  if (compute === 'fp4' && tflops.fp4 > 0) return { linear: tflops.fp4 * 1e12 * c.computeFp4 * softwareShare, half }
  if (compute === 'bf16' || widened) return { linear: half, half }
  const eight = name === 'int8' && tflops.int8 !== undefined ? tflops.int8 : tflops.fp8
  return { linear: eight * 1e12 * c.computeFp8 * generation * softwareShare, half }
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
  const bandwidth = gpu.bandwidthGbps * 1e9 * (gpu.softwareShare ?? 1)
  const weightBandwidth = bandwidth * (precision.kind === 'gguf' ? c.bandwidthGguf : c.bandwidth)
  // GGUF has its own share of bandwidth; the experts of gpt-oss have kernels that unpack as they read.
  const packs = precision.kind === 'weight-only' || (precision.dense < 2 && runsIn16Bits(point))
  const unpacking = (weights: number) => (packs ? weights * c.unpackWeight : 0)
  const rate = computeRate(point, c)
  const perRank = Math.max(batch / data, Math.min(1, batch))
  const width = tensor * data

  const expertShare = model.experts === 0 ? 1 : (c.computeExperts * model.moeFfn) / (model.moeFfn + c.expertWidth)

  // Decode: every dense weight once per step, the touched experts, the cache of each sequence.
  const always = split.attention * precision.attention + split.dense * precision.dense + split.head * precision.head
  const products = (split.attention + split.dense) / rate.linear + split.head / rate.half
  const packed = precision.dense < 2 ? split.attention + split.dense : 0
  const alwaysRead = (always / weightBandwidth + unpacking(packed)) / tensor
  let step = blend(alwaysRead, (2 * perRank * products) / tensor, c.blend)
  if (model.experts > 0) {
    const touched = (split.experts * expertCoverage(model, batch)) / width
    const tiles = (c.expertTile * expertCoverage(model, batch) * model.experts) / model.expertsPerToken
    const work = (2 * (batch + tiles) * split.activeExperts) / width
    const read = (touched * precision.experts) / weightBandwidth + unpacking(touched)
    step += blend(read, work / (rate.linear * expertShare), c.blend)
  }
  const context = point.inputTokens + point.outputTokens / 2
  const seen = model.sparseTopTokens === undefined ? context : Math.min(context, model.sparseTopTokens)
  // Transformers copies the cache at every step, and once more for each query head that shares it.
  const copies = point.engine === 'transformers' ? (c.copiesTransformers * model.heads) / (model.kvHeads ?? 1) : 1
  const cacheRead = copies * perRank * cacheElementsOnGpu(model, seen, tensor) * cacheElementBytes
  const attentionWork = (perRank * attentionFlops(model, context)) / tensor
  step += blend(
    cacheRead / (bandwidth * c.bandwidthCache),
    attentionWork / (gpu.tflops.bf16 * 1e12 * c.attentionCompute),
    c.blend,
  )
  const latency = gpu.link === 'nvlink' ? c.latencyNvlink : c.latencyPcie
  const linkRate = gpu.linkGbps > 0 ? gpu.linkGbps * 1e9 * c.link : 10e9 * c.link
  step += collectives(point, layout, perRank, latency, linkRate, c)
  const layers = layerSeconds(c, point.engine)
  const expertLayer = point.engine === 'transformers' ? c.expertTransformers * model.experts : c.layerExperts
  // Transformers unpacks 8-bit weights before every product.
  const unpack = point.engine === 'transformers' && precision.dense === 1 ? c.unpackTransformers : 1
  if (model.attention === 'mla') step += c.layerMla * model.layers
  if (model.sparseTopTokens !== undefined) step += c.layerSparse * model.layers
  step +=
    unpack * (layers * model.layers + expertLayer * model.moeLayers) +
    c.step +
    (point.engine === 'trtllm' ? c.perSequenceTrtllm : c.perSequence) * perRank
  // Pipeline stages work one after another on the same token.
  if (pipeline > 1) step += (pipeline - 1) * latency * 2

  // Prefill of the tokens no cache holds.
  const fresh = point.inputTokens * (1 - point.cachedFraction)
  const dense = (2 * fresh * (split.attention + split.dense)) / tensor / rate.linear
  const tiles =
    model.experts === 0 ? 0 : (c.expertTile * expertCoverage(model, fresh) * model.experts) / model.expertsPerToken
  const experts = (2 * (fresh + tiles / data) * split.activeExperts) / tensor / (rate.linear * expertShare)
  const attention = (fresh * attentionFlops(model, point.inputTokens / 2)) / tensor / rate.half
  const chunk = 8192
  const resident = always / tensor + (split.experts * precision.experts) / width
  const together = Math.max(1, Math.min(perRank, chunk / Math.max(1, fresh)))
  const compute = dense + experts + attention
  const prefill =
    fresh <= 0
      ? 0
      : Math.max(compute, resident / weightBandwidth / together) +
        collectives(point, layout, fresh, latency / together, linkRate, c)
  return { step, prefill, perRank }
}

/** 10^9 bytes per second that a GPU's own network card moves between nodes. */
const NODE_GBPS = 50

/** Two all-reduces a layer under tensor parallelism; dispatch and combine of tokens under data-parallel experts. */
function collectives(
  point: ServingPoint,
  layout: Layout,
  tokens: number,
  latency: number,
  linkRate: number,
  c: RooflineConstants,
): number {
  const { model } = point
  const { tensor, data } = layout
  const domain = point.gpu.linkDomain ?? 8
  let seconds = 0
  if (tensor > 1) {
    const bytes = (tokens * model.hidden * 2 * 2 * (tensor - 1)) / tensor
    let each = latency + bytes / linkRate
    if (tensor > domain) each += c.latencyNode + bytes / (NODE_GBPS * 1e9 * domain * c.link)
    seconds += 2 * model.layers * each
  }
  if (data > 1 && model.experts > 0) {
    const bytes = tokens * Math.min(model.expertsPerToken, tensor * data) * model.hidden * 1.5
    let each = latency + bytes / linkRate
    if (tensor * data > domain) each += bytes / (NODE_GBPS * 1e9 * c.link)
    seconds += 2 * model.moeLayers * each
  }
  return seconds
}
