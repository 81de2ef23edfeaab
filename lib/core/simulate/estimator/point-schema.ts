/**
 * The public form of a serving point: names, or a card of one's own. Field names of `hardware` and `architecture` are
 * those of common data sheets; units stand in the names.
 */
import { z } from 'zod'
import { err, ok, type Problem, type Result } from '../../result'
import { findGpuCard, type GpuCard, gpusInName } from '../cards/gpu-card'
import { findModelCard, type ModelCard } from '../cards/model-card'
import { findPrecision, PRECISION_NAMES, precisionFor } from '../cards/precision'
import { positiveUpTo, realBetween, shouldBe, wholeBetween } from '../number-schema'
import { splitsByLayer } from './memory'
import { findEngine, type ServingPoint, usualEngine } from './point'

const count = wholeBetween(0, 1_000_000_000)
const positive = wholeBetween(1, 100_000)
const real = realBetween(0, 1e9)
const size = positiveUpTo(1e9)
const share = realBetween(0, 1)

/** A column of a data sheet that may be empty. */
function cell<Schema extends z.ZodType>(schema: Schema) {
  const what = 'must be empty or a number of its kind: not negative, and whole where things are counted'
  return z.union([schema, z.literal('').transform(() => null)], shouldBe(what)).nullish()
}

export const hardwareSchema = z.object({
  name: z.string().min(1).max(100).nullish(),
  mem_gb: size,
  bw_gbps: size,
  bf16_dense_tflops: size,
  fp8_dense_tflops: cell(real),
  fp4_dense_tflops: cell(real),
  tdp_w: cell(real),
  /** "nvlink", "pcie" or "none"; a data sheet's words ("NVLink5", "PCIe4 x16", "unified") are understood. */
  interconnect: z.string().max(60).nullish(),
  link_gbps_per_dir: cell(real),
})

export const architectureSchema = z.object({
  name: z.string().min(1).max(100).nullish(),
  total_params_b: cell(size),
  /** The same under the names of a table that tells counted and published totals apart. */
  total_params_b_computed: cell(size),
  total_params_b_official: cell(size),
  layers: positive,
  hidden: positive,
  ffn_dense: cell(count),
  moe_layers: cell(count),
  experts: cell(count),
  experts_per_token: cell(count),
  moe_ffn: cell(count),
  shared_expert_ffn: cell(count),
  /** "gqa", "mla" or "hybrid-linear"; longer descriptions ("MLA+DSA top-2048") are understood. */
  attention: z.string().max(60).nullish(),
  n_heads: positive,
  n_kv_heads: cell(count),
  head_dim: cell(count),
  mla_kv_rank: cell(count),
  mla_rope_dim: cell(count),
  sliding_layers: cell(count),
  sliding_window: cell(count),
  max_context: cell(count),
  vocab: wholeBetween(1, 100_000_000),
  tied_embeddings: z.union([z.boolean(), z.enum(['True', 'False', 'true', 'false', ''])]).nullish(),
  native_precision: z.string().max(20).nullish(),
})

/** 0 or nothing means the caller does not say. */
const ranks = wholeBetween(0, 100_000).nullish()

const pool = z.strictObject({ gpus: positive.nullish(), tensor_parallel: ranks, data_parallel: ranks })
const pools = z.strictObject({ prefill: pool, decode: pool })

export const pointSchema = z.object({
  id: z.union([z.string().max(200), z.number()], shouldBe('must be a number or text of at most 200 letters')).nullish(),
  model: z.string().min(1).max(200).nullish(),
  gpu: z.string().min(1).max(200).nullish(),
  architecture: architectureSchema.nullish(),
  hardware: hardwareSchema.nullish(),
  /** Absent: as many as the name of the accelerator counts ("8xH100") or the ranks need. */
  gpus: positive.nullish(),
  precision: z.string().max(60).nullish(),
  engine: z.string().max(60).nullish(),
  tensor_parallel: ranks,
  data_parallel: ranks,
  pipeline_parallel: ranks,
  /** Said by many sources; the estimate takes it from the other ranks. */
  expert_parallel: ranks,
  /** Prefill and decode on separate GPUs: their sizes, or `true` where only that is known. */
  disaggregated: z
    .union([z.boolean(), pools], shouldBe('must be true, or prefill and decode with their gpus'))
    .nullish(),
  prefill: pool.nullish(),
  decode: pool.nullish(),
  /** How the load is driven; decides what an absent concurrency means. */
  mode: z.string().max(40).nullish(),
  /** Mean tokens of a prompt and of an answer. */
  input_tokens: realBetween(0, 100_000_000).nullish(),
  output_tokens: realBetween(0, 100_000_000).nullish(),
  cached_fraction: share.nullish(),
  concurrency: z
    .union([z.literal('max'), positiveUpTo(10_000_000)], shouldBe('must be max or a number above 0'))
    .nullish(),
  /** Share of a tuned engine's output: 1 tuned, 0.7 typical, 0.4 out of the box. */
  realism: positiveUpTo(2).nullish(),
})

