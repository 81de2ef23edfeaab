/**
 * What a model's name tells that hosts write in many ways: which weights it is, which tokenizer it has and whether it
 * thinks before it answers.
 */

export type Tokenizer = 'o200k' | 'claude' | 'deepseek' | 'qwen' | 'llama'

export interface ModelFamily {
  /** Equal for the same weights at two hosts. */
  readonly weights: string
  readonly tokenizer: Tokenizer | null
  /** Null for models that do both, or when the name does not tell. */
  readonly thinks: boolean | null
}

/** First match counts. */
const FAMILIES: readonly (readonly [RegExp, Tokenizer | null, boolean | null])[] = [
  [/^gpt-oss/, 'o200k', true],
  [/^gpt-5|^o[134](-|$)/, 'o200k', true],
  [/^(gpt-4o|gpt-4\.1|chatgpt)/, 'o200k', false],
  [/^claude-(instant|[12])/, 'claude', false],
  [/^claude/, null, null],
  [/^deepseek-r1-distill-llama/, 'llama', true],
  [/^deepseek-r1-(distill-qwen|0528-qwen)/, 'qwen', true],
  [/^deepseek-(r1|reasoner)/, 'deepseek', true],
  [/^deepseek-coder/, 'deepseek', false],
  [/^deepseek/, 'deepseek', null],
  [/^qwq|^qwen.*thinking/, 'qwen', true],
  [/^qwen-?2|^qwen.*(coder|instruct)/, 'qwen', false],
  [/^qwen/, 'qwen', null],
  [/^llama-?3/, 'llama', false],
  [/^llama/, null, false],
  [/^magistral/, null, true],
  [/^(mi[sx]tral|ministral|codestral|devstral|pixtral)/, null, false],
]

const remembered = new Map<string, ModelFamily>()
const MOST_REMEMBERED = 5_000

export function familyOf(model: string): ModelFamily {
  let family = remembered.get(model)
  if (family === undefined) {
    const weights = weightsOf(model)
    const found = FAMILIES.find(([pattern]) => pattern.test(weights))
    family = { weights, tokenizer: found?.[1] ?? null, thinks: found?.[2] ?? null }
    if (remembered.size >= MOST_REMEMBERED) remembered.clear()
    remembered.set(model, family)
  }
  return family
}

/** The name without what hosts add: publisher, serving variant, version stamp and date. */
function weightsOf(model: string): string {
  const name = model.trim().toLowerCase()
  return name
    .slice(name.lastIndexOf('/') + 1)
    .replace(/^(us|eu|apac|global)\.(?=[a-z])/, '')
    .replace(/^deepseek\.(?=[rv]\d)/, 'deepseek-')
    .replace(/^(openai|meta|mistral|qwen|anthropic)\.(?=[a-z])/, '')
    .replace(/^meta-llama-/, 'llama-')
    .replace(/^(gpt-oss|deepseek-v[\d.]+|qwen3-coder):(?=\d)/, '$1-')
    .replace(/-v\d+:\d+$/, '')
    .replace(/-cloud$/, '')
    .replace(/[:@].*$/, '')
    .replace(/^qwen-(?=\d)/, 'qwen')
    .replace(/^llama-(?=\d)/, 'llama')
    .replace(/^deepseek-v(\d)p(\d)/, 'deepseek-v$1.$2')
    .replace(/^qwen(\d)p(\d)/, 'qwen$1.$2')
    .replace(/(-(fp8|bf16|turbo|tput|instruct|basic|maas|it|20\d{6}|20\d\d-\d\d-\d\d|exp))+$/, '')
    .replace(/-17b(-16e|-128e)?(?=-|$)/, '')
    .replace(/^(gpt-oss-\d+b)-1$/, '$1')
}
