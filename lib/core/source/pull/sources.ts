/** Every kind of connection: a new one is a file beside this and a line here. */
import { anthropicCost } from './anthropic-cost'
import { anthropicUsage } from './anthropic-usage'
import { openaiCosts } from './openai-costs'
import { openaiUsage } from './openai-usage'
import { openrouterActivity } from './openrouter-activity'
import type { PullKind, PullSource } from './pull-source'

const SOURCES: Readonly<Record<PullKind, PullSource>> = {
  'openai-usage': openaiUsage,
  'openai-costs': openaiCosts,
  'anthropic-usage': anthropicUsage,
  'anthropic-cost': anthropicCost,
  'openrouter-activity': openrouterActivity,
}

export const pullSource = (kind: PullKind): PullSource => SOURCES[kind]