export type PointInput = z.input<typeof pointSchema>
export type ParsedPoint = z.output<typeof pointSchema>

/** Where a caller does not say how long its prompts and answers are: a turn of a chat, alone and on a server. */
const LOCAL_TOKENS = { input: 64, output: 256 }
const SERVED_TOKENS = { input: 1024, output: 1024 }

/** Modes that send everything at once at an engine as it was installed, and what such an engine reaches. */
const BURSTS = /burst/i
const OUT_OF_THE_BOX = 0.4

export function resolvePoint(input: ParsedPoint): Result<ServingPoint, Problem> {
  const model = isGiven(input.architecture) ? modelOf(input.architecture) : named(input.model, findModelCard)
  if (model === null) {
    return refuse(
      'MODEL_UNKNOWN',
      `No model card for ${input.model ?? 'an empty name'}.`,
      'Give an architecture object with its dimensions.',
    )
  }
  const gpu = isGiven(input.hardware) ? gpuOf(input.hardware) : named(input.gpu, findGpuCard)
  if (gpu === null) {
    return refuse(
      'GPU_UNKNOWN',
      `No card for the accelerator ${input.gpu ?? 'with an empty name'}.`,
      'Give a hardware object with its memory, bandwidth and compute.',
    )
  }
  const counted = model.attention === 'gqa' || model.totalParams > 0
  const sized =
    model.attention === 'mla' ? model.kvRank !== undefined : model.kvHeads !== undefined && model.headDim !== undefined
  if (!counted || !sized) {
    return refuse(
      'ARCHITECTURE_INCOMPLETE',
      'The weights or the cache of this attention cannot be sized.',
      'Give n_kv_heads and head_dim, or total_params_b and mla_kv_rank.',
    )
  }
  const unsound = isGiven(input.architecture) ? unsoundPart(model) : null
  if (unsound !== null) return refuse('ARCHITECTURE_INCOMPLETE', `architecture.${unsound}.`, SEE_FIELDS)
  const wanted = said(input.precision) ?? model.nativePrecision
  const engine = findEngine(input.engine ?? '') ?? usualEngine(gpu, findPrecision(wanted))
  const precision = precisionFor(model, engine, wanted)
  if (precision === null) {
    return refuse(
      'PRECISION_UNKNOWN',
      `The precision ${input.precision} is not known.`,
      `Use one of ${PRECISION_NAMES.join(', ')}.`,
    )
  }
  const local = splitsByLayer(engine)
  const usual = local ? LOCAL_TOKENS : SERVED_TOKENS
  return ok({
    model,
    gpu,
    precision,
    engine,
    ...ranksOf(input),
    inputTokens: input.input_tokens ?? usual.input,
    outputTokens: input.output_tokens ?? usual.output,
    cachedFraction: input.cached_fraction ?? 0,
    concurrency: input.concurrency ?? (local || /single/i.test(input.mode ?? '') ? 1 : 'max'),
    disaggregated: poolsOf(input),
    realism: input.realism ?? (BURSTS.test(input.mode ?? '') ? OUT_OF_THE_BOX : 1),
  })
}

/** "unknown" and the like say nothing. */
function said(text: string | null | undefined): string | null {
  const plain = (text ?? '').trim()
  return /^(|-|n\/?a|none|null|unknown|default|auto|native)$/i.test(plain) ? null : plain
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined
}

function rank(value: number | null | undefined): number | null {
  return isGiven(value) && value > 0 ? value : null
}

function ranksOf(input: ParsedPoint): Pick<ServingPoint, 'gpus' | 'tensor' | 'data' | 'pipeline'> {
  const data = rank(input.data_parallel)
  const pipeline = rank(input.pipeline_parallel)
  let tensor = rank(input.tensor_parallel)
  const width = (tensor ?? 1) * (data ?? 1) * (pipeline ?? 1)
  const gpus = input.gpus ?? Math.max(width, gpusInName(input.gpu ?? '') ?? 1)
  // Engines that count data-parallel attention inside the tensor ranks: --tp 8 --dp 8 runs on eight GPUs.
  if (tensor !== null && data !== null && width > gpus && tensor <= gpus && tensor % data === 0) tensor /= data
  return { gpus, tensor, data: tensor === null && data === 1 ? null : data, pipeline }
}

