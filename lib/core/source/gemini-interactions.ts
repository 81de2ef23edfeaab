/**
 * Gemini's Interactions API: the counts of generateContent under other names, here brought under those of generateContent.
 * Input includes what was cached; output excludes thoughts, and prompts of tools stand beside the input: the total is the sum of all
 * four. Streams are events by name (`event_type`); the last one holds the interaction with its usage.
 * https://ai.google.dev/api/interactions-api (checked 2026-11-29).
 */
import { textOrNull } from './build-record'
import { eventOf } from './event-stream'
import { isObject, type JsonObject, type JsonValue } from './json'
import { listAt, objectAt } from './json-rows'
import { type LoggedResponse, loggedResponse } from './response'
import { UncountedStreams } from './uncounted-streams'

export interface Interaction {
  readonly id: string | null
  /** It is an interaction, or an event that tells of one as a whole; not one of its steps. */
  readonly isOne: boolean
  /** What is told of the interaction, its usage by the names of generateContent; null for an event of a step. */
  readonly logged: LoggedResponse | null
}

const EVENT = /^(interaction|step|content)\.[a-z_]+$/

/** Null for what is no interaction and no event of one. */
export function interactionOf(value: unknown): Interaction | null {
  if (!isObject(value)) return null
  const found = loggedResponse(value)
  const { event, outer } = eventOf(found?.body ?? value)
  const name = EVENT.exec(textOrNull(event.event_type) ?? '')
  const told = name === null ? event : objectAt(event, 'interaction')
  if (name === null && event.object !== 'interaction' && !isUsage(event.usage)) return null
  const isOne = name === null || name[1] === 'interaction'
  if (told === null) return { id: textOrNull(event.interaction_id), isOne, logged: null }
  const { usage, ...rest } = told
  // Agents (deep research) name no model.
  const named = { ...rest, modelVersion: told.model ?? told.agent ?? null }
  const body = isObject(usage) ? { ...named, usageMetadata: asGenerateContent(usage) } : named
  const around = found === null || found.outer === found.body ? outer : found.outer
  return {
    id: textOrNull(told.id),
    isOne,
    logged: { body, outer: around === event ? body : around, batch: found?.batch ?? false },
  }
}

/** Streams at once of which the beginning is kept. */
const MOST = 1_000

/** Interactions of a file, of which some come as events of streams: the first has the model and the time, the last the usage. */
export class Interactions {
  readonly #uncounted = new UncountedStreams()
  readonly #begun = new Map<string, JsonObject>()

  /** The interaction whose usage is told here; null for any other part of a stream. */
  take({ id, logged }: Interaction): LoggedResponse | null {
    if (logged === null) return null
    const { body, outer } = logged
    if (!isObject(body.usageMetadata)) {
      this.#uncounted.part(id)
      if (id !== null && this.#begun.size < MOST) this.#begun.set(id, body)
      return null
    }
    this.#uncounted.whole(id)
    const begun = id === null ? undefined : this.#begun.get(id)
    if (id === null || begun === undefined) return logged
    this.#begun.delete(id)
    const told = Object.entries(body).filter(([, value]) => value !== null)
    const whole = { ...begun, ...Object.fromEntries(told) }
    return { ...logged, body: whole, outer: outer === body ? whole : outer }
  }

  outcomes() {
    return this.#uncounted.outcomes()
  }
}

function isUsage(usage: unknown): boolean {
  return isObject(usage) && 'total_input_tokens' in usage && 'total_output_tokens' in usage
}

const COUNTS = [
  ['total_input_tokens', 'promptTokenCount'],
  ['total_cached_tokens', 'cachedContentTokenCount'],
  ['total_output_tokens', 'candidatesTokenCount'],
  ['total_thought_tokens', 'thoughtsTokenCount'],
  ['total_tool_use_tokens', 'toolUsePromptTokenCount'],
  ['total_tokens', 'totalTokenCount'],
] as const

const MODALITIES = [
  ['input_tokens_by_modality', 'promptTokensDetails'],
  ['cached_tokens_by_modality', 'cacheTokensDetails'],
  ['output_tokens_by_modality', 'candidatesTokensDetails'],
  ['tool_use_tokens_by_modality', 'toolUsePromptTokensDetails'],
] as const

function asGenerateContent(usage: JsonObject): JsonObject {
  const counts = COUNTS.map(([name, known]) => [known, usage[name] ?? null] as const)
  const details = MODALITIES.map(([name, known]) => [known, listAt(usage, name).map(asCount)] as const)
  return Object.fromEntries([...counts, ...details]) as JsonObject
}

function asCount(item: JsonValue): JsonValue {
  return isObject(item) ? { modality: item.modality ?? null, tokenCount: item.tokens ?? null } : item
}
