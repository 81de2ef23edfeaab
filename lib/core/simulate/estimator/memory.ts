/** Does it fit, and how many sequences fit beside the weights. Bytes throughout. */
import { cacheElements, type ModelCard, type ParameterSplit } from '../cards/model-card'
import type { PrecisionCard } from '../cards/precision'
import type { EngineName, Layout, ServingPoint } from './point'

/** Part of the memory an engine may use, as the engines' own defaults have it. */
const USABLE = 0.92
/** Activations, graphs and workspace of a data-centre engine, bytes; never more than this share of a small card. */
const RESERVE_BYTES = 3.5e9
const RESERVE_SHARE = 0.06
/** A runtime for one user fills the card: "24 GB" is 24 GiB there, less what a desktop and buffers take. */
const LOCAL_USABLE = 1.0737 * 0.96

export interface Memory {
  readonly weightsPerGpu: number
  readonly cachePerSequence: number
  /** Sequences that fit in one replica; below 1 the model does not fit. */
  readonly sequences: number
  readonly cacheBytesPerElement: number
}

export function cacheBytes(engine: EngineName, precision: PrecisionCard, nativeFp8: boolean): number {
  if (precision.cache === 1) return 1
  return engine === 'trtllm' && (precision.compute === 'fp8' || precision.compute === 'fp4') && nativeFp8 ? 1 : 2
}

/** Bytes of weights on one GPU of the layout. */
export function weightsPerGpu(split: ParameterSplit, precision: PrecisionCard, layout: Layout): number {
  const across = layout.tensor * layout.pipeline
  const attention = split.attention * precision.attention + split.dense * precision.dense
  const experts = split.experts * precision.experts
  const vocabulary = (split.head + split.embedding) * precision.head
  return attention / across + experts / (across * layout.data) + vocabulary / layout.tensor
}

export function memoryOf(point: ServingPoint, split: ParameterSplit, layout: Layout): Memory {
  const { model, gpu, precision, engine } = point
  const bytes = cacheBytes(engine, precision, gpu.tflops.fp8 > 0)
  const weights = weightsPerGpu(split, precision, layout)
  const capacity = gpu.memoryGb * 1e9
  const usable =
    engine === 'llama.cpp'
      ? LOCAL_USABLE * capacity
      : USABLE * capacity - Math.min(RESERVE_BYTES, RESERVE_SHARE * capacity)
  const spare = usable - weights
  const longest = Math.max(1, point.inputTokens + point.outputTokens)
  const perSequence = cacheElements(model, longest) * bytes
  const perGpu = perSequence / cacheShards(model, layout.tensor) / layout.pipeline
  return {
    weightsPerGpu: weights,
    cachePerSequence: perSequence,
    sequences: (layout.data * spare) / perGpu,
    cacheBytesPerElement: bytes,
  }
}

/** GPUs a sequence's cache is spread over: one per KV head at most; a compressed (MLA) cache is copied to each. */
export function cacheShards(model: ModelCard, tensor: number): number {
  return model.attention === 'mla' ? 1 : Math.min(tensor, model.kvHeads === undefined ? 1 : model.kvHeads)
}
