/** How the GPUs are used when the caller does not say, and what is refused instead of guessed. */
import type { ParameterSplit } from '../cards/model-card'
import { memoryOf, splitsByLayer } from './memory'
import type { Layout, ServingPoint } from './point'
import type { RooflineConstants } from './roofline'
import { aggregated } from './throughput'

export type LayoutChoice =
  | { readonly kind: 'layout'; readonly layout: Layout }
  | { readonly kind: 'unsupported'; readonly reason: string }
  | { readonly kind: 'does_not_fit'; readonly reason: string }

/** Sequences that must fit beside the weights before a layout is worth choosing. */
const WANTED_SEQUENCES = 8
/** Ranks beyond two servers' worth are a choice the caller has to make. */
const WIDEST = 16

/** A card of one's own may be anything. */
const RUNS_TENSORRT: ReadonlySet<string> = new Set(['NVIDIA', 'yours'])

/** An engine that does not run on the card; null when it does. */
export function engineRefused({ engine, gpu }: ServingPoint): { kind: 'unsupported'; reason: string } | null {
  if (engine !== 'trtllm' || RUNS_TENSORRT.has(gpu.vendor)) return null
  return { kind: 'unsupported', reason: `TensorRT-LLM runs on NVIDIA GPUs only, not on ${gpu.name}.` }
}

export function chooseLayout(point: ServingPoint, split: ParameterSplit, c: RooflineConstants): LayoutChoice {
  const refused = engineRefused(point)
  if (refused !== null) return refused
  if (splitsByLayer(point.engine)) return layerSplit(point, split)
  if (point.pipeline !== null && point.pipeline > 1) return pipelined(point, point.tensor ?? 1, point.pipeline)
  if (point.tensor === null) return fastestThatFits(point, split, c)
  const data = point.data ?? 1
  const width = point.tensor * data
  const replicas = Math.max(1, Math.floor(point.gpus / width))
  const layout: Layout = { tensor: point.tensor, data, pipeline: 1, replicas }
  if (memoryOf(point, split, layout).sequences >= 1) return { kind: 'layout', layout }
  // More GPUs than ranks and one rank too small: the rest can only be pipeline stages.
  if (replicas > 1) return pipelined(point, point.tensor, replicas)
  return tooLarge(point, split, layout)
}

function pipelined(point: ServingPoint, tensor: number, stages: number): LayoutChoice {
  if (point.gpu.link !== 'nvlink') {
    return {
      kind: 'unsupported',
      reason: `Pipeline parallel over PCIe (${stages} stages on ${point.gpu.name}) is not estimated: measured results differ from the model by up to four times.`,
    }
  }
  return { kind: 'layout', layout: { tensor, data: point.data ?? 1, pipeline: stages, replicas: 1 } }
}

/** llama.cpp spreads layers over its GPUs and runs them one after another: memory adds up, speed does not. */
function layerSplit(point: ServingPoint, split: ParameterSplit): LayoutChoice {
  const layout: Layout = { tensor: 1, data: 1, pipeline: point.gpus, replicas: 1 }
  return memoryOf(point, split, layout).sequences >= 0.5 ? { kind: 'layout', layout } : tooLarge(point, split, layout)
}

/**
 * Nobody said how the GPUs are used: as whoever tunes the engine would, the fastest of the usual layouts. Ranks are
 * powers of two; where each tensor rank would copy the compressed cache, attention may run data-parallel instead.
 */
function fastestThatFits(point: ServingPoint, split: ParameterSplit, c: RooflineConstants): LayoutChoice {
  let widest: Layout = { tensor: 1, data: 1, pipeline: 1, replicas: point.gpus }
  let best: { layout: Layout; roomy: boolean; output: number } | null = null
  for (let width = 1; width <= Math.min(point.gpus, WIDEST); width *= 2) {
    const replicas = Math.floor(point.gpus / width)
    widest = { tensor: width, data: 1, pipeline: 1, replicas }
    for (const layout of layoutsOf(point, widest)) {
      const { sequences } = memoryOf(point, split, layout)
      if (sequences < 1) continue
      const roomy = sequences >= WANTED_SEQUENCES
      const output = aggregated(point, split, layout, c).outputPerSecond
      const better = best === null || (roomy === best.roomy ? output > best.output : roomy)
      if (better) best = { layout, roomy, output }
    }
  }
  return best === null ? tooLarge(point, split, widest) : { kind: 'layout', layout: best.layout }
}

function layoutsOf({ model, data }: ServingPoint, plain: Layout): readonly Layout[] {
  const width = plain.tensor
  if (data !== null && data > 1) return width % data === 0 ? [{ ...plain, tensor: width / data, data }] : []
  return model.attention === 'mla' && width > 1 ? [plain, { ...plain, tensor: 1, data: width }] : [plain]
}

function tooLarge(point: ServingPoint, split: ParameterSplit, layout: Layout): LayoutChoice {
  const memory = memoryOf(point, split, layout)
  const gb = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`
  return {
    kind: 'does_not_fit',
    reason: `${point.model.name} at ${point.precision.name} needs ${gb(memory.weightsPerGpu)} of weights and ${gb(memory.cachePerSequence)} of cache per sequence on a GPU of ${point.gpu.memoryGb} GB (${point.gpus} × ${point.gpu.name}).`,
  }
}
