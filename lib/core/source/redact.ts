/**
 * Rows as they may be shown and stored beside a reject: at most 2 kB, and without what people wrote to a model or a
 * model to them. Names and numbers stay, so that the fault can be found.
 */
import { cellsOf, type Delimiter } from './csv'
import { isObject, type JsonValue, parseJson } from './json'
import { jsonText } from './value'

const MAX_RAW_CHARS = 2_000
const MAX_TEXT_CHARS = 200

/** Keys whose values are prompts, answers or tool traffic wherever they occur. */
const CONTENT = new Set([
  'arguments',
  'choices',
  '@message',
  'answer',
  'assistant_message',
  'chat_history',
  'completion',
  'completion_text',
  'content',
  'delta',
  'documents',
  'embedding',
  'generated_text',
  'input',
  'input_text',
  'inputbodyjson',
  'inputs',
  'instructions',
  'message',
  'messages',
  'output',
  'output_text',
  'outputbodyjson',
  'parts',
  'prompt',
  'prompt_text',
  'query',
  'question',
  'reasoning',
  'reasoning_content',
  'refusal',
  'request',
  'request_body',
  'response',
  'response_body',
  'response_text',
  'result',
  'system',
  'system_prompt',
  'text',
  'thinking',
  'tools',
  'transcript',
  'transcription',
  'user_input',
  'user_message',
  'user_prompt',
])

/**
 * Last names of attributes of telemetry whose text may be shown. Everybody gives attributes names of their own, under which
 * prompts stand too ("gen_ai.prompt.0.content", "input.value"), so that no list of those would ever be whole.
 */
const SHOWN_ATTRIBUTES = new Set([
  'id',
  'kind',
  'model',
  'model_name',
  'name',
  'provider',
  'region',
  'service_tier',
  'session',
  'source',
  'speed',
  'system',
  'timestamp',
  'type',
  'version',
])

/** Columns of tables that hold messages. */
const CONTENT_COLUMNS = new Set([...CONTENT, 'message', 'proxy_server_request', 'comments', 'statusmessage'])

/** Places of the columns that hold messages. */
export function contentPlaces(header: readonly string[]): readonly number[] {
  return header.flatMap((name, place) => (CONTENT_COLUMNS.has(name) ? [place] : []))
}

/** True for a column or path ("request.body") that holds messages: by its last name, whatever its case. */
export function isContentPath(path: string): boolean {
  return CONTENT_COLUMNS.has(lastNameOf(path))
}

/** True for a path that lies in messages: what is no number there may be what was said. */
export function liesInContent(path: string): boolean {
  return path.split('.').some((name) => CONTENT_COLUMNS.has(name.toLowerCase()))
}

/** A row as text; in a table with messages its cells, those of messages blanked, or nothing when they cannot be told apart. */
export function shownCsv(
  text: string,
  delimiter: Delimiter,
  table: { readonly width: number; readonly content: readonly number[] },
): string {
  if (table.content.length > 0) {
    const cells = cellsOf(text.slice(0, 1_048_576), delimiter)
    if (cells.length !== table.width) return `[${text.length} characters of a table with messages removed]`
    const shown = cells.map((cell, place) => (table.content.includes(place) && cell !== '' ? '[removed]' : cell))
    return cut(shown.map((cell) => cut(cell, MAX_TEXT_CHARS)).join(delimiter))
  }
  if (text.length <= MAX_TEXT_CHARS) return text
  const shortened = text
    .slice(0, 65_536)
    .replace(/"(?:[^"]|"")*("|$)/g, (field) =>
      field.length > MAX_TEXT_CHARS ? `"[${field.length} characters removed]"` : field,
    )
  return cut(shortened)
}

export function shownJson(text: string): string {
  const parsed = text.length > 1_048_576 ? null : parseJson(text)
  if (parsed?.ok && typeof parsed.value === 'object') return cut(jsonText(withoutContent(parsed.value)))
  const begin = text.slice(0, 65_536)
  // Without quotes nothing tells where a message begins.
  return /^\s*[[{]/.test(begin) ? cut(begin.replace(TEXTS, blanked)) : cut(begin, MAX_TEXT_CHARS)
}

/** Texts in either quotes, the last perhaps cut off, and beside a name its value. */
const TEXT = String.raw`"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$)`
const TEXTS = new RegExp(`(${TEXT})(\\s*:)?(\\s*)(${TEXT})?`, 'g')

/**
 * Of what is not JSON, as cut lines and printed Python are: names stay, and values that are short and of no content key.
 * A text that is neither stands in a list, which may be one of messages.
 */
function blanked(_all: string, first: string, colon: string | undefined, space: string, second: string | undefined) {
  if (colon === undefined) return `"[removed]"${space}${second === undefined ? '' : '"[removed]"'}`
  const name = first.length > MAX_TEXT_CHARS ? '"[removed]"' : first
  if (second === undefined) return `${name}${colon}${space}`
  const key = first.slice(1, -1).toLowerCase()
  // Of an attribute of OpenTelemetry: its name, which tells what it is, stands elsewhere.
  const hidden = second.length > MAX_TEXT_CHARS || CONTENT.has(key) || key === 'stringvalue'
  return `${name}${colon}${space}${hidden ? '"[removed]"' : second}`
}

export function shownValue(value: JsonValue): string {
  return cut(jsonText(withoutContent(value)))
}

function withoutContent(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.length > MAX_TEXT_CHARS ? `[${value.length} characters removed]` : value
  if (Array.isArray(value)) return value.map(withoutContent)
  if (value instanceof Map) return withoutContent(shownAttributes(value))
  if (!isObject(value)) return value
  const kept = Object.create(null) as Record<string, JsonValue>
  for (const [key, inner] of Object.entries(value)) {
    // Counters such as {"input": 5} keep their numbers; `output: {outputTokenCount}` keeps its numbers too.
    const hidden = CONTENT.has(key.toLowerCase()) && typeof inner !== 'number' && typeof inner !== 'bigint'
    kept[key] = hidden && !isObject(inner) && inner !== null && !isDigits(inner) ? '[removed]' : withoutContent(inner)
  }
  return kept
}

function shownAttributes(attributes: ReadonlyMap<string, JsonValue>): JsonValue {
  const shown = Object.create(null) as Record<string, JsonValue>
  for (const [key, value] of attributes) {
    const isShown = typeof value !== 'string' || isDigits(value) || SHOWN_ATTRIBUTES.has(lastNameOf(key))
    shown[key] = isShown ? value : '[removed]'
  }
  return shown
}

function lastNameOf(path: string): string {
  return (path.split('.').at(-1) ?? path).toLowerCase()
}

function isDigits(value: JsonValue): boolean {
  return typeof value === 'string' && /^[\d.eE+-]{1,40}$/.test(value)
}

function cut(text: string, longest = MAX_RAW_CHARS): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`
}
