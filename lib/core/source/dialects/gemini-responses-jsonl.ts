/**
 * Logs of Gemini's generateContent responses: the prompt includes the cached part, candidates exclude thoughts, which
 * are added to the output as reasoning; tool-use prompt tokens stand beside the prompt. The parts of a stream carry one id, each
 * with what was counted so far; before 2025-04 they carried none, and all but the last are known by having no finish reason.
 * Interactions (`../gemini-interactions`) are read by the same rules.
 */
import { ok } from '../../result'
import { textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { Interactions, interactionOf } from '../gemini-interactions'
import { isObject, type JsonObject, type JsonValue } from '../json'
import { type JsonReading, listAt, objectAt, openObjects } from '../json-rows'
import { type LoggedResponse, loggedHost, loggedResponse, responseRecord, responseTime, usageOf } from '../response'
import { countIn, readRow, stop } from '../value'

export const geminiResponsesJsonl: JsonDialect = {
  kind: 'json',
  id: 'gemini-responses-jsonl',
  title: 'Gemini responses',
  recognisedBy: 'Response objects with usageMetadata, interactions, or the events of their streams.',
  envelopes: [],
  recognise(value) {
    const interaction = interactionOf(value)
    if (interaction !== null) return interaction.isOne ? 'interactions' : null
    const body = loggedResponse(value)?.body
    return isObject(body?.usageMetadata ?? body?.usage_metadata) ? '1' : null
  },
  open: (options) => new WholeStreams(openRows(options)),
}

function openRows(options: ReadOptions): RowReader<unknown> {
  const interactions = new Interactions()
  const rows = openObjects(options, (object, reading) => {
    const interaction = interactionOf(object)
    if (interaction !== null) {
      const whole = interactions.take(interaction)
      return whole === null ? [] : [recordOf(whole, reading)]
    }
    const found = loggedResponse(object)
    const logged = found === null ? null : { ...found, body: camelCased(found.body), batch: isBatchLine(object) }
    if (logged === null || !isObject(logged.body.usageMetadata)) {
      return stop('NO_USAGE', 'usageMetadata', 'The response has no usageMetadata.', 'Log the last part of a stream.')
    }
    return [recordOf(logged, reading)]
  })
  return { ...rows, finish: () => interactions.outcomes() }
}

function recordOf(logged: LoggedResponse, { instants, contents, options }: JsonReading) {
  const model = textOrNull(logged.body.modelVersion) ?? textOrNull(logged.outer.model) ?? UNKNOWN_MODEL
  const usage = usageOf('google.generateContent', logged.body.usageMetadata, model)
  const host = options.host ?? loggedHost(logged) ?? 'google'
  const time = responseTime(instants, logged)
  const body = { ...logged.body, id: logged.body.responseId ?? logged.body.id ?? null }
  // The parts of a stream repeat the id, and each counts what the ones before it did.
  const facts = { ...time, host, model, latencyMs: null, grows: true }
  return responseRecord({ ...logged, body }, usage, facts, contents)
}

interface Part {
  readonly value: unknown
  readonly model: string | null
  readonly prompt: bigint
  readonly output: bigint
}

/** Leaves out a part of a stream without an id where the next one goes on from it. */
class WholeStreams implements RowReader<unknown> {
  readonly #rows: RowReader<unknown>
  #last: Part | null = null
  readonly #cut: RowOutcome[] = []

  constructor(rows: RowReader<unknown>) {
    this.#rows = rows
  }

  note() {
    return this.#rows.note?.() ?? null
  }

  read(value: unknown): RowOutcome {
    const part = partOf(value)
    const last = this.#last
    this.#last = null
    if (last !== null && (part === null || !goesOn(last, part))) this.#cut.push(this.#rows.read(last.value))
    if (part === null || part.isLast) return this.#rows.read(value)
    this.#last = part
    return ok([])
  }

  /** A stream that was cut: what it had counted until then is real. */
  *ready(): Generator<RowOutcome, void, undefined> {
    yield* this.#cut.splice(0)
  }

  *finish(): Generator<RowOutcome, void, undefined> {
    yield* this.#cut.splice(0)
    if (this.#last !== null) yield this.#rows.read(this.#last.value)
    this.#last = null
    yield* this.#rows.finish?.() ?? []
  }
}

/** A response without an id; null for other values, and where its counts cannot be compared. */
function partOf(value: unknown): (Part & { readonly isLast: boolean }) | null {
  const found = loggedResponse(value)
  // Who writes a line about an answer writes it once.
  if (found === null || found.outer !== found.body) return null
  const body = camelCased(found.body)
  const usage = objectAt(body, 'usageMetadata')
  const candidates = listAt(body, 'candidates')
  if (usage === null || candidates.length === 0 || (body.responseId ?? body.id ?? null) !== null) return null
  const count = (name: string) => countIn(usage[name], name) ?? 0n
  const counted = readRow(() => [
    count('promptTokenCount'),
    count('candidatesTokenCount') + count('thoughtsTokenCount'),
  ])
  if (!counted.ok) return null
  const [prompt = 0n, output = 0n] = counted.value
  const isLast = candidates.some(
    (one) => textOrNull(objectAt(one)?.finishReason ?? objectAt(one)?.finish_reason) !== null,
  )
  return { value, model: textOrNull(body.modelVersion), prompt, output, isLast }
}

function goesOn(from: Part, part: Part): boolean {
  return part.model === from.model && part.prompt === from.prompt && part.output >= from.output
}

/** A line of a batch job's output: {key, response} by the Gemini API, with status and processed_time by Vertex AI. */
function isBatchLine(line: JsonObject): boolean {
  const keys = Object.keys(line)
  if (keys.includes('processed_time') && keys.includes('status')) return true
  return keys.includes('key') && keys.includes('response') && keys.length === 2
}

/** The Python client writes "usage_metadata" and "prompt_token_count". What people wrote is not looked at. */
function camelCased(body: JsonObject): JsonObject {
  if (!isObject(body.usage_metadata)) return body
  return {
    ...body,
    usageMetadata: camelKeys(body.usage_metadata),
    modelVersion: body.model_version ?? body.modelVersion ?? null,
    responseId: body.response_id ?? body.responseId ?? null,
    createTime: body.create_time ?? body.createTime ?? null,
  }
}

function camelKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(camelKeys)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      camelKeys(inner),
    ]),
  )
}
