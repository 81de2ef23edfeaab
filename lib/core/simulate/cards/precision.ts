/** What a precision means in bytes, by where the weights sit. */
import { GGUF_TYPES, ggufBits, ggufType } from './gguf'

export type ComputeClass = 'bf16' | 'fp8' | 'fp4'

export interface PrecisionCard {
  readonly name: string
  /** Bytes per parameter. */
  readonly attention: number
  readonly dense: number
  readonly experts: number
  readonly head: number
  /** The embedding table beside an output head, where it is stored otherwise than the head. */
  readonly embedding?: number | undefined
  /** Bytes per cache element when the engine does not choose for itself. */
  readonly cache: number
  readonly compute: ComputeClass
  readonly kind: 'float' | 'block-float' | 'weight-only' | 'gguf'
}

/** 16 elements of 4 bits and one FP8 scale. */
const NVFP4 = 4.5 / 8
/** 32 elements of 4 bits and one 8-bit scale. */
const MXFP4 = 4.25 / 8
/** 4 bits, and for a group of 128 one 16-bit scale and a zero point of 4 bits: 39.8 GB of Llama 3.1 70B, as published. */
const INT4 = 4.16 / 8
/** 4 bits and one 16-bit scale for a group of 32: Kimi K2 Thinking and K2.5, 595 GB as published. */
const INT4_OF_32 = 4.5 / 8
/** 8 bits and one 16-bit scale for a group of 128. */
const INT8 = 8.125 / 8

const MXFP4_WHOLE = { attention: MXFP4, dense: MXFP4, experts: MXFP4 }

const CARDS: Readonly<Record<string, Omit<PrecisionCard, 'name'>>> = {
  bf16: { attention: 2, dense: 2, experts: 2, head: 2, cache: 2, compute: 'bf16', kind: 'float' },
  fp32: { attention: 4, dense: 4, experts: 4, head: 4, cache: 4, compute: 'bf16', kind: 'float' },
  fp8: { attention: 1, dense: 1, experts: 1, head: 2, cache: 2, compute: 'fp8', kind: 'float' },
  // The cache in 8 bits too, whatever the engine.
  'fp8-kv': { attention: 1, dense: 1, experts: 1, head: 2, cache: 1, compute: 'fp8', kind: 'float' },
  int8: { attention: 1, dense: 1, experts: 1, head: 2, cache: 2, compute: 'fp8', kind: 'float' },
  fp4: { attention: NVFP4, dense: NVFP4, experts: NVFP4, head: 2, cache: 1, compute: 'fp4', kind: 'block-float' },
  // gpt-oss: experts only; attention, embeddings and head stay bf16.
  mxfp4: { attention: 2, dense: 2, experts: MXFP4, head: 2, cache: 2, compute: 'bf16', kind: 'block-float' },
  'mxfp4/fp8': { attention: 2, dense: 2, experts: MXFP4, head: 2, cache: 1, compute: 'fp8', kind: 'block-float' },
  'mxfp4/fp4': { attention: 2, dense: 2, experts: MXFP4, head: 2, cache: 1, compute: 'fp4', kind: 'block-float' },
  // Kimi K2: experts trained at int4, the rest bf16.
  int4: { attention: 2, dense: 2, experts: INT4_OF_32, head: 2, cache: 2, compute: 'bf16', kind: 'weight-only' },
  'gptq-int4': { attention: INT4, dense: INT4, experts: INT4, head: 2, cache: 2, compute: 'bf16', kind: 'weight-only' },
  // Weights of 4 bits, products in 8.
  w4a8: { attention: INT4, dense: INT4, experts: INT4, head: 2, cache: 2, compute: 'fp8', kind: 'weight-only' },
  'gptq-int8': { attention: INT8, dense: INT8, experts: INT8, head: 2, cache: 2, compute: 'bf16', kind: 'weight-only' },
}

