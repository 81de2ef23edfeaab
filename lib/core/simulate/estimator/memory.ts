/** Does it fit, and how many sequences fit beside the weights. Bytes throughout. */
import type { GpuCard } from '../cards/gpu-card'
import { cacheElements, cacheElementsOnGpu, type ParameterSplit } from '../cards/model-card'
import type { PrecisionCard } from '../cards/precision'
import type { EngineName, Layout, ServingPoint } from './point'

/** Bytes of a card sold as so many GB: it holds GiB, less what the driver keeps (an H100 80GB reports 81,559 MiB). */
const DEVICE_BYTES_PER_GB = 1.065e9
/** Part of the memory an engine may use, as the engines' own defaults have it. */
const USABLE = 0.9
/** Activations, graphs and workspace of a data-centre engine, bytes; never more than this share of a small card. */
const RESERVE_BYTES = 3.5e9
const RESERVE_SHARE = 0.06
/** TensorRT-LLM's, which plans its workspace for the longest batch of prompts. */
const RESERVE_TRT_BYTES = 5e9
/** A runtime for one user fills the card: "24 GB" is 24 GiB there, less what a desktop and buffers take. */
const LOCAL_USABLE = 0.97
/** Bytes of a Mac's "GB", and the part of its memory that macOS lets its GPU hold: two thirds up to 36 GB, three quarters above. */
const GIB = 1.0737e9
const MAC_SHARES = { small: 2 / 3, large: 3 / 4, smallGb: 36 } as const

export interface Memory {
  readonly weightsPerGpu: number
  readonly cachePerSequence: number
  /** Bytes on one GPU of a running sequence. */
  readonly cacheOnGpu: number
  /** Sequences that fit in one replica; below 1 the model does not fit. */
  readonly sequences: number
  /** Sequences that run at once: some engines give a sequence memory as it grows, others all of it at the start. */
  readonly running: number
  readonly cacheBytesPerElement: number
}

export function cacheBytes(engine: EngineName, precision: PrecisionCard, nativeFp8: boolean): number {
  if (precision.cache === 1) return 1
  return engine === 'trtllm' && (precision.compute === 'fp8' || precision.compute === 'fp4') && nativeFp8 ? 1 : 2
}

/** Runtimes that spread whole layers over the GPUs of one machine: memory adds up, speed does not. */
export function splitsByLayer(engine: EngineName): boolean {
  return engine === 'llama.cpp' || engine === 'transformers'
}

/** Bytes of weights on one GPU of the layout; of a pipeline, on the stage that holds the vocabulary. */
export function weightsPerGpu(
  split: ParameterSplit,
  precision: PrecisionCard,
  layout: Layout,
  byLayer: boolean,
): number {
  const across = layout.tensor * layout.pipeline
  const attention = split.attention * precision.attention + split.dense * precision.dense
  const experts = split.experts * precision.experts
  const vocabulary = split.head * precision.head + split.embedding * (precision.embedding ?? precision.head)
  return attention / across + experts / (across * layout.data) + vocabulary / (byLayer ? across : layout.tensor)
}

/** What a GPU has left for the cache beside `weights`; below zero where they do not fit. */
function spareBytes(engine: EngineName, { vendor, memoryGb }: GpuCard, weights: number): number {
  const capacity = memoryGb * DEVICE_BYTES_PER_GB
  if (vendor === 'Apple') {
    return memoryGb * GIB * (memoryGb > MAC_SHARES.smallGb ? MAC_SHARES.large : MAC_SHARES.small) - weights
  }
  if (engine === 'llama.cpp') return LOCAL_USABLE * capacity - weights
  const reserve = Math.min(engine === 'trtllm' ? RESERVE_TRT_BYTES : RESERVE_BYTES, RESERVE_SHARE * capacity)
  // TensorRT-LLM takes its share of what weights and workspace leave free; the others take weights out of their share.
  if (engine === 'trtllm') return USABLE * (capacity - reserve - weights)
  return USABLE * capacity - reserve - weights
}

export function memoryOf(point: ServingPoint, split: ParameterSplit, layout: Layout): Memory {
  const { model, gpu, precision, engine } = point
  const bytes = cacheBytes(engine, precision, gpu.tflops.fp8 > 0)
  const weights = weightsPerGpu(split, precision, layout, splitsByLayer(engine))
  const spare = spareBytes(engine, gpu, weights)
  const longest = Math.max(1, point.inputTokens + point.outputTokens)
  const perSequence = cacheElements(model, longest) * bytes
  const perGpu = (tokens: number) => (cacheElementsOnGpu(model, tokens, layout.tensor) * bytes) / layout.pipeline
  const grows = engine === 'vllm' || engine === 'sglang'
  const usual = grows ? Math.max(1, point.inputTokens + point.outputTokens / 2) : longest
  return {
    weightsPerGpu: weights,
    cachePerSequence: perSequence,
    cacheOnGpu: perGpu(usual),
    sequences: (layout.data * spare) / perGpu(longest),
    running: (layout.data * spare) / perGpu(usual),
    cacheBytesPerElement: bytes,
  }
}
