/** What is asked of the estimator: one model on some GPUs, served one way, under one load. */
import type { GpuCard } from '../cards/gpu-card'
import type { ModelCard } from '../cards/model-card'
import type { PrecisionCard } from '../cards/precision'

export type EngineName = 'trtllm' | 'vllm' | 'sglang' | 'llama.cpp' | 'transformers'

const ENGINES: Readonly<Record<string, EngineName>> = {
  trtllm: 'trtllm',
  'tensorrt-llm': 'trtllm',
  vllm: 'vllm',
  sglang: 'sglang',
  'deepseek-internal': 'sglang',
  'deepseek-profile': 'sglang',
  'llama.cpp': 'llama.cpp',
  llamacpp: 'llama.cpp',
  'ollama/llama.cpp': 'llama.cpp',
  ollama: 'llama.cpp',
  lmstudio: 'llama.cpp',
  'lm-studio': 'llama.cpp',
  transformers: 'transformers',
}

export const ENGINE_NAMES: readonly string[] = Object.keys(ENGINES)

export function findEngine(name: string): EngineName | null {
  return ENGINES[name.trim().toLowerCase()] ?? null
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
  readonly disaggregated: { readonly prefill: PoolLayout; readonly decode: PoolLayout } | null
}
