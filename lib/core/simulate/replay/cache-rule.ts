/**
 * How a host's prompt cache works, so that cache hits are worked out for the target instead of copied. Whether reads and
 * writes cost anything is in the price book; here is when a prefix is kept at all.
 */
export interface CacheRule {
  /** Shorter prompts are never cached, tokens. */
  readonly minPromptTokens: number
  /** Share of today's hits that remain where prefixes are long enough. */
  readonly kept: { readonly low: string; readonly likely: string; readonly high: string }
  readonly source: string
  readonly checkedOn: string
}

const CHECKED = '2026-11-24'

function rule(minPromptTokens: number, low: string, source: string): CacheRule {
  return { minPromptTokens, kept: { low, likely: '1', high: '1' }, source, checkedOn: CHECKED }
}

const OPENAI = rule(1024, '0.8', 'https://developers.openai.com/docs/guides/prompt-caching')
const ANTHROPIC = rule(1024, '0.8', 'https://platform.claude.com/docs/en/build-with-claude/prompt-caching')
const RULES: Readonly<Record<string, CacheRule>> = {
  // Kept on disk, whole prefix units only.
  deepseek: rule(0, '0.5', 'https://api-docs.deepseek.com/guides/kv_cache/'),
  openai: OPENAI,
  azure: OPENAI,
  anthropic: ANTHROPIC,
  // Volatile memory, two hours without use, no guarantee.
  groq: rule(0, '0.5', 'https://console.groq.com/docs/prompt-caching'),
  fireworks: rule(0, '0.5', 'https://docs.fireworks.ai/guides/prompt-caching'),
  // Hits need a prompt_cache_key in the request.
  mistral: rule(0, '0', 'https://docs.mistral.ai/studio-api/conversations/advanced/prompt-caching'),
  cloudflare: rule(0, '0.3', 'https://developers.cloudflare.com/workers-ai/features/prompt-caching'),
  alibaba: rule(256, '0.5', 'https://www.alibabacloud.com/help/en/model-studio/context-cache'),
}
const UNKNOWN: CacheRule = {
  ...rule(0, '0.5', 'Assumed: own prompts repeat as they do today; other hosts keep prefixes for other times'),
}

export function cacheRuleOf(host: string, model: string): CacheRule {
  if (/claude/i.test(model)) return ANTHROPIC
  return RULES[host] ?? UNKNOWN
}

/**
 * Where the target bills cache writes and today's host does not, each read prefix must have been written: tokens written
 * for each token read. One write serves five reads; once every time is the dear end.
 */
export const WRITES_PER_READ = {
  low: '0.05',
  likely: '0.2',
  high: '1',
  source: 'Assumed: a written prefix is read five times before it expires, from once to twenty times',
  checkedOn: CHECKED,
} as const
