/**
 * The public form of a serving point: names, or a card of one's own. Field names of `hardware` and `architecture` are
 * those of common data sheets; units stand in the names.
 */
import { z } from 'zod'
import { err, ok, type Problem, type Result } from '../../result'
import { findGpuCard, type GpuCard } from '../cards/gpu-card'
import { findModelCard, type ModelCard } from '../cards/model-card'
import { PRECISION_NAMES, precisionFor } from '../cards/precision'
import { positiveUpTo, realBetween, wholeBetween } from '../number-schema'
import { ENGINE_NAMES, findEngine, type ServingPoint } from './point'

const count = wholeBetween(0, 1_000_000_000)
const positive = wholeBetween(1, 100_000)
const real = realBetween(0, 1e9)
const size = positiveUpTo(1e9)
const share = realBetween(0, 1)

export const hardwareSchema = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  mem_gb: size,
  bw_gbps: size,
  bf16_dense_tflops: size,
  fp8_dense_tflops: real.nullish(),
  fp4_dense_tflops: real.nullish(),
  tdp_w: real.nullish(),
  interconnect: z.enum(['nvlink', 'pcie', 'none']).nullish(),
  link_gbps_per_dir: real.nullish(),
})

export const architectureSchema = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  total_params_b: size,
  layers: positive,
  hidden: positive,
  ffn_dense: count.nullish(),
  moe_layers: count.nullish(),
  experts: count.nullish(),
  experts_per_token: count.nullish(),
  moe_ffn: count.nullish(),
  shared_expert_ffn: count.nullish(),
  attention: z.enum(['gqa', 'mla', 'hybrid-linear']).default('gqa'),
  n_heads: positive,
  n_kv_heads: positive.nullish(),
  head_dim: positive.nullish(),
  mla_kv_rank: positive.nullish(),
  mla_rope_dim: count.nullish(),
  sliding_layers: count.nullish(),
  sliding_window: count.nullish(),
  max_context: count.nullish(),
  vocab: positive,
  tied_embeddings: z.boolean().default(false),
  native_precision: z.string().max(20).default('bf16'),
})

const pool = z.strictObject({ gpus: positive, tensor_parallel: positive, data_parallel: positive.default(1) })

export const pointSchema = z.strictObject({
  id: z.union([z.string().max(200), z.number()]).nullish(),
  model: z.string().min(1).max(200).optional(),
  gpu: z.string().min(1).max(200).optional(),
  architecture: architectureSchema.optional(),
  hardware: hardwareSchema.optional(),
  gpus: positive.default(1),
  precision: z.string().max(40).nullish(),
  engine: z.string().max(40).nullish(),
  tensor_parallel: positive.nullish(),
  data_parallel: wholeBetween(0, 100_000).nullish(),
  pipeline_parallel: positive.nullish(),
  prefill: pool.nullish(),
  decode: pool.nullish(),
  /** Mean tokens of a prompt and of an answer; absent means a short chat turn. */
  input_tokens: realBetween(0, 100_000_000).nullish(),
  output_tokens: realBetween(0, 100_000_000).nullish(),
  cached_fraction: share.nullish(),
  concurrency: z.union([z.literal('max'), positiveUpTo(10_000_000)]).nullish(),
})

export type PointInput = z.input<typeof pointSchema>
type ParsedPoint = z.output<typeof pointSchema>

/** Short chat turns, where a caller does not say how long its prompts and answers are. */
const USUAL_INPUT = 64
const USUAL_OUTPUT = 256

