/**
 * How a host's prompt cache works, so that cache hits are worked out for the target instead of copied. Whether reads and
 * writes cost anything is in the price book; here is when a prefix is kept at all.
 */
import { z } from 'zod'
import rules from '../data/cache-rules.json' with { type: 'json' }

export interface CacheRule {
  /** Shorter prompts are never cached, tokens. */
  readonly minPromptTokens: number
  /** Share of today's hits that remain where prefixes are long enough. */
  readonly kept: { readonly low: string; readonly likely: string; readonly high: string }
  readonly source: string
  readonly checkedOn: string
}

const file = z
  .object({
    checked_on: z.string(),
    hosts: z.record(
      z.string(),
      z.object({ min_prompt_tokens: z.int().min(0), kept_at_least: z.string(), source: z.url(), note: z.string() }),
    ),
  })
  .parse(rules)
const CHECKED = file.checked_on
const UNKNOWN: CacheRule = {
  minPromptTokens: 0,
  kept: { low: '0.5', likely: '1', high: '1' },
  source: 'Assumed: own prompts repeat as they do today; other hosts keep prefixes for other times',
  checkedOn: CHECKED,
}
const RULES = new Map<string, CacheRule>(
  Object.entries(file.hosts).map(([host, one]) => [
    host,
    {
      minPromptTokens: one.min_prompt_tokens,
      kept: { low: one.kept_at_least, likely: '1', high: '1' },
      source: one.source,
      checkedOn: CHECKED,
    },
  ]),
)

export function cacheRuleOf(host: string, model: string): CacheRule {
  return RULES.get(/claude/i.test(model) ? 'anthropic' : host) ?? UNKNOWN
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
