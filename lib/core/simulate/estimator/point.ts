/** What is asked of the estimator: one model on some GPUs, served one way, under one load. */
import type { GpuCard } from '../cards/gpu-card'
import type { ModelCard } from '../cards/model-card'
import type { PrecisionCard } from '../cards/precision'

export type EngineName = 'trtllm' | 'vllm' | 'sglang' | 'llama.cpp' | 'transformers'

/** What names of engines have in common, letters and digits only; the first that a name contains decides. */
const ENGINES: readonly (readonly [RegExp, EngineName])[] = [
  [/trt|tensorrt|^nim$/, 'trtllm'],
  [/^sgl|sglang|deepseek(internal|profile)/, 'sglang'],
  [/llamacpp|llamafile|ollama|lmstudio|koboldcpp|ggml|^mlx|^mlc|exllama|ktransformers/, 'llama.cpp'],
  [/transformers|huggingface|^hf/, 'transformers'],
  [/vllm/, 'vllm'],
]

/** The engine a name means, with or without a version: "TRT-LLM v1.0", "ollama/llama.cpp". */
export function findEngine(name: string): EngineName | null {
  const key = name.toLowerCase().replace(/[^a-z0-9]+/g, '')
  return ENGINES.find(([part]) => part.test(key))?.[1] ?? null
}

/** Where nobody says: what such weights or such a machine are usually run with. */
export function usualEngine(gpu: GpuCard, precision: PrecisionCard | null): EngineName {
  return precision?.kind === 'gguf' || gpu.vendor === 'Apple' ? 'llama.cpp' : 'vllm'
}

/** Ranks of one replica: tensor × data × pipeline GPUs; `replicas` copies of it share the load. */
export interface Layout {
  readonly tensor: number
  readonly data: number
  readonly pipeline: number
  readonly replicas: number
}

export interface PoolLayout {
  readonly gpus: number
  readonly tensor: number
  readonly data: number
}

export interface ServingPoint {
  readonly model: ModelCard
  readonly gpu: GpuCard
  readonly gpus: number
  readonly precision: PrecisionCard
  readonly engine: EngineName
  /** Null: the smallest layout that fits is chosen. */
  readonly tensor: number | null
  readonly data: number | null
  readonly pipeline: number | null
  /** Mean tokens of a prompt and of an answer. */
  readonly inputTokens: number
  readonly outputTokens: number
  /** Share of prompt tokens whose cache is already there, 0 to 1. */
  readonly cachedFraction: number
  /** Requests in flight over all GPUs, or as many as fit. */
  readonly concurrency: number | 'max'
  /** Share of a tuned engine's output that this deployment reaches, above 0; 1 where absent. */
  readonly realism?: number | undefined
  readonly disaggregated: { readonly prefill: PoolLayout; readonly decode: PoolLayout } | null
}
