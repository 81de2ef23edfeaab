/**
 * Sizes of GGUF files. llama.cpp states bits per weight of a whole file, measured on Llama 3.1 8B (tools/quantize/README.md,
 * checked 2026-11-23; the ternary ones as its tool states them). A file keeps its output head and embedding table at types of
 * their own, 13 % of the weights of that model and less than 2 % of a large one: what is left for the blocks is worked out here.
 */
const MEASURED_BITS: Readonly<Record<string, number>> = {
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

export const GGUF_TYPES: readonly string[] = Object.keys(MEASURED_BITS)

/** What llama.cpp itself takes as another name (tools/quantize/quantize.cpp, checked 2026-11-29), and how people shorten them. */
const SAME: Readonly<Record<string, string>> = {
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

/** Bits of one weight of a tensor of that type: its block with the scales, divided by the weights in it. */
const Q2_K = 2.625
const IQ3_S = 3.4375
const Q4_K = 4.5
const Q5_K = 5.5
const Q6_K = 6.5625

/** The embedding table's type, by what the name of the file starts with, longest first (src/llama-quant.cpp, checked 2026-11-29). */
const EMBEDDING_BITS: readonly (readonly [RegExp, number])[] = [
  [/^(iq1|iq2_x|q2)/, Q2_K],
  [/^(iq2|iq3|q3)/, IQ3_S],
  [/^iq4_xs/, 4.25],
  [/^(iq4|tq|q4_0|q4_k)/, Q4_K],
  [/^q4_1/, 5],
  [/^q5_1/, 6],
  [/^q5/, Q5_K],
]

/** Weights of Llama 3.1 8B, whose files were measured: in its blocks, and in each of its two tables. */
const BLOCK_WEIGHTS = 6.98e9
const TABLE_WEIGHTS = 0.5253e9

/** Bits per weight in the blocks, of the output head, and of the embedding table beside it. */
export interface GgufBits {
  readonly blocks: number
  readonly head: number
  readonly embedding: number
}

export function ggufBits(type: string): GgufBits {
  const whole = MEASURED_BITS[type] as number
  const embedding = EMBEDDING_BITS.find(([start]) => start.test(type))?.[1]
  if (embedding === undefined) return { blocks: whole, head: whole, embedding: whole }
  const head = /^(iq1|iq2|iq3_xxs)/.test(type) ? Q5_K : Q6_K
  const blocks = whole + ((whole - head + (whole - embedding)) * TABLE_WEIGHTS) / BLOCK_WEIGHTS
  return { blocks, head, embedding }
}

/** A type of GGUF; variants that keep some tensors larger ("Q4_K_L", "UD-Q2_K_XL") are the type they vary. */
export function ggufType(name: string): string | null {
  const type = name.replace(/-/g, '_')
  for (const one of [type, type.replace(/_x?l$/, '_m'), type.replace(/_x?l$/, '')]) {
    const known = SAME[one] ?? one
    if (Object.hasOwn(MEASURED_BITS, known)) return known
  }
  return null
}
