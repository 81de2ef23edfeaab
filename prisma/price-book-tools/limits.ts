/**
 * What the makers state about their models' lengths, for models the catalogue gives none. Tokens. A host may allow less;
 * a length of the catalogue, which is the host's, comes first.
 */

interface Limit {
  readonly pattern: RegExp
  readonly context: number
  readonly output?: number
  /** The maker's page. */
  readonly source: string
}

const META = 'https://github.com/meta-llama/llama-models'
const QWEN = 'https://huggingface.co/Qwen'
const MISTRAL = 'https://docs.mistral.ai/getting-started/models/'
const DEEPSEEK = 'https://huggingface.co/deepseek-ai'
const OPENAI = 'https://developers.openai.com/api/docs/models'
const GEMMA = 'https://ai.google.dev/gemma/docs'

/** First match counts: longer names before the families they belong to. */
const LIMITS: readonly Limit[] = [
  { pattern: /gpt-oss(-safeguard)?-\d+b/i, context: 131072, output: 131072, source: OPENAI },
  { pattern: /deepseek-r1-distill/i, context: 131072, output: 32768, source: DEEPSEEK },
  { pattern: /deepseek-(r1|v3|chat-v3)/i, context: 163840, source: DEEPSEEK },
  { pattern: /deepseek-coder-(33b|6\.7b|1\.3b)/i, context: 16384, source: DEEPSEEK },
  { pattern: /llama-4-scout|llama4-scout/i, context: 10485760, source: META },
  { pattern: /llama-4-maverick|llama4-maverick/i, context: 1048576, source: META },
  { pattern: /llama-?3[.-][123]/i, context: 131072, source: META },
  { pattern: /llama-?3-(8|70)b|llama3-(8|70)b/i, context: 8192, source: META },
  { pattern: /llama-2-7b-32k/i, context: 32768, source: META },
  { pattern: /llama-?2/i, context: 4096, source: META },
  { pattern: /codellama/i, context: 16384, source: META },
  { pattern: /qwen3-coder|qwen3-next|qwen3.*2507/i, context: 262144, source: QWEN },
  { pattern: /qwen3-(0\.6b|1\.7b|4b|8b|14b|32b|30b|235b)/i, context: 40960, source: QWEN },
  { pattern: /qwen-?2\.5/i, context: 32768, source: QWEN },
  { pattern: /qwq-32b/i, context: 131072, source: QWEN },
  { pattern: /mixtral-8x22b/i, context: 65536, source: MISTRAL },
  { pattern: /mixtral-8x7b/i, context: 32768, source: MISTRAL },
  { pattern: /mistral-7b-(instruct-)?v0\.1$/i, context: 8192, source: MISTRAL },
  { pattern: /mistral-7b/i, context: 32768, source: MISTRAL },
  { pattern: /mistral-nemo|pixtral|mistral-small-3\.[12]|ministral/i, context: 131072, source: MISTRAL },
  { pattern: /mistral-small-24b|mistral-saba/i, context: 32768, source: MISTRAL },
  { pattern: /gemma-?2/i, context: 8192, source: GEMMA },
  { pattern: /gemma-3n/i, context: 32768, source: GEMMA },
  { pattern: /gemma-3/i, context: 131072, source: GEMMA },
  { pattern: /kimi-k2-(instruct|thinking|turbo)/i, context: 262144, source: 'https://platform.kimi.ai/docs/models' },
]

export function makersLimit(model: string): Pick<Limit, 'context' | 'output'> | null {
  return LIMITS.find(({ pattern }) => pattern.test(model)) ?? null
}
