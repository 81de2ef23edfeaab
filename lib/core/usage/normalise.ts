/**
 * A provider's usage object as disjoint leaves. The leaves sum to the object's totals, or the usage is invalid: a
 * contradiction is reported, never smoothed over.
 */
import { err, ok, type Problem, type Result } from '../result'
import { anthropicMessages } from './shapes/anthropic'
import { bedrockConverse, bedrockEmbeddings } from './shapes/bedrock'
import { googleGenerateContent } from './shapes/google'
import {
  alibabaChat,
  anyChat,
  compatibleChat,
  deepseekChat,
  mistralChat,
  openaiChat,
  openaiEmbeddings,
  openaiRealtime,
  openaiResponses,
  openrouterChat,
  perplexityChat,
  voyageEmbeddings,
  xaiChat,
} from './shapes/openai'
import { canonical, cohereV2, ollamaChat } from './shapes/plain'
import type { NormalisedUsage, UsageContext, UsageShape } from './shapes/shape'
import { UsageReader } from './shapes/usage-reader'

const SHAPES = {
  'openai.chat': openaiChat,
  'openai.responses': openaiResponses,
  'openai.embeddings': openaiEmbeddings,
  'openai.realtime': openaiRealtime,
  'anthropic.messages': anthropicMessages,
  'google.generateContent': googleGenerateContent,
  'bedrock.converse': bedrockConverse,
  'bedrock.embeddings': bedrockEmbeddings,
  'deepseek.chat': deepseekChat,
  'xai.chat': xaiChat,
  'openrouter.chat': openrouterChat,
  'any.chat': anyChat,
  'groq.chat': compatibleChat,
  'mistral.chat': mistralChat,
  'alibaba.chat': alibabaChat,
  'together.chat': compatibleChat,
  'moonshot.chat': compatibleChat,
  'minimax.chat': compatibleChat,
  'perplexity.chat': perplexityChat,
  'cohere.v2': cohereV2,
  'voyage.embeddings': voyageEmbeddings,
  'ollama.chat': ollamaChat,
  canonical,
} as const satisfies Record<string, UsageShape>

export type UsageApi = keyof typeof SHAPES
export const USAGE_APIS = Object.keys(SHAPES) as readonly UsageApi[]

export function isUsageApi(name: string): name is UsageApi {
  return Object.hasOwn(SHAPES, name)
}

/** `usage` is the object as the provider returned it, its counts as numbers, digit strings or bigints. */
export function normaliseUsage(api: UsageApi, usage: unknown, context: UsageContext): Result<NormalisedUsage, Problem> {
  if (typeof usage !== 'object' || usage === null || Array.isArray(usage)) {
    return err({
      code: 'USAGE_MALFORMED',
      message: 'The usage is not an object.',
      remedy: 'Send the usage object as the provider returned it.',
    })
  }
  const reader = new UsageReader()
  const shape: UsageShape = SHAPES[api]
  const result = shape(reader, usage as Readonly<Record<string, unknown>>, context)
  return reader.problem === null ? ok(result) : err(reader.problem)
}
