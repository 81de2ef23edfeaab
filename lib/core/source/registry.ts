/** Every dialect, in the order in which they are asked: the ones that ask for less come last. */
import type { Dialect } from './dialect'
import { aiderJsonl } from './dialects/aider-jsonl'
import { anthropicCostApi } from './dialects/anthropic-cost-api'
import { anthropicCostCsv } from './dialects/anthropic-cost-csv'
import { anthropicUsageApi } from './dialects/anthropic-usage-api'
import { anthropicUsageCsv } from './dialects/anthropic-usage-csv'
import { awsCostExplorer } from './dialects/aws-cost-explorer'
import { awsCostExplorerCsv } from './dialects/aws-cost-explorer-csv'
import { awsCurCsv } from './dialects/aws-cur-csv'
import { azureApimLlmCsv } from './dialects/azure-apim-llm-csv'
import { azureApimLlmJson } from './dialects/azure-apim-llm-json'
import { azureCostCsv } from './dialects/azure-cost-csv'
import { bedrockInvocationCsv } from './dialects/bedrock-invocation-csv'
import { bedrockInvocationLog } from './dialects/bedrock-invocation-log'
import { bedrockInvocationText } from './dialects/bedrock-invocation-text'
import { bedrockResponsesJsonl } from './dialects/bedrock-responses-jsonl'
import { claudeCodeAnalytics } from './dialects/claude-code-analytics'
import { claudeCodeJsonl } from './dialects/claude-code-jsonl'
import { cloudflareGatewayJson } from './dialects/cloudflare-gateway-json'
import { codexExecJsonl } from './dialects/codex-exec-jsonl'
import { codexJsonl } from './dialects/codex-jsonl'
import { cursorUsageCsv } from './dialects/cursor-usage-csv'
import { cursorUsageJson } from './dialects/cursor-usage-json'
import { deepseekAmountCsv } from './dialects/deepseek-amount-csv'
import { deepseekCostCsv } from './dialects/deepseek-cost-csv'
import { focusCsv } from './dialects/focus-csv'
import { geminiCliJson } from './dialects/gemini-cli-json'
import { geminiResponsesJsonl } from './dialects/gemini-responses-jsonl'
import { githubUsageCsv } from './dialects/github-usage-csv'
import { googleBillingCsv } from './dialects/google-billing-csv'
import { googleBillingExport } from './dialects/google-billing-export'
import { googleBillingExportCsv } from './dialects/google-billing-export-csv'
import { heliconeCsv } from './dialects/helicone-csv'
import { heliconeJson } from './dialects/helicone-json'
import { kimiCodeJsonl } from './dialects/kimi-code-jsonl'
import { langchainJson } from './dialects/langchain-json'
import { langfuseCsv } from './dialects/langfuse-csv'
import { langfuseJson } from './dialects/langfuse-json'
import { litellmCopy } from './dialects/litellm-copy'
import { litellmDailyCsv } from './dialects/litellm-daily-csv'
import { litellmDailyJson } from './dialects/litellm-daily-json'
import { litellmJson } from './dialects/litellm-json'
import { litellmReportCsv } from './dialects/litellm-report-csv'
import { litellmSpendlogsCsv } from './dialects/litellm-spendlogs-csv'
import { messagesJsonl } from './dialects/messages-jsonl'
import { openaiActivityJson } from './dialects/openai-activity-json'
import { openaiCostCsv } from './dialects/openai-cost-csv'
import { openaiCostsApi } from './dialects/openai-costs-api'
import { openaiModalityCsv } from './dialects/openai-modality-csv'
import { openaiUsageApi } from './dialects/openai-usage-api'
import { openaiUsageCsv } from './dialects/openai-usage-csv'
import { opencodeJson } from './dialects/opencode-json'
import { openrouterActivityCsv } from './dialects/openrouter-activity-csv'
import { openrouterApi } from './dialects/openrouter-api'
import { otlpJson } from './dialects/otlp-json'
import { piJsonl } from './dialects/pi-jsonl'
import { portkeyJsonl } from './dialects/portkey-jsonl'
import { prometheusJson } from './dialects/prometheus-json'
import { qwenCodeJsonl } from './dialects/qwen-code-jsonl'
import { responsesJsonl } from './dialects/responses-jsonl'
import { serverCounters } from './dialects/server-counters'
import { tokentabCsv } from './dialects/tokentab-csv'
import { tokentabJsonl } from './dialects/tokentab-jsonl'
import { vercelReportJson } from './dialects/vercel-report-json'

export const DIALECTS: readonly Dialect[] = [
  serverCounters,
  litellmCopy,
  bedrockInvocationText,
  openaiUsageCsv,
  openaiModalityCsv,
  anthropicUsageCsv,
  openrouterActivityCsv,
  deepseekAmountCsv,
  litellmSpendlogsCsv,
  litellmDailyCsv,
  litellmReportCsv,
  openaiCostCsv,
  anthropicCostCsv,
  deepseekCostCsv,
  googleBillingCsv,
  googleBillingExportCsv,
  awsCurCsv,
  awsCostExplorerCsv,
  azureCostCsv,
  githubUsageCsv,
  focusCsv,
  azureApimLlmCsv,
  bedrockInvocationCsv,
  langfuseCsv,
  heliconeCsv,
  cursorUsageCsv,
  tokentabCsv,
  openaiCostsApi,
  anthropicCostApi,
  awsCostExplorer,
  googleBillingExport,
  openaiUsageApi,
  openaiActivityJson,
  anthropicUsageApi,
  openrouterApi,
  otlpJson,
  bedrockInvocationLog,
  azureApimLlmJson,
  litellmJson,
  litellmDailyJson,
  langfuseJson,
  portkeyJsonl,
  heliconeJson,
  cursorUsageJson,
  cloudflareGatewayJson,
  vercelReportJson,
  prometheusJson,
  claudeCodeAnalytics,
  qwenCodeJsonl,
  claudeCodeJsonl,
  codexJsonl,
  codexExecJsonl,
  kimiCodeJsonl,
  piJsonl,
  aiderJsonl,
  geminiCliJson,
  opencodeJson,
  tokentabJsonl,
  langchainJson,
  messagesJsonl,
  geminiResponsesJsonl,
  bedrockResponsesJsonl,
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
