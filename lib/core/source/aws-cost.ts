/** What Amazon's bill calls a kind of charge and a kind of usage, in its reports and in the answers of Cost Explorer. */
import type { CostCategory } from '../usage/cost-record'
import type { Meter } from '../usage/meter'

const CATEGORIES = new Map<string, CostCategory>(
  Object.entries({
    usage: 'usage',
    discountedusage: 'usage',
    savingsplancoveredusage: 'usage',
    tax: 'tax',
    credit: 'credit',
    refund: 'refund',
    fee: 'purchase',
    rifee: 'purchase',
    recurring: 'purchase',
    upfront: 'purchase',
    savingsplanupfrontfee: 'purchase',
    savingsplanrecurringfee: 'purchase',
  }),
)

/** "DiscountedUsage" and "Tax" of a line; discounts and what is not known are adjustments. */
export function awsCategory(type: string): CostCategory {
  const key = type.toLowerCase()
  return key === '' ? 'usage' : (CATEGORIES.get(key) ?? 'adjustment')
}

export function isBedrock(name: string): boolean {
  return /bedrock/i.test(name)
}

const KINDS: readonly (readonly [RegExp, Meter])[] = [
  [/cache[-_]?write.*(1[-_]?hour|1h)/i, 'cache_write_1h'],
  [/cache[-_]?write/i, 'cache_write_5m'],
  [/cache[-_]?read/i, 'cache_read'],
  [/speech-input-token/i, 'input_audio'],
  [/speech-output-token/i, 'output_audio'],
  [/input[-_]?token/i, 'input'],
  [/output[-_]?token/i, 'output'],
]
/** Regions as usage types write them: "USE1", "EUC1", and "EU", the one without a digit; us-east-1 may be left out. */
const NAMED =
  /^(?:(?:(?:US|UG|CA|EU|AP|SA|ME|AF|IL|MX|CN)[A-Z]\d+|EU)-)?(.+?)(?:-mantle)?(?:-(?:text|speech))?-(?:cache-(?:read|write)|input|output)(?:-|$)/
/** "-batch", "_Global_Batch", "MillionBatchInputTokens". */
const TIER = /(?:[-_]|Million)(batch|flex|priority)(?=[-_]|$|Input|Output|Cache)/i

export interface AwsUsage {
  readonly model: string | null
  readonly meter: Meter | null
  readonly serviceTier: string | null
}

/**
 * "USE1-Claude4.6Opus-input-tokens-batch" names a model; what the marketplace sells does not ("USE1-MP:USE1_InputTokenCount_Global-Units",
 * "USE1-MP:USE1_output_tokens_global_standard-Units"): there the product does, "Claude Opus 4.6 (Amazon Bedrock Edition)".
 */
export function awsUsageOf(usageType: string, product: string): AwsUsage {
  const meter = KINDS.find(([pattern]) => pattern.test(usageType))?.[1] ?? null
  const named = NAMED.exec(usageType)?.[1]
  const edition = /^(.+?)\s*\(Amazon Bedrock Edition\)/i.exec(product)?.[1]
  return {
    model: edition ?? (named === undefined || /(?:^|-)MP:/.test(named) ? null : named),
    meter,
    serviceTier: meter === null ? null : (TIER.exec(usageType)?.[1]?.toLowerCase() ?? 'standard'),
  }
}
