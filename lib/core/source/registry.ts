/** Every dialect, in the order in which they are asked: the ones that ask for less come last. */
import type { Dialect } from './dialect'
import { anthropicUsageApi } from './dialects/anthropic-usage-api'
import { anthropicUsageCsv } from './dialects/anthropic-usage-csv'
import { azureApimLlmCsv } from './dialects/azure-apim-llm-csv'
import { bedrockInvocationLog } from './dialects/bedrock-invocation-log'
import { claudeCodeAnalytics } from './dialects/claude-code-analytics'
import { claudeCodeJsonl } from './dialects/claude-code-jsonl'
import { cloudflareGatewayJson } from './dialects/cloudflare-gateway-json'
import { codexJsonl } from './dialects/codex-jsonl'
import { deepseekAmountCsv } from './dialects/deepseek-amount-csv'
import { geminiCliJson } from './dialects/gemini-cli-json'
import { geminiResponsesJsonl } from './dialects/gemini-responses-jsonl'
import { heliconeCsv } from './dialects/helicone-csv'
import { langfuseCsv } from './dialects/langfuse-csv'
import { langfuseJson } from './dialects/langfuse-json'
import { litellmDailyCsv } from './dialects/litellm-daily-csv'
import { litellmJson } from './dialects/litellm-json'
import { litellmSpendlogsCsv } from './dialects/litellm-spendlogs-csv'
import { messagesJsonl } from './dialects/messages-jsonl'
import { openaiUsageApi } from './dialects/openai-usage-api'
import { openaiUsageCsv } from './dialects/openai-usage-csv'
import { opencodeJson } from './dialects/opencode-json'
import { openrouterActivityCsv } from './dialects/openrouter-activity-csv'
import { openrouterApi } from './dialects/openrouter-api'
import { otlpJson } from './dialects/otlp-json'
import { portkeyJsonl } from './dialects/portkey-jsonl'
import { responsesJsonl } from './dialects/responses-jsonl'
import { tokentabCsv } from './dialects/tokentab-csv'
import { tokentabJsonl } from './dialects/tokentab-jsonl'
import { vercelReportJson } from './dialects/vercel-report-json'

export const DIALECTS: readonly Dialect[] = [
  openaiUsageCsv,
  anthropicUsageCsv,
  openrouterActivityCsv,
  deepseekAmountCsv,
  litellmSpendlogsCsv,
  litellmDailyCsv,
  azureApimLlmCsv,
  langfuseCsv,
  heliconeCsv,
  tokentabCsv,
  openaiUsageApi,
  anthropicUsageApi,
  openrouterApi,
  otlpJson,
  bedrockInvocationLog,
  litellmJson,
  langfuseJson,
  portkeyJsonl,
  cloudflareGatewayJson,
  vercelReportJson,
  claudeCodeAnalytics,
  claudeCodeJsonl,
  codexJsonl,
  geminiCliJson,
  opencodeJson,
  tokentabJsonl,
  messagesJsonl,
  geminiResponsesJsonl,
  responsesJsonl,
]

export interface FormatDescription {
  readonly id: string
  readonly title: string
  readonly recognisedBy: string
}

/** For GET /api/v1/formats. */
export function listFormats(): readonly FormatDescription[] {
  return DIALECTS.map(({ id, title, recognisedBy }) => ({ id, title, recognisedBy }))
}
