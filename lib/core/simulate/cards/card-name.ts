/**
 * How a name finds its card: without case, spaces, punctuation and publisher, and without what checkpoints and run-time
 * tags add to the name of the same weights (precision, tuning, date).
 */
interface Named {
  readonly name: string
  readonly aliases?: readonly string[] | undefined
}

/** Words that do not change the dimensions of a model. */
const SAME_SHAPE =
  /^(meta|instruct|chat|it|base|hf|fp8|fp4|nvfp4|mxfp4|bf16|fp16|int4|int8|awq|gptq|gguf|ggml|quantized|dynamic|w4a16|w8a8|w8a16|w4a4|w4a8|autoround|kv|thinking|reasoning|preview|latest|exp|turbo|versatile|q\d|iq\d|[kmsxl]|dwq|mlx|unsloth|bnb|4bit|8bit|17b|16e|128e|[0-9]{4})$/

/** Letters and digits only. */
export function plainKey(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '')
}

/** A model's name without its publisher. */
function modelKey(name: string): string {
  return plainKey(name.trim().replace(/^.*\//, ''))
}

/** The same, without the words that name a packaging of the same weights. */
function modelShapeKey(name: string): string {
  const bare = name
    .trim()
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/[-_ ]v0\.\d+|(?<=fp[48])[-_ ]v\d+$|[-_ ]99(\.9)?$/g, '')
    // "llama-v3.1" is "llama-3.1".
    .replace(/\bv(?=[1-9])/g, '')
  // The numbers of a version or a size stay, whatever they look like.
  const words = bare.match(/[a-z]+\d[a-z0-9]*(\.\d+)*|\d+(\.\d+)?[a-z]*|[a-z]+/g) ?? []
  return plainKey(words.filter((word) => !SAME_SHAPE.test(word)).join(' '))
}

/** Finds a card by any of its names, exactly first, then by shape. */
export function modelIndex<Card extends Named>(cards: readonly Card[]): (name: string) => Card | null {
  const exact = new Map<string, Card>()
  const shape = new Map<string, Card | null>()
  for (const card of cards) {
    for (const name of [card.name, ...(card.aliases ?? [])]) {
      exact.set(modelKey(name), card)
      const key = modelShapeKey(name)
      // Two cards under one key: the key tells neither.
      shape.set(key, shape.has(key) && shape.get(key) !== card ? null : card)
    }
  }
  return (name) => exact.get(modelKey(name)) ?? shape.get(modelShapeKey(name)) ?? null
}
