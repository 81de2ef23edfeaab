/**
 * OpenRouter's API: GET /api/v1/activity (daily rows) and /api/v1/generation (one call). Native token counts are what is
 * billed; `usage` and `total_cost` are the same money. Activity does not tell what was cached.
 */
import { DAY_MS } from '../../time/instant'
import type { ReportedCost, UsageRecord } from '../../usage/record'
import { buildRecord, otherMeters, promptOf, sortedTags, textOrNull, withinTotal } from '../build-record'
import type { JsonDialect } from '../dialect'
import { bucketIdentity, providerIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, objectAt, openObjects } from '../json-rows'
import { durationMs } from '../response'
import { countIn, estimatedAmountOf, stop } from '../value'
import { costTold } from './openrouter-activity-csv'

export const openrouterApi: JsonDialect = {
  kind: 'json',
  id: 'openrouter-api',
  title: 'OpenRouter API',
  recognisedBy: 'Activity rows with model_permaslug and prompt_tokens, or generations with native_tokens_prompt.',
  envelopes: ['data'],
  recognise(value) {
    if (!isObject(value)) return null
    if (generationOf(value) !== null) return 'generation'
    return 'model_permaslug' in value && 'prompt_tokens' in value && 'date' in value ? 'activity' : null
  },
  open: (options) =>
    openObjects(options, (object, reading) => {
      const generation = generationOf(object)
      return [generation === null ? activityRecord(object, reading) : generationRecord(generation, reading)]
    }),
}

/** A generation stands alone or under `data`. */
function generationOf(value: JsonObject): JsonObject | null {
  const inner = objectAt(value, 'data')
  if (inner !== null && 'native_tokens_prompt' in inner) return inner
  return 'native_tokens_prompt' in value ? value : null
}

function generationRecord(generation: JsonObject, { instants }: JsonReading): UsageRecord {
  const id = textOrNull(generation.id)
  if (id === null) return stop('MISSING_VALUE', 'id', 'id is empty.', 'Save the whole generation.')
  // Vercel's gateway answers in the same form: its ids begin with "gen_", OpenRouter's with "gen-".
  const host = id.startsWith('gen_') ? 'vercel' : 'openrouter'
  const model = modelOf(generation)
  const none = 0n
  const count = (...names: readonly string[]) => {
    for (const name of names) {
      const value = countIn(generation[name], name)
      if (value !== null) return value
    }
    return none
  }
  const prompt = count('native_tokens_prompt', 'tokens_prompt')
  const output = count('native_tokens_completion', 'tokens_completion')
  const cached = count('native_tokens_cached')
  const reasoning = count('native_tokens_reasoning')
  const images = count('native_tokens_completion_images')
  withinTotal(cached, prompt, 'native_tokens_cached', 'native_tokens_prompt')
  withinTotal(reasoning, output, 'native_tokens_reasoning', 'native_tokens_completion')
  withinTotal(images, output - reasoning, 'native_tokens_completion_images', 'native_tokens_completion')
  const quantities = {
    input: prompt - cached,
    cacheRead: cached,
    cacheWrite5m: none,
    cacheWrite1h: none,
    output: output - images,
    reasoning,
    other: otherMeters([['output_image', images]]),
  }
  return buildRecord({
    identity: providerIdentity(host, id),
    startMs: instants.require(generation.created_at, 'created_at'),
    host,
    model,
    user: textOrNull(generation.external_user),
    serviceTier:
      textOrNull(generation.service_tier)
        ?.toLowerCase()
        .replace(/^(default|auto)$/, 'standard') ?? 'standard',
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    status: generation.cancelled === true ? 'cancelled' : generation.finish_reason === 'error' ? 'error' : 'ok',
    latencyMs: durationMs(generation.generation_time, 'ms'),
    reportedCost:
      generation.is_byok === true
        ? costOf(generation.upstream_inference_cost, 'upstream_inference_cost', 'byok_upstream')
        : costOf(generation.total_cost ?? generation.usage, 'total_cost', 'billed'),
    tags: sortedTags([[`${host}.provider`, textOrNull(generation.provider_name) ?? '']]),
  })
}

function activityRecord(row: JsonObject, { instants }: JsonReading): UsageRecord {
  const startMs = instants.require(row.date, 'date')
  const model = modelOf(row)
  const none = 0n
  const output = countIn(row.completion_tokens, 'completion_tokens') ?? none
  const reasoning = countIn(row.reasoning_tokens, 'reasoning_tokens') ?? none
  withinTotal(reasoning, output, 'reasoning_tokens', 'completion_tokens')
  const text = (name: string) => textOrNull(row[name]) ?? ''
  return buildRecord({
    identity: bucketIdentity('openrouter-activity', String(startMs), model, text('endpoint_id'), text('workspace_id')),
    startMs,
    endMs: startMs + DAY_MS,
    host: 'openrouter',
    model,
    project: textOrNull(row.workspace_id),
    requests: countIn(row.requests, 'requests'),
    quantities: {
      input: countIn(row.prompt_tokens, 'prompt_tokens') ?? none,
      cacheRead: none,
      cacheWrite5m: none,
      cacheWrite1h: none,
      output,
      reasoning,
      other: null,
    },
    reportedCost: costTold(
      estimatedAmountOf(row.usage, 'usage'),
      estimatedAmountOf(row.byok_usage_inference, 'byok_usage_inference'),
    ),
    tags: sortedTags([
      ['openrouter.provider', text('provider_name')],
      ['tokentab.cache_split', 'unknown'],
    ]),
  })
}

function modelOf(object: JsonObject): string {
  const model = textOrNull(object.model_permaslug) ?? textOrNull(object.model)
  return model ?? stop('MISSING_MODEL', 'model', 'model is empty.', 'Save the whole answer of the API.')
}

function costOf(value: unknown, path: string, kind: ReportedCost['kind']): ReportedCost | null {
  const amount = estimatedAmountOf(value, path)
  return amount === null ? null : { amount, currency: 'USD', kind }
}
