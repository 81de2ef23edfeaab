/** The decision tree of open or closed: what follows from the answers at hand, and which question is next. */
import { z } from 'zod'
import { type Usd, usdFromText } from '../../money/usd'

export const advisorAnswersSchema = z.strictObject({
  needs_ai: z.boolean().nullable().default(null),
  may_leave: z.boolean().nullable().default(null),
  best_quality: z.boolean().nullable().default(null),
  /** Least quality index; null: none. */
  quality_floor: z.int().min(0).max(100).nullable().default(null),
  /** Dollars a month, where what is spent today is not what will be; null: today's spend. */
  monthly_budget: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,2})?$/, 'must be dollars like 1500')
    .nullable()
    .default(null),
})

export type AdvisorAnswers = z.output<typeof advisorAnswersSchema>
export const NO_ANSWERS: AdvisorAnswers = advisorAnswersSchema.parse({})

/** From here on GPUs of one's own are worth a look. */
export const BUDGET_LINE = usdFromText('500')

export type AdvisorQuestion = 'needs_ai' | 'may_leave' | 'budget' | 'best_quality'
export type AdvisorResult = 'no_model' | 'closed_api' | 'open_api' | 'self_host'

/** One step taken: the question, what was answered, and whether the data answered it. */
export interface AdvisorStep {
  readonly question: AdvisorQuestion
  readonly yes: boolean
  readonly fromData: boolean
}

export type Decision =
  | { readonly state: 'asks'; readonly question: AdvisorQuestion; readonly steps: readonly AdvisorStep[] }
  /** Several results: the cheapest of them. */
  | { readonly state: 'decided'; readonly results: readonly AdvisorResult[]; readonly steps: readonly AdvisorStep[] }

/** `spend`: what the project costs a month today. */
export function decide(answers: AdvisorAnswers, spend: Usd): Decision {
  const steps: AdvisorStep[] = []
  const decided = (...results: AdvisorResult[]): Decision => ({ state: 'decided', results, steps })
  const asks = (question: AdvisorQuestion): Decision => ({ state: 'asks', question, steps })
  if (answers.needs_ai === null) return asks('needs_ai')
  steps.push({ question: 'needs_ai', yes: answers.needs_ai, fromData: false })
  if (!answers.needs_ai) return decided('no_model')
  if (answers.may_leave === null) return asks('may_leave')
  steps.push({ question: 'may_leave', yes: answers.may_leave, fromData: false })
  if (!answers.may_leave) return decided('self_host')
  const given = answers.monthly_budget
  const large = (given === null ? spend : usdFromText(given)) > BUDGET_LINE
  steps.push({ question: 'budget', yes: large, fromData: given === null })
  if (answers.best_quality === null) return asks('best_quality')
  steps.push({ question: 'best_quality', yes: answers.best_quality, fromData: false })
  if (answers.best_quality) return decided('closed_api')
  return large ? decided('open_api', 'self_host') : decided('open_api')
}

/** What may be advised, with the card that tells its context, licence and size. */
export interface HostedCandidate {
  readonly host: string
  readonly model: string
  /** Name of the model card or of the closed model in the quality table. */
  readonly card: string
}

/** Open models at hosts that sell them by the token; those of one model at one host, so that the list stays short. */
export const OPEN_CANDIDATES: readonly HostedCandidate[] = [
  { host: 'groq', model: 'openai/gpt-oss-120b', card: 'gpt-oss-120b' },
  { host: 'groq', model: 'openai/gpt-oss-20b', card: 'gpt-oss-20b' },
  { host: 'groq', model: 'qwen/qwen3-32b', card: 'Qwen3-32B' },
  { host: 'deepinfra', model: 'deepseek-ai/DeepSeek-V3.2', card: 'DeepSeek-V3.2' },
  { host: 'deepseek', model: 'deepseek-flash', card: 'DeepSeek-V4.1-Flash' },
]

export const CLOSED_CANDIDATES: readonly HostedCandidate[] = [
  { host: 'openai', model: 'gpt-5', card: 'gpt-5' },
  { host: 'anthropic', model: 'claude-sonnet-4-5', card: 'claude-sonnet-4-5' },
  { host: 'google', model: 'gemini-2.5-pro', card: 'gemini-2.5-pro' },
]

export interface OwnCandidate {
  readonly card: string
  readonly precision: string
  readonly gpu: string
}

export const OWN_CANDIDATES: readonly OwnCandidate[] = [
  { card: 'gpt-oss-120b', precision: 'mxfp4', gpu: 'H100-SXM-80GB' },
  { card: 'gpt-oss-20b', precision: 'mxfp4', gpu: 'H100-SXM-80GB' },
  { card: 'Qwen3-32B', precision: 'fp8', gpu: 'H100-SXM-80GB' },
  { card: 'DeepSeek-V3.2', precision: 'fp8', gpu: 'H200-SXM-141GB' },
  { card: 'DeepSeek-R1', precision: 'fp8', gpu: 'H200-SXM-141GB' },
]