export function resolvePoint(input: ParsedPoint): Result<ServingPoint, Problem> {
  const model = input.architecture === undefined ? named(input.model, findModelCard) : modelOf(input.architecture)
  if (model === null) {
    return refuse(
      'MODEL_UNKNOWN',
      `No model card for ${input.model ?? 'an empty name'}.`,
      'Give an architecture object with its dimensions.',
    )
  }
  const gpu = input.hardware === undefined ? named(input.gpu, findGpuCard) : gpuOf(input.hardware)
  if (gpu === null) {
    return refuse(
      'GPU_UNKNOWN',
      `No card for the accelerator ${input.gpu ?? 'with an empty name'}.`,
      'Give a hardware object with its memory, bandwidth and compute.',
    )
  }
  if (
    model.attention === 'mla' ? model.kvRank === undefined : model.kvHeads === undefined || model.headDim === undefined
  ) {
    return refuse(
      'ARCHITECTURE_INCOMPLETE',
      'The cache of this attention cannot be sized.',
      'Give n_kv_heads and head_dim, or mla_kv_rank.',
    )
  }
  const engine = findEngine(input.engine ?? 'vllm')
  if (engine === null) {
    return refuse(
      'ENGINE_UNKNOWN',
      `The engine ${input.engine} is not known.`,
      `Use one of ${ENGINE_NAMES.join(', ')}.`,
    )
  }
  const precision = precisionFor(model, engine, input.precision ?? model.nativePrecision)
  if (precision === null) {
    return refuse(
      'PRECISION_UNKNOWN',
      `The precision ${input.precision} is not known.`,
      `Use one of ${PRECISION_NAMES.join(', ')}.`,
    )
  }
  const prefill = input.prefill ?? null
  const decode = input.decode ?? null
  const poolOf = (p: NonNullable<typeof prefill>) => ({
    gpus: p.gpus,
    tensor: p.tensor_parallel,
    data: p.data_parallel,
  })
  return ok({
    model,
    gpu,
    gpus: input.gpus,
    precision,
    engine,
    tensor: input.tensor_parallel ?? null,
    data: input.data_parallel === 0 ? 1 : (input.data_parallel ?? null),
    pipeline: input.pipeline_parallel ?? null,
    inputTokens: input.input_tokens ?? USUAL_INPUT,
    outputTokens: input.output_tokens ?? USUAL_OUTPUT,
    cachedFraction: input.cached_fraction ?? 0,
    concurrency: input.concurrency ?? 1,
    disaggregated: prefill === null || decode === null ? null : { prefill: poolOf(prefill), decode: poolOf(decode) },
  })
}

function named<T>(name: string | undefined, find: (name: string) => T | null): T | null {
  return name === undefined ? null : find(name)
}

function refuse(code: string, message: string, remedy: string): Result<ServingPoint, Problem> {
  return err({ code, message, remedy })
}

/** A missing optional dimension of a card means the model has none of it. */
function none(value: number | null | undefined): number {
  return value === null || value === undefined ? 0 : value
}

function modelOf(a: z.output<typeof architectureSchema>): ModelCard {
  return {
    name: a.name ?? 'your model',
    totalParams: a.total_params_b * 1e9,
    layers: a.layers,
    hidden: a.hidden,
    ffn: none(a.ffn_dense),
    moeLayers: none(a.moe_layers),
    experts: none(a.experts),
    expertsPerToken: none(a.experts_per_token),
    moeFfn: none(a.moe_ffn),
    sharedFfn: none(a.shared_expert_ffn),
    heads: a.n_heads,
    attention: a.attention,
    headDim: a.head_dim ?? Math.round(a.hidden / a.n_heads),
    kvHeads: a.n_kv_heads ?? a.n_heads,
    kvRank: a.mla_kv_rank ?? undefined,
    ropeDim: none(a.mla_rope_dim),
    slidingLayers: none(a.sliding_layers),
    slidingWindow: none(a.sliding_window),
    maxContext: a.max_context ?? 1_000_000_000,
    vocab: a.vocab,
    tiedEmbeddings: a.tied_embeddings,
    nativePrecision: a.native_precision,
    licence: 'unknown',
    source: 'given with the request',
    checkedOn: '',
  }
}

function gpuOf(h: z.output<typeof hardwareSchema>): GpuCard {
  return {
    name: h.name ?? 'your accelerator',
    vendor: 'yours',
    memoryGb: h.mem_gb,
    bandwidthGbps: h.bw_gbps,
    tflops: { bf16: h.bf16_dense_tflops, fp8: none(h.fp8_dense_tflops), fp4: none(h.fp4_dense_tflops) },
    watts: h.tdp_w ?? undefined,
    link: h.interconnect ?? 'none',
    linkGbps: none(h.link_gbps_per_dir),
    source: 'given with the request',
    status: 'user',
    checkedOn: '',
  }
}