const SAME: Readonly<Record<string, string>> = {
  fp16: 'bf16',
  f16: 'bf16',
  half: 'bf16',
  bfloat16: 'bf16',
  float16: 'bf16',
  nvfp4: 'fp4',
  w4a4: 'fp4',
  w8a8: 'int8',
  'awq-int4': 'gptq-int4',
  awq: 'gptq-int4',
  gptq: 'gptq-int4',
  'int4-awq': 'gptq-int4',
  'int4-gptq': 'gptq-int4',
  w4a16: 'gptq-int4',
  'fp8-block': 'fp8',
  float8: 'fp8',
  'w8a8-fp8': 'fp8',
  'fp8-w8a8': 'fp8',
  'w8a8-int8': 'int8',
  'int8-w8a8': 'int8',
  smoothquant: 'int8',
  'int8-smoothquant': 'int8',
  mxfp8: 'fp8',
  'nv-fp4': 'fp4',
  'mx-fp4': 'mxfp4',
  'fp4-nvfp4': 'fp4',
  float4: 'fp4',
  'mxfp4-moe': 'mxfp4',
  'mxfp4-fp8': 'mxfp4/fp8',
  'mxfp4-fp4': 'mxfp4/fp4',
  'w4a8-mxfp4-fp8': 'mxfp4/fp8',
  'w4a8-mxfp4-mxfp8': 'mxfp4/fp4',
  w8a16: 'gptq-int8',
  'awq-4bit': 'gptq-int4',
  'awq-4-bit': 'gptq-int4',
  'gptq-4-bit': 'gptq-int4',
  'gptq-4bit': 'gptq-int4',
  'int4-w4a16': 'gptq-int4',
  'w4a16-int4': 'gptq-int4',
  bnb: 'gptq-int4',
  nf4: 'gptq-int4',
  'bnb-nf4': 'gptq-int4',
  'mxfp4/mxfp8': 'mxfp4/fp4',
  w4afp8: 'w4a8',
  'int4/fp8': 'w4a8',
  'bnb-4bit': 'gptq-int4',
  '4bit': 'gptq-int4',
  '4-bit': 'gptq-int4',
  '8bit': 'gptq-int8',
  '8-bit': 'gptq-int8',
  'mlx-4bit': 'gptq-int4',
  'mlx-4-bit': 'gptq-int4',
  'mlx-8bit': 'gptq-int8',
  'mlx-8-bit': 'gptq-int8',
  'int8-only': 'gptq-int8',
  'only-int8': 'gptq-int8',
  'int4-only': 'gptq-int4',
  'only-int4': 'gptq-int4',
  float32: 'fp32',
}

export const PRECISION_NAMES: readonly string[] = [
  ...Object.keys(CARDS),
  ...Object.keys(SAME),
  ...GGUF_TYPES.map((name) => `gguf-${name}`),
]

/** "FP8 block 128x128", "NVFP4 (experts)", "GPTQ-Int4 g128", "Q4_K_M.gguf": without remarks, one kind of joint. */
function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/\(.*?\)/g, ' ')
    .replace(/\.gguf$/, '')
    .replace(/[\s_-]+/g, '-')
    .replace(/-?\/-?/g, '/')
    .replace('gptq/awq', 'gptq')
    .replace(
      /\b(block(-\d+x\d+)?|gs?\d+|static|dynamic|per-?(tensor|channel|token)|scaled?|weights?|e[45]m[23](fn)?|marlin|compressed-tensors|pb-wo|rowwise|native)\b/g,
      '',
    )
    .replace(/-{2,}/g, '-')
    .replace(/^-+|-+$/g, '')
}

export function findPrecision(name: string): PrecisionCard | null {
  const lower = plainName(name) || (/e4m3|e5m2/i.test(name) ? 'fp8' : '')
  // llama.cpp keeps what mxfp4 leaves alone at 8 bits.
  if (/^gguf[-/:]mxfp4(-moe)?$/.test(lower)) {
    return {
      name: 'gguf-mxfp4',
      attention: 1.0626,
      dense: 1.0626,
      experts: MXFP4,
      head: 1.0626,
      cache: 2,
      compute: 'bf16',
      kind: 'gguf',
    }
  }
  const direct = CARDS[SAME[lower] ?? lower]
  if (direct !== undefined) return { name: SAME[lower] ?? lower, ...direct }
  const quant = ggufType(lower.replace(/^(gguf|ggml)[-/:]/, '').replace(/^ud-/, ''))
  if (quant === null) return null
  const { blocks, head, embedding } = ggufBits(quant)
  return {
    name: `gguf-${quant}`,
    attention: blocks / 8,
    dense: blocks / 8,
    experts: blocks / 8,
    head: head / 8,
    embedding: embedding / 8,
    cache: 2,
    compute: 'bf16',
    kind: 'gguf',
  }
}

/** The precision a model really runs at when a source uses the short name: gpt-oss "fp4" is its own MXFP4 experts. */
export function precisionFor(
  model: { readonly nativePrecision: string },
  engine: string,
  name: string,
): PrecisionCard | null {
  const lower = plainName(name)
  if (engine === 'llama.cpp' && lower === 'mxfp4') return findPrecision('gguf-mxfp4')
  if (model.nativePrecision === 'mxfp4') return findPrecision(lower === 'fp4' || lower === 'nvfp4' ? 'mxfp4' : name)
  // Models not trained at four bits are quantised as a whole.
  if (lower === 'mxfp4') return { ...(CARDS.fp4 as Omit<PrecisionCard, 'name'>), ...MXFP4_WHOLE, name: 'mxfp4' }
  if (lower === 'int4' && model.nativePrecision !== 'int4') return findPrecision('gptq-int4')
  return findPrecision(name)
}
