/**
 * Log events by which coding agents tell one model call each, outside the GenAI conventions:
 *
 * - Claude Code, `claude_code.api_request` (named `api_request` in its attributes): input excludes the cache; how long a
 *   written cache lives is not told. https://code.claude.com/docs/en/monitoring-usage, read 2026-11-29.
 * - Codex, `codex.sse_event` of kind `response.completed`: the usage of a response as the API tells it, so input includes
 *   tokens read from and written to a cache and output includes reasoning; `tool_token_count` is the total of all.
 *   github.com/openai/codex, codex-rs/otel/src/events/session_telemetry.rs, read 2026-11-29.
 * - Gemini CLI, `gemini_cli.api_response`: usage as generateContent tells it, so input includes cached tokens, thoughts
 *   and tokens of tool use stand beside. github.com/google-gemini/gemini-cli, packages/core/src/telemetry/types.ts,
 *   read 2026-11-29.
 *
 * Each of the three tells the same call again in spans, Gemini CLI in a second event too, and with less: cached tokens
 * and thoughts or the model are missing. Those are left out (`isRetold`; Claude Code's follow no convention), so that a
 * call counts once whatever is sent.
 */
import type { Quantities, UsageRecord } from '../usage/record'
import { buildRecord, promptOf, sortedTags, textOrNull, UNKNOWN_MODEL, withinTotal } from './build-record'
import { claudeHost } from './claude-host'
import { providerIdentity } from './identity'
import type { JsonValue } from './json'
import type { JsonReading } from './json-rows'
import { AGENT_TAG, type Agent } from './teller'
import { countIn, estimatedAmountOf, plainText } from './value'

type Attributes = ReadonlyMap<string, JsonValue>

interface AgentEvent {
  readonly source: Agent
  readonly quantities: (count: (name: string) => bigint) => Quantities
}

const NONE = 0n

const CLAUDE_CODE: AgentEvent = {
  source: 'claude-code',
  quantities: (count) => ({
    input: count('input_tokens'),
    cacheRead: count('cache_read_tokens'),
    cacheWrite5m: count('cache_creation_tokens'),
    cacheWrite1h: NONE,
    output: count('output_tokens'),
    reasoning: NONE,
    other: null,
  }),
}

const CODEX: AgentEvent = {
  source: 'codex',
  quantities(count) {
    const [input, cached] = [count('input_token_count'), count('cached_token_count')]
    const written = count('cache_write_token_count')
    const [output, reasoning] = [count('output_token_count'), count('reasoning_token_count')]
    withinTotal(cached, input, 'cached_token_count', 'input_token_count')
    withinTotal(written, input - cached, 'cache_write_token_count', 'the input that was not cached')
    withinTotal(reasoning, output, 'reasoning_token_count', 'output_token_count')
    return {
      input: input - cached - written,
      cacheRead: cached,
      cacheWrite5m: written,
      cacheWrite1h: NONE,
      output,
      reasoning,
      other: null,
    }
  },
}

const GEMINI_CLI: AgentEvent = {
  source: 'gemini-cli',
  quantities(count) {
    const [input, cached] = [count('input_token_count'), count('cached_content_token_count')]
    const thoughts = count('thoughts_token_count')
    withinTotal(cached, input, 'cached_content_token_count', 'input_token_count')
    return {
      input: input - cached + count('tool_token_count'),
      cacheRead: cached,
      cacheWrite5m: NONE,
      cacheWrite1h: NONE,
      output: count('output_token_count') + thoughts,
      reasoning: thoughts,
      other: null,
    }
  },
}

/** The event of an agent that these attributes are of, when it tells the tokens of a call; else null. */
export function agentEventOf(attributes: Attributes): AgentEvent | null {
  const name = attributes.get('event.name')
  if (name === 'claude_code.api_request') return attributes.has('input_tokens') ? CLAUDE_CODE : null
  // A name that others may use too: with these beside it, it is Claude Code's.
  if (name === 'api_request') {
    return attributes.has('cache_creation_tokens') && attributes.has('cost_usd') ? CLAUDE_CODE : null
  }
  if (name === 'codex.sse_event') return attributes.has('input_token_count') ? CODEX : null
  return name === 'gemini_cli.api_response' && attributes.has('input_token_count') ? GEMINI_CLI : null
}

/** True for what tells a call again that an event of an agent's tells in full. */
export function isRetold(attributes: Attributes): boolean {
  return (
    attributes.get('service.name') === 'gemini-cli' ||
    attributes.get('gen_ai.agent.name') === 'gemini-cli' ||
    attributes.has('codex.usage.total_tokens')
  )
}

export function agentRecord(
  event: AgentEvent,
  attributes: Attributes,
  loggedNano: JsonValue,
  { instants, contents, options }: JsonReading,
): UsageRecord {
  const text = (name: string) => textOrNull(attributes.get(name))
  const count = (name: string) => countIn(attributes.get(name), name) ?? NONE
  const { source } = event
  const told = text('event.timestamp')
  const loggedMs = instants.require(told ?? loggedNano, told === null ? 'timeUnixNano' : 'event.timestamp')
  const latencyMs = durationOf(attributes.get('duration_ms'))
  const startMs = loggedMs - (latencyMs ?? 0)
  const quantities = event.quantities(count)
  const model = text('model') ?? UNKNOWN_MODEL
  const cost = source === 'claude-code' ? estimatedAmountOf(attributes.get('cost_usd') ?? '', 'cost_usd') : null
  const request = text('request_id')
  const session = text('session.id') ?? text('conversation.id')
  const { input, cacheRead, cacheWrite5m, output, reasoning } = quantities
  const counts = [input, cacheRead, cacheWrite5m, output, reasoning].join(' ')
  return buildRecord({
    identity:
      request !== null
        ? providerIdentity(`${source}-request`, request)
        : session !== null
          ? // A session that is resumed numbers its events anew, so the number alone names none.
            providerIdentity(`${source}-event`, session, String(loggedMs), text('event.sequence') ?? '', model, counts)
          : contents.identity(`${source}-event`, String(loggedMs), model, counts),
    startMs,
    host: options.host ?? hostOf(event, attributes, model),
    model,
    project: text('service.name'),
    user: text('user.email')?.split('@')[0] ?? text('user.account_uuid') ?? text('user.account_id') ?? text('user.id'),
    speed: text('speed') === 'fast' ? 'fast' : null,
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    latencyMs,
    tags: sortedTags([[AGENT_TAG, source]]),
    reportedCost: cost === null ? null : { amount: cost, currency: 'USD', kind: 'estimated' },
  })
}

/** Milliseconds, as a number or as text; null for what is neither, because a call is no less real without it. */
function durationOf(value: JsonValue | undefined): number | null {
  const whole = /^(\d{1,9})(\.\d+)?$/.exec(plainText(value ?? ''))
  return whole === null ? null : Number.parseInt(whole[1] as string, 10)
}

function hostOf({ source }: AgentEvent, attributes: Attributes, model: string): string {
  if (source === 'gemini-cli') return attributes.get('auth_type') === 'vertex-ai' ? 'vertex' : 'google'
  return source === 'codex' ? 'openai' : claudeHost(model, null)
}