function poolsOf(input: ParsedPoint): ServingPoint['disaggregated'] {
  const both = isGiven(input.disaggregated) && typeof input.disaggregated === 'object' ? input.disaggregated : input
  if (!isGiven(both.prefill) || !isGiven(both.decode)) return null
  const sized = (p: z.output<typeof pool>) => {
    const data = rank(p.data_parallel) ?? 1
    const tensor = rank(p.tensor_parallel) ?? Math.max(1, Math.floor((p.gpus ?? 1) / data))
    return { gpus: p.gpus ?? tensor * data, tensor, data }
  }
  return { prefill: sized(both.prefill), decode: sized(both.decode) }
}

function named<T>(name: string | null | undefined, find: (name: string) => T | null): T | null {
  return isGiven(name) ? find(name) : null
}

function refuse(code: string, message: string, remedy: string): Result<ServingPoint, Problem> {
  return err({ code, message, remedy })
}

/** A missing optional dimension of a card means the model has none of it. */
function none(value: number | null | undefined): number {
  return value === null || value === undefined ? 0 : value
}

const SEE_FIELDS = 'Give the dimensions as the configuration of the model has them.'

/** What of given dimensions cannot be: without it, weights or cache would be sized as nonsense. */
function unsoundPart(model: ModelCard): string | null {
  const { layers, moeLayers, experts, expertsPerToken, slidingLayers = 0, kvHeads = 0, heads } = model
  if (moeLayers > layers) return `moe_layers: ${moeLayers} of ${layers} layers cannot have experts`
  if (slidingLayers > layers) return `sliding_layers: ${slidingLayers} of ${layers} layers cannot slide`
  if (kvHeads > heads) return `n_kv_heads: ${kvHeads} are more than the ${heads} heads`
  if (experts > 0 && expertsPerToken === 0)
    return 'experts_per_token: how many of the experts a token uses is not given'
  if (expertsPerToken > experts) return `experts_per_token: ${expertsPerToken} of ${experts} experts cannot be used`
  if (experts > 0 && model.moeFfn === 0) return 'moe_ffn: the width of an expert is not given'
  if (experts === 0 && moeLayers > 0) return 'experts: layers with experts need their number'
  return model.ffn === 0 && experts === 0 ? 'ffn_dense: the width of the feed-forward blocks is not given' : null
}

function modelOf(a: z.output<typeof architectureSchema>): ModelCard {
  const kind = (a.attention ?? '').toLowerCase()
  const sparse = /(?:dsa|sparse).*?(\d[\d,]*)/.exec(kind)?.[1]
  return {
    name: a.name ?? 'your model',
    totalParams: none(a.total_params_b ?? a.total_params_b_computed ?? a.total_params_b_official) * 1e9,
    layers: a.layers,
    hidden: a.hidden,
    ffn: none(a.ffn_dense),
    // Experts without a word on where: in every layer.
    moeLayers: a.moe_layers ?? (none(a.experts) > 0 ? a.layers : 0),
    experts: none(a.experts),
    expertsPerToken: none(a.experts_per_token),
    moeFfn: none(a.moe_ffn),
    sharedFfn: none(a.shared_expert_ffn),
    heads: a.n_heads,
    attention: /mla/.test(kind) ? 'mla' : /linear|hybrid/.test(kind) ? 'hybrid-linear' : 'gqa',
    headDim: rank(a.head_dim) ?? Math.round(a.hidden / a.n_heads),
    kvHeads: rank(a.n_kv_heads) ?? a.n_heads,
    kvRank: rank(a.mla_kv_rank) ?? undefined,
    ropeDim: none(a.mla_rope_dim),
    sparseTopTokens: sparse === undefined ? undefined : Number(sparse.replace(/,/g, '')),
    slidingLayers: none(a.sliding_layers),
    slidingWindow: none(a.sliding_window),
    maxContext: rank(a.max_context) ?? 1_000_000_000,
    vocab: a.vocab,
    tiedEmbeddings: String(a.tied_embeddings ?? '').toLowerCase() === 'true',
    nativePrecision: said(a.native_precision) ?? 'bf16',
    licence: 'unknown',
    source: 'given with the request',
    checkedOn: '',
  }
}

function gpuOf(h: z.output<typeof hardwareSchema>): GpuCard {
  const link = (h.interconnect ?? 'none').toLowerCase()
  return {
    name: h.name ?? 'your accelerator',
    vendor: 'yours',
    memoryGb: h.mem_gb,
    bandwidthGbps: h.bw_gbps,
    tflops: { bf16: h.bf16_dense_tflops, fp8: none(h.fp8_dense_tflops), fp4: none(h.fp4_dense_tflops) },
    watts: h.tdp_w ?? undefined,
    link: /nvlink|xgmi|^if\b|infinity/.test(link) ? 'nvlink' : /pci/.test(link) ? 'pcie' : 'none',
    linkGbps: none(h.link_gbps_per_dir),
    linkDomain: /nvl72/.test(link) ? 72 : undefined,
    source: 'given with the request',
    status: 'user',
    checkedOn: '',
  }
}
