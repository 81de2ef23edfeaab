/** Errors that a server answered with and that were saved in place of an export. */
import { isObject } from './json'
import { quoted, refuse } from './reject'

/** What a server said instead of an answer; null for anything else, records of calls that failed among it. */
export function errorTold(value: unknown): string | null {
  if (!isObject(value) || Object.keys(value).length > 4 || 'model' in value) return null
  const [first] = Array.isArray(value.errors) ? value.errors : []
  const error = value.error ?? (value.success === false ? first : null)
  const told = isObject(error) ? (error.message ?? error.type ?? error.code) : error
  return typeof told === 'string' ? told : null
}

/** Keys of an answer that tells of nothing but an error. */
const ERROR_KEYS = new Set(
  '__type code detail documentation_url error message request_id requestid status statuscode success title type'.split(
    ' ',
  ),
)

/** The text of an error that stands under no key of that name; of a document that is alone in its file. */
export function soleError(value: unknown): string | null {
  if (!isObject(value) || !Object.keys(value).every((key) => ERROR_KEYS.has(key.toLowerCase()))) return null
  const told = value.message ?? value.detail ?? value.title
  return typeof told === 'string' ? told : null
}

const XML = /^\s*<(?:\?xml|error)\b/i
const XML_MESSAGE = /<message>([^<]+)<\/message>/i

/** What is said of XML, which no format is: the error that it tells, or null for what is no XML. */
export function xmlFault(text: string) {
  if (!XML.test(text)) return null
  const told = XML_MESSAGE.exec(text)?.[1]
  if (told !== undefined) return answeredError(told)
  return refuse(
    'UNSUPPORTED_TYPE',
    'The file is not a usage log in text form: it looks like XML.',
    'Export CSV, JSON or JSON Lines instead.',
  )
}

export function answeredError(told: string) {
  return refuse(
    'UNKNOWN_FORMAT',
    `The file is no log but an error that a server answered with: ${quoted(told)}.`,
    'Ask the server again with a valid key and request, and import what it answers.',
  )
}
