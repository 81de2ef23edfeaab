/**
 * JSON text to values without losing anything that counts. Safe integers are numbers, longer integers are bigint, and
 * every other number is its source text ("0.1", "1e5"): money and token counts are read from text, never from a float.
 * Objects have no prototype, so "__proto__" and "constructor" are keys like any other. A key given twice is refused,
 * because keeping either value could be the wrong amount.
 */
import { err, ok, type Result } from '../result'

export type JsonValue = null | boolean | number | bigint | string | JsonArray | JsonObject
export type JsonArray = readonly JsonValue[]
export interface JsonObject {
  readonly [key: string]: JsonValue
}

export const MAX_JSON_DEPTH = 64
export const MAX_JSON_KEYS = 10_000
/** Longest string value, in characters. */
export const MAX_JSON_STRING = 1_048_576

export type JsonFaultCode = 'BAD_JSON' | 'DUPLICATE_KEY' | 'TOO_DEEP' | 'NUL_BYTE'

export interface JsonFault {
  readonly code: JsonFaultCode
  readonly message: string
  readonly remedy: string
  /** Position in the text, in characters. */
  readonly at: number
}

export function parseJson(text: string): Result<JsonValue, JsonFault> {
  const parser = new Parser(text)
  try {
    return ok(parser.document())
  } catch (fault) {
    if (fault instanceof Stop) return err(fault.fault)
    throw fault
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Carries a fault out of the recursion; never leaves this file. */
class Stop {
  readonly fault: JsonFault
  constructor(fault: JsonFault) {
    this.fault = fault
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y

/** An object with nothing inherited, in the engine's fast form, which `Object.create(null)` is not. */
const Bare = function Bare() {} as unknown as new () => Record<string, JsonValue>
Bare.prototype = Object.freeze(Object.create(null))

/** Keys met before, found by their length and ends: a record's keys are those of the record before. */
const KEY_SLOTS = 512
const LONGEST_KEY = 40
const keys: string[] = new Array<string>(KEY_SLOTS).fill('')

/** The text between two places as a key; the same string as before where it was met before. */
function keyAt(text: string, start: number, end: number): string | null {
  const length = end - start
  if (length === 0 || length > LONGEST_KEY) return null
  const slot =
    (length * 37 +
      text.charCodeAt(start) * 5 +
      text.charCodeAt(end - 1) +
      text.charCodeAt(start + (length >> 1)) * 11) &
    (KEY_SLOTS - 1)
  const known = keys[slot] as string
  let at = known.length === length ? 0 : length
  while (at < length && text.charCodeAt(start + at) === known.charCodeAt(at)) at += 1
  if (at === length && known.length === length) return known
  for (at = start; at < end; at += 1) {
    const code = text.charCodeAt(at)
    // A key with an escape, or with what must be escaped, is read like any text.
    if (code < 32 || code > 126 || code === 92) return null
  }
  // A copy of its own: a part of the text would keep all of it in memory.
  const key = JSON.parse(text.slice(start - 1, end + 1)) as string
  keys[slot] = key
  return key
}

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): JsonValue {
    this.#space()
    const value = this.#value(1)
    this.#space()
    if (this.#at < this.#text.length) this.#bad('There is text after the end of the value')
    return value
  }

  #bad(what: string): never {
    throw new Stop({
      code: 'BAD_JSON',
      message: `${what} (character ${this.#at + 1}).`,
      remedy: 'Check that the line was written completely and is valid JSON.',
      at: this.#at,
    })
  }

  #space(): void {
    const text = this.#text
    for (;;) {
      const code = text.charCodeAt(this.#at)
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
      this.#at += 1
    }
  }

  #value(depth: number): JsonValue {
    const code = this.#text.charCodeAt(this.#at)
    switch (code) {
      case 123:
        return this.#object(depth)
      case 91:
        return this.#array(depth)
      case 34:
        return this.#string()
      case 116:
        return this.#word('true', true)
      case 102:
        return this.#word('false', false)
      case 110:
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  #word<T extends boolean | null>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#bad('A value is not valid')
    this.#at += word.length
    return value
  }

  #number(): number | bigint | string {
    const text = this.#text
    let at = this.#at
    let whole = 0
    let code = text.charCodeAt(at)
    // Up to fifteen digits without sign, leading zero, fraction or exponent.
    if (code > 48 && code <= 57) {
      const last = at + 15
      do {
        whole = whole * 10 + code - 48
        at += 1
        code = text.charCodeAt(at)
      } while (code >= 48 && code <= 57 && at < last)
      if (!(code >= 48 && code <= 57) && code !== 46 && code !== 101 && code !== 69) {
        this.#at = at
        return whole
      }
    }
    NUMBER.lastIndex = this.#at
    const match = NUMBER.exec(this.#text)
    if (match === null) {
      this.#bad(this.#at >= this.#text.length ? 'The value ends too early' : 'A value is not valid')
    }
    const digits = match[0]
    this.#at += digits.length
    if (match[1] !== undefined || match[2] !== undefined) return digits
    if (digits.length <= 15) return Number.parseInt(digits, 10)
    const exact = BigInt(digits)
    return exact <= 9_007_199_254_740_991n && exact >= -9_007_199_254_740_991n ? Number.parseInt(digits, 10) : exact
  }

  #string(): string {
    const text = this.#text
    const start = this.#at + 1
    let end = text.indexOf('"', start)
    let escaped = false
    while (end >= 0) {
      let back = end
      while (text.charCodeAt(back - 1) === 92) back -= 1
      if ((end - back) % 2 === 0) break
      end = text.indexOf('"', end + 1)
    }
    if (end < 0) this.#bad('A text is not closed')
    if (end - start > MAX_JSON_STRING) {
      throw new Stop({
        code: 'TOO_DEEP',
        message: `A text of ${end - start} characters is longer than the limit of ${MAX_JSON_STRING}.`,
        remedy: 'Export the log without prompts and responses.',
        at: this.#at,
      })
    }
    const raw = text.slice(start, end)
    escaped = raw.includes('\\')
    let value = raw
    if (escaped || hasControl(raw)) {
      try {
        value = JSON.parse(text.slice(start - 1, end + 1)) as string
      } catch {
        this.#bad('A text holds an escape or control character that is not valid')
      }
      if (value.includes('\0')) {
        throw new Stop({
          code: 'NUL_BYTE',
          message: 'A text holds a NUL character.',
          remedy: 'Remove \\u0000 from the record.',
          at: this.#at,
        })
      }
      if (LONE_SURROGATE.test(value)) this.#bad('A text holds half of a surrogate pair')
    }
    this.#at = end + 1
    return value
  }

  #key(): string {
    const start = this.#at + 1
    const end = this.#text.indexOf('"', start)
    const key = end < 0 ? null : keyAt(this.#text, start, end)
    if (key === null) return this.#string()
    this.#at = end + 1
    return key
  }

  #array(depth: number): JsonArray {
    this.#limit(depth)
    const values: JsonValue[] = []
    this.#at += 1
    this.#space()
    if (this.#text.charCodeAt(this.#at) === 93) {
      this.#at += 1
      return values
    }
    for (;;) {
      values.push(this.#value(depth + 1))
      this.#space()
      const code = this.#text.charCodeAt(this.#at)
      this.#at += 1
      if (code === 93) return values
      if (code !== 44) this.#separator('A list')
      this.#space()
    }
  }

  #object(depth: number): JsonObject {
    this.#limit(depth)
    const object = new Bare()
    let keys = 0
    this.#at += 1
    this.#space()
    if (this.#text.charCodeAt(this.#at) === 125) {
      this.#at += 1
      return object
    }
    for (;;) {
      if (this.#text.charCodeAt(this.#at) !== 34) this.#bad('A key is missing')
      const keyAt = this.#at
      const key = this.#key()
      keys += 1
      if (key in object) {
        throw new Stop({
          code: 'DUPLICATE_KEY',
          message: `The key ${JSON.stringify(key.slice(0, 60))} is given twice in one object.`,
          remedy: 'Keep the right one of the two values.',
          at: keyAt,
        })
      }
      if (keys > MAX_JSON_KEYS) {
        throw new Stop({
          code: 'TOO_DEEP',
          message: `An object has more than ${MAX_JSON_KEYS} keys.`,
          remedy: 'Split the object into records.',
          at: keyAt,
        })
      }
      this.#space()
      if (this.#text.charCodeAt(this.#at) !== 58) this.#bad('A colon is missing after a key')
      this.#at += 1
      this.#space()
      object[key] = this.#value(depth + 1)
      this.#space()
      const code = this.#text.charCodeAt(this.#at)
      this.#at += 1
      if (code === 125) return object
      if (code !== 44) this.#separator('An object')
      this.#space()
    }
  }

  #separator(what: string): never {
    this.#at -= 1
    this.#bad(this.#at >= this.#text.length ? `${what} is not closed` : `${what} lacks a comma`)
  }

  #limit(depth: number): void {
    if (depth <= MAX_JSON_DEPTH) return
    throw new Stop({
      code: 'TOO_DEEP',
      message: `The record is nested deeper than ${MAX_JSON_DEPTH} levels.`,
      remedy: 'Export flatter records.',
      at: this.#at,
    })
  }
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) < 32) return true
  return false
}
