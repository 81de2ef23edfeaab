/**
 * Rows as they may be shown and stored beside a reject: at most 2 kB, and without what people wrote to a model or a
 * model to them. Names and numbers stay, so that the fault can be found.
 */
import { cellsOf, type Delimiter } from './csv'
import { isObject, type JsonValue, parseJson } from './json'

const MAX_RAW_CHARS = 2_000
const MAX_TEXT_CHARS = 200

/** Keys whose values are prompts, answers or tool traffic wherever they occur. */
const CONTENT = new Set([
  'arguments',
  'choices',
  '@message',
  'chat_history',
  'completion',
  'content',
  'delta',
  'documents',
  'embedding',
  'generated_text',
  'input',
  'inputbodyjson',
  'inputs',
  'instructions',
  'messages',
  'output',
  'output_text',
  'outputbodyjson',
  'parts',
  'prompt',
  'query',
  'reasoning',
  'reasoning_content',
  'refusal',
  'request',
  'request_body',
  'response',
  'response_body',
  'result',
  'system',
  'text',
  'thinking',
  'tools',
  'transcript',
  'transcription',
])

/** Columns of tables that hold messages. */
const CONTENT_COLUMNS = new Set([...CONTENT, 'proxy_server_request', 'comments', 'statusmessage'])

/** Places of the columns that hold messages. */
export function contentPlaces(header: readonly string[]): readonly number[] {
  return header.flatMap((name, place) => (CONTENT_COLUMNS.has(name) ? [place] : []))
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
  if (parsed?.ok && typeof parsed.value === 'object') return cut(JSON.stringify(withoutContent(parsed.value), asText))
  // Not JSON: blank every text that follows a content key, and every long text.
  const blanked = text
    .slice(0, 65_536)
    .replace(/"((?:[^"\\]|\\.)*)"(\s*:\s*)"(?:[^"\\]|\\.)*("|$)/g, (pair, key: string, colon: string) =>
      CONTENT.has(key.toLowerCase()) || pair.length > MAX_TEXT_CHARS
        ? `"${key.slice(0, 60)}"${colon}"[removed]"`
        : pair,
    )
    .replace(/"(?:[^"\\]|\\.)*("|$)/g, (field) => (field.length > MAX_TEXT_CHARS ? '"[removed]"' : field))
  return cut(blanked)
}

export function shownValue(value: JsonValue): string {
  return cut(JSON.stringify(withoutContent(value), asText))
}

function withoutContent(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.length > MAX_TEXT_CHARS ? `[${value.length} characters removed]` : value
  if (Array.isArray(value)) return value.map(withoutContent)
  if (value instanceof Map) return withoutContent(Object.fromEntries(value) as JsonValue)
  if (!isObject(value)) return value
  const kept = Object.create(null) as Record<string, JsonValue>
  for (const [key, inner] of Object.entries(value)) {
    // Counters such as {"input": 5} keep their numbers; `output: {outputTokenCount}` keeps its numbers too.
    const hidden = CONTENT.has(key.toLowerCase()) && typeof inner !== 'number' && typeof inner !== 'bigint'
    kept[key] = hidden && !isObject(inner) && inner !== null && !isDigits(inner) ? '[removed]' : withoutContent(inner)
  }
  return kept
}

function isDigits(value: JsonValue): boolean {
  return typeof value === 'string' && /^[\d.eE+-]{1,40}$/.test(value)
}

function asText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

function cut(text: string, longest = MAX_RAW_CHARS): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`
}
