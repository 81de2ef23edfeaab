/**
 * What a precision means in bytes, by where the weights sit. GGUF sizes are whole-model bits per weight measured by
 * llama.cpp (tools/quantize/README.md, Llama-3.1-8B, checked 2026-11-23); the ternary ones as its tool states them.
 */
export type ComputeClass = 'bf16' | 'fp8' | 'fp4'

export interface PrecisionCard {
  readonly name: string
  /** Bytes per parameter. */
  readonly attention: number
  readonly dense: number
  readonly experts: number
  readonly head: number
  /** Bytes per cache element when the engine does not choose for itself. */
  readonly cache: number
  readonly compute: ComputeClass
  readonly kind: 'float' | 'block-float' | 'weight-only' | 'gguf'
}

/** Bits per weight. */
const GGUF_BITS: Readonly<Record<string, number>> = {
  tq1_0: 1.69,
  tq2_0: 2.06,
  iq1_s: 2.0042,
  iq1_m: 2.146,
  iq2_xxs: 2.3824,
  iq2_xs: 2.5882,
  iq2_s: 2.7403,
  iq2_m: 2.9294,
  iq3_xxs: 3.2548,
  iq3_xs: 3.4977,
  iq3_s: 3.6606,
  iq3_m: 3.7628,
  iq4_xs: 4.4597,
  iq4_nl: 4.6818,
  q2_k_s: 2.9697,
  q2_k: 3.1593,
  q3_k_s: 3.6429,
  q3_k_m: 3.9,
  q3_k_l: 4.2979,
  q4_0: 4.66,
  q4_1: 5.1,
  q4_k_s: 4.6672,
  q4_k_m: 4.8944,
  q5_0: 5.6,
  q5_1: 6.1,
  q5_k_s: 5.5704,
  q5_k_m: 5.7036,
  q6_k: 6.5633,
  q8_0: 8.5008,
  f16: 16.0005,
  bf16: 16.0005,
  f32: 32.0005,
}

/** What llama.cpp itself takes as another name (tools/quantize/quantize.cpp, checked 2026-11-29), and how people shorten them. */
const GGUF_SAME: Readonly<Record<string, string>> = {
  q2: 'q2_k',
  q3: 'q3_k_m',
  q3_k: 'q3_k_m',
  q4: 'q4_k_m',
  q4_k: 'q4_k_m',
  q5: 'q5_k_m',
  q5_k: 'q5_k_m',
  q6: 'q6_k',
  q8: 'q8_0',
}

/** 16 elements of 4 bits and one FP8 scale. */
const NVFP4 = 4.5 / 8
/** 32 elements of 4 bits and one 8-bit scale. */
const MXFP4 = 4.25 / 8
/** 4 bits with an fp16 scale and zero point per group of 128. */
const INT4 = 4.4 / 8

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
  int4: { attention: 2, dense: 2, experts: INT4, head: 2, cache: 2, compute: 'bf16', kind: 'weight-only' },
  'gptq-int4': { attention: INT4, dense: INT4, experts: INT4, head: 2, cache: 2, compute: 'bf16', kind: 'weight-only' },
  // Weights of 4 bits, products in 8.
  w4a8: { attention: INT4, dense: INT4, experts: INT4, head: 2, cache: 2, compute: 'fp8', kind: 'weight-only' },
  'gptq-int8': { attention: 1.05, dense: 1.05, experts: 1.05, head: 2, cache: 2, compute: 'bf16', kind: 'weight-only' },
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
  ...Object.keys(GGUF_BITS).map((name) => `gguf-${name}`),
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
  const bits = quant === null ? undefined : GGUF_BITS[quant]
  if (bits === undefined) return null
  const bytes = bits / 8
  return {
    name: `gguf-${quant}`,
    attention: bytes,
    dense: bytes,
    experts: bytes,
    head: bytes,
    cache: 2,
    compute: 'bf16',
    kind: 'gguf',
  }
}

/** A type of GGUF; variants that keep some tensors larger ("Q4_K_L", "UD-Q2_K_XL") are the type they vary. */
function ggufType(name: string): string | null {
  const type = name.replace(/-/g, '_')
  for (const one of [type, type.replace(/_x?l$/, '_m'), type.replace(/_x?l$/, '')]) {
    const known = GGUF_SAME[one] ?? one
    if (Object.hasOwn(GGUF_BITS, known)) return known
  }
  return null
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
