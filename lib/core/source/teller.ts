/**
 * Who tells of usage: formats of one teller name calls alike, so that the duplicate policy keeps them apart; two tellers may
 * tell the same calls under names that never meet.
 */
export interface Teller {
  readonly name: string
  /**
   * `all`: tells everything of an account or a gateway. `some`: a log of one program or agent; two of these may well be about
   * different calls, unless they are of one agent.
   */
  readonly tells: 'all' | 'some'
  /** Whose calls a log holds: those of one agent, or of several, each record tagged with its own; null where nothing tells. */
  readonly agent: Agent | 'tagged' | null
}

/** Programs that tell their calls in more than one log: in files of their sessions, and as telemetry. */
export type Agent = 'claude-code' | 'codex' | 'gemini-cli'
/** Names the agent of a record in a log of several. */
export const AGENT_TAG = 'tokentab.agent'

const AGENTS: ReadonlyMap<string, Agent | 'tagged'> = new Map<string, Agent | 'tagged'>([
  ['claude-code-jsonl', 'claude-code'],
  ['codex-jsonl', 'codex'],
  ['codex-exec-jsonl', 'codex'],
  ['gemini-cli-json', 'gemini-cli'],
  ['otlp-json', 'tagged'],
])

const TELLERS: readonly (readonly [tells: Teller['tells'], name: string, ...formats: string[]])[] = [
  ['all', 'openai', 'openai-usage-csv', 'openai-usage-api', 'openai-modality-csv', 'openai-activity-json'],
  ['all', 'anthropic-console', 'anthropic-usage-csv'],
  ['all', 'anthropic-report', 'anthropic-usage-api'],
  ['all', 'claude-code-analytics', 'claude-code-analytics'],
  ['all', 'openrouter', 'openrouter-activity-csv', 'openrouter-api'],
  ['all', 'deepseek', 'deepseek-amount-csv', 'deepseek-cost-csv'],
  ['all', 'bedrock', 'bedrock-invocation-log', 'bedrock-invocation-csv', 'bedrock-invocation-text'],
  ['all', 'azure-apim', 'azure-apim-llm-csv', 'azure-apim-llm-json'],
  ['all', 'litellm', 'litellm-spendlogs-csv', 'litellm-copy', 'litellm-json'],
  ['all', 'litellm-daily', 'litellm-daily-csv', 'litellm-daily-json', 'litellm-report-csv'],
  ['all', 'langfuse', 'langfuse-csv', 'langfuse-json'],
  ['all', 'helicone', 'helicone-csv', 'helicone-json'],
  ['all', 'portkey', 'portkey-jsonl'],
  ['all', 'cursor', 'cursor-usage-csv', 'cursor-usage-json'],
  ['all', 'cloudflare', 'cloudflare-gateway-json'],
  ['all', 'vercel', 'vercel-report-json'],
  ['all', 'server-counters', 'server-counters', 'prometheus-json'],
]

const BY_FORMAT: ReadonlyMap<string, Teller> = new Map(
  TELLERS.flatMap(([tells, name, ...formats]) =>
    formats.map((format) => [format, { name, tells, agent: null }] as const),
  ),
)

/** The listed formats; every other one is a teller of its own name. */
export function listTellers(): readonly { readonly format: string; readonly teller: string }[] {
  return [...BY_FORMAT].map(([format, { name }]) => ({ format, teller: name }))
}

/** The formats of the teller of one, when it tells aggregates that may be grouped in several ways; none otherwise. */
export function formatsGrouped(format: string): readonly string[] {
  const teller = TELLERS.find(([, , ...formats]) => formats.includes(format))
  return teller !== undefined && GROUPED.has(teller[1]) ? teller.slice(2) : []
}

/** Their answers and exports are grouped as one asks. DeepSeek's and LiteLLM's are always grouped alike. */
const GROUPED = new Set(['openai', 'anthropic-console', 'anthropic-report', 'openrouter', 'vercel'])

/** A format that is not listed is a log of its own. */
export function tellerOf(format: string): Teller {
  return BY_FORMAT.get(format) ?? { name: format, tells: 'some', agent: AGENTS.get(format) ?? null }
}
