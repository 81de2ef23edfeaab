/**
 * What people say to models, and models to tools, holds what no name or count may: an image of megabytes, a NUL of a
 * binary file, half of a character that a tool cut. None of it is read or stored, so no call is lost for it: such texts
 * are taken out of a record that was refused, and the rest is read.
 */
import type { Result } from '../result'
import type { JsonValue } from './json'
import { type JsonFault, JsonStop, MAX_JSON_STRING } from './json-fault'
import { unescaped } from './json-text'
import { isContentPath } from './redact'

/** Keys of images, files and the traffic of tools, beside those of messages; a span's message is the value of an attribute. */
const MEDIA = new Set([
  'aggregated_output',
  'b64_json',
  'base64',
  'data',
  'encrypted_content',
  'formatted_output',
  'image_url',
  'lines',
  'newstring',
  'new_string',
  'oldstring',
  'old_string',
  'originalfile',
  'signature',
  'stderr',
  'stdout',
  'stringvalue',
  'thought',
  'tooluseresult',
  'url',
])

/** Parses a record; texts of messages that are no texts are left empty. */
export function parseRecord(
  text: string,
  parse: (text: string) => Result<JsonValue, JsonFault>,
): Result<JsonValue, JsonFault> {
  const parsed = parse(text)
  if (parsed.ok) return parsed
  const rest = withoutBadMessages(text)
  const again = rest === null ? parsed : parse(rest)
  // Where it is refused all the same, the place is that in the text as it is.
  return again.ok ? again : parsed
}

/** The text with every message emptied that is refused for what it says; null when there is none. */
function withoutBadMessages(text: string): string | null {
  const kept: string[] = []
  let keptTo = 0
  let key = ''
  for (let start = text.indexOf('"'); start >= 0; ) {
    const end = endOfText(text, start)
    if (end < 0) return null
    const isKey = /^\s*:/.test(text.slice(end, end + 64))
    if (isKey) key = text.slice(start + 1, end - 1)
    else if (isMessage(key) && isBad(text, start, end)) {
      kept.push(text.slice(keptTo, start), '""')
      keptTo = end
    }
    start = text.indexOf('"', end)
  }
  return keptTo === 0 ? null : kept.join('') + text.slice(keptTo)
}

/** The place after the quote that closes the text; −1 when none does. */
function endOfText(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  for (; end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === 92) slashes += 1
    if (slashes % 2 === 0) return end + 1
  }
  return -1
}

function isMessage(key: string): boolean {
  return isContentPath(key) || MEDIA.has(key.toLowerCase())
}

function isBad(text: string, start: number, end: number): boolean {
  if (end - start - 2 > MAX_JSON_STRING) return true
  try {
    unescaped(text.slice(start, end), start)
    return false
  } catch (fault) {
    if (fault instanceof JsonStop) return true
    throw fault
  }
}
