/**
 * JSON text to values without losing anything that counts. Safe integers are numbers, longer integers are bigint, and
 * every other number is its source text ("0.1", "1e5"): money and token counts are read from text, never from a float.
 * Objects have no prototype, so "__proto__" and "constructor" are keys like any other. A key given twice is refused,
 * because keeping either value could be the wrong amount.
 */
import { err, ok, type Result } from '../result'
import {
  badJson,
  givenTwice,
  type JsonFault,
  JsonStop,
  MAX_JSON_DEPTH,
  MAX_JSON_KEYS,
  MAX_JSON_STRING,
  tooDeep,
  tooLong,
  tooManyKeys,
} from './json-fault'
import { type JsonKeys, keyAt, LONGEST_KEY, LONGEST_WAY, Shape } from './json-shape'
import { IS_ASCII, isOfNumber, NUMBER, numberOf, PLAIN_ESCAPES, unescaped } from './json-text'
import { Bare, type JsonArray, type JsonObject, type JsonValue, NOTHING } from './json-value'

export { isObject, type JsonArray, type JsonObject, type JsonValue } from './json-value'

export function parseJson(text: string): Result<JsonValue, JsonFault> {
  return anyKeys.parse(text)
}

/** Parses the records of one file: what it learns of their keys makes the next one cheaper. */
export class JsonParser {
  readonly #parser: Parser

  /** Values of other keys than `wanted` are checked and left out. */
  constructor(wanted: JsonKeys) {
    this.#parser = new Parser(wanted)
  }

  parse(text: string): Result<JsonValue, JsonFault> {
    try {
      return ok(this.#parser.whole(text))
    } catch (fault) {
      if (fault instanceof JsonStop) return err(fault.fault)
      throw fault
    }
  }

  /**
   * The same of a part of an ASCII text and its bytes, whose end is the text's or before a line end, or, without a text, of
   * bytes that are UTF-8 for sure; null for one that has to be cut out and parsed by itself, as every faulty one has.
   */
  parsePart(text: string | null, bytes: Uint8Array, start: number, end: number): { readonly value: JsonValue } | null {
    try {
      return { value: this.#parser.part(text, bytes, start, end) }
    } catch (fault) {
      if (fault instanceof JsonStop) return null
      throw fault
    }
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

const NO_UNITS = new Uint16Array(0)
const FIRST_UNITS = 8_192
/** A longer text's units are not kept for the next one. */
const MOST_UNITS = 1_048_576

const LONGEST_REPEATED = 128

/** Shapes remembered; a record that needs more goes without, and the next one learns anew. */
const MOST_SHAPES = 4_096

class Parser {
  readonly #wanted: JsonKeys
  #beginning: Shape
  #shapes = 0
  /** Null where only its bytes are at hand. */
  #text: string | null = ''
  /** The text's UTF-16 units, or its bytes: an array is faster to go through than a string. */
  #units: Uint8Array | Uint16Array = NO_UNITS
  #scratch = NO_UNITS
  #at = 0
  #end = 0

  constructor(wanted: JsonKeys) {
    this.#wanted = wanted
    this.#beginning = Shape.beginning(wanted)
  }

  whole(text: string): JsonValue {
    const { length } = text
    if (length > this.#scratch.length) this.#scratch = new Uint16Array(Math.max(FIRST_UNITS, length))
    const units = this.#scratch
    for (let at = 0; at < length; at += 1) units[at] = text.charCodeAt(at)
    if (length < units.length) units[length] = 0
    if (length > MOST_UNITS) this.#scratch = NO_UNITS
    return this.part(text, units, 0, length)
  }

  /** `units` are the text's up to `end` at least; without a text they are UTF-8. */
  part(text: string | null, units: Uint8Array | Uint16Array, start: number, end: number): JsonValue {
    if (this.#shapes > MOST_SHAPES) {
      this.#beginning = Shape.beginning(this.#wanted)
      this.#shapes = 0
    }
    this.#text = text
    this.#units = units
    this.#at = start
    this.#end = end
    this.#space()
    const value = this.#value(1, this.#beginning)
    this.#space()
    if (this.#at !== end) this.#bad('There is text after the end of the value')
    this.#text = ''
    this.#units = NO_UNITS
    return value
  }

  #unit(): number {
    return this.#units[this.#at] as number
  }

  #bad(what: string): never {
    throw badJson(what, this.#at)
  }

  #space(): void {
    const units = this.#units
    const end = this.#end
    let at = this.#at
    for (; at < end; at += 1) {
      const code = units[at] as number
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) break
    }
    this.#at = at
  }

  /** `shape` is the beginning of the objects that stand here. */
  #value(depth: number, shape: Shape): JsonValue {
    const code = this.#unit()
    switch (code) {
      case 123:
        return this.#object(depth, shape)
      case 91:
        return this.#array(depth, shape)
      case 34:
        return shape.wanted === null ? this.#skipped() : this.#text === null ? this.#repeated(shape) : this.#string()
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
    for (let place = 0; place < word.length; place += 1) {
      if (this.#units[this.#at + place] !== word.charCodeAt(place)) this.#bad('A value is not valid')
    }
    this.#at += word.length
    return value
  }

  #number(): number | bigint | string {
    const units = this.#units
    let at = this.#at
    let whole = 0
    let code = units[at] as number
    // Up to fifteen digits without sign, leading zero, fraction or exponent.
    if (code > 48 && code <= 57) {
      const last = at + 15
      do {
        whole = whole * 10 + code - 48
        at += 1
        code = units[at] as number
      } while (code >= 48 && code <= 57 && at < last)
      if (!(code >= 48 && code <= 57) && code !== 46 && code !== 101 && code !== 69) {
        this.#at = at
        return whole
      }
    }
    for (at = this.#at; at < this.#end && isOfNumber(units[at] as number); at += 1);
    const match = NUMBER.exec(this.#cut(this.#at, at))
    if (match === null) {
      this.#bad(this.#at >= this.#end ? 'The value ends too early' : 'A value is not valid')
    }
    this.#at += match[0].length
    return numberOf(match)
  }

  #cut(start: number, end: number): string {
    const text = this.#text
    return text === null ? utf8.decode((this.#units as Uint8Array).subarray(start, end)) : text.slice(start, end)
  }

  /** A text of bytes, which would have to be made anew each time. */
  #repeated(shape: Shape): string {
    const { lastText } = shape
    if (lastText !== '' && this.#isAt(lastText)) {
      this.#at += lastText.length + 2
      return lastText
    }
    const start = this.#at
    const value = this.#string()
    // As many bytes as characters: neither escapes nor characters of several bytes.
    if (value.length <= LONGEST_REPEATED && this.#at - start === value.length + 2) shape.lastText = value
    return value
  }

  /** A text that nobody wants: checked like any other. */
  #skipped(): string {
    const units = this.#units
    const start = this.#at + 1
    const last = Math.min(this.#end, start + MAX_JSON_STRING)
    let at = start
    for (; at < last; at += 1) {
      const code = units[at] as number
      if (code === 34) {
        this.#at = at + 1
        return ''
      }
      if (code < 32) break
      if (code !== 92) continue
      at += 1
      if (!PLAIN_ESCAPES.has(units[at] as number)) break
    }
    return this.#string()
  }

  #string(): string {
    const units = this.#units
    const start = this.#at + 1
    const length = this.#end
    let end = start
    let plain = true
    for (; end < length; end += 1) {
      const code = units[end] as number
      if (code === 34) break
      if (code >= 32 && code !== 92) continue
      plain = false
      // What is escaped ends no text.
      if (code === 92) end += 1
    }
    if (end >= length) this.#bad('A text is not closed')
    if (end - start > MAX_JSON_STRING) throw tooLong(end - start, this.#at)
    const value = plain ? this.#cut(start, end) : unescaped(this.#cut(start - 1, end + 1), this.#at)
    this.#at = end + 1
    return value
  }

  #key(): string {
    const text = this.#text
    const start = this.#at + 1
    const end = text === null ? -1 : text.indexOf('"', start)
    const key = text === null || end < 0 ? null : keyAt(text, start, end)
    if (key === null) return this.#string()
    this.#at = end + 1
    return key
  }

  #array(depth: number, shape: Shape): JsonArray {
    this.#limit(depth)
    const values: JsonValue[] = []
    const isWanted = shape.wanted !== null
    this.#at += 1
    this.#space()
    if (this.#unit() === 93) {
      this.#at += 1
      return values
    }
    for (;;) {
      const value = this.#value(depth + 1, shape)
      if (isWanted) values.push(value)
      this.#space()
      const code = this.#unit()
      this.#at += 1
      if (code === 93) return values
      if (code !== 44) this.#separator('A list')
      this.#space()
    }
  }

  #object(depth: number, beginning: Shape): JsonObject {
    this.#limit(depth)
    const object = beginning.wanted === null ? NOTHING : new Bare()
    this.#at += 1
    if (this.#unit() <= 32) this.#space()
    if (this.#unit() === 125) {
      this.#at += 1
      return object
    }
    let shape = beginning
    for (;;) {
      if (this.#unit() !== 34) this.#bad('A key is missing')
      if (shape.length === LONGEST_WAY) return this.#table(depth, shape, object)
      const { next } = shape
      if (next !== null && this.#isAt(next.key)) {
        this.#at += next.key.length + 2
        shape = next
      } else shape = this.#step(shape)
      if (this.#unit() !== 58) this.#colon()
      this.#at += 1
      if (this.#unit() <= 32) this.#space()
      const value = this.#value(depth + 1, shape.inner)
      if (shape.wanted !== null) object[shape.key] = value
      if (this.#isClosed()) return object
    }
  }

  /** The keys of an object after the first ones. */
  #table(depth: number, shape: Shape, object: Record<string, JsonValue>): JsonObject {
    const seen = shape.keys()
    for (;;) {
      if (this.#unit() !== 34) this.#bad('A key is missing')
      const keyAt = this.#at
      const key = this.#key()
      if (seen.has(key)) throw givenTwice(key, keyAt)
      seen.add(key)
      if (seen.size > MAX_JSON_KEYS) throw tooManyKeys(keyAt)
      if (this.#unit() !== 58) this.#colon()
      this.#at += 1
      this.#space()
      const wanted = shape.wantedOf(key)
      const value = this.#value(depth + 1, Shape.beginning(wanted))
      if (wanted !== null) object[key] = value
      if (this.#isClosed()) return object
    }
  }

  /** Goes on to what follows a value of an object; true when that was its end. */
  #isClosed(): boolean {
    let code = this.#unit()
    if (code <= 32) {
      this.#space()
      code = this.#unit()
    }
    this.#at += 1
    if (code === 125) return true
    if (code !== 44) this.#separator('An object')
    if (this.#unit() <= 32) this.#space()
    return false
  }

  #colon(): void {
    this.#space()
    if (this.#unit() !== 58) this.#bad('A colon is missing after a key')
  }

  /** The key, in quotes and as it is, stands here. */
  #isAt(key: string): boolean {
    const units = this.#units
    const start = this.#at + 1
    const { length } = key
    if (units[start + length] !== 34) return false
    for (let at = 0; at < length; at += 1) if (units[start + at] !== key.charCodeAt(at)) return false
    return true
  }

  /** Reads a key that was not expected. */
  #step(shape: Shape): Shape {
    const keyAt = this.#at
    const key = this.#key()
    let step = shape.known(key)
    if (step === null) {
      if (shape.has(key)) throw givenTwice(key, keyAt)
      if (this.#shapes > MOST_SHAPES) return shape.with(key)
      // A copy of its own: a part of the text would keep all of it in memory.
      step = shape.with(JSON.parse(JSON.stringify(key)))
      shape.remember(step)
      this.#shapes += 1 + key.length / LONGEST_KEY
    }
    // One written with escapes, or of more bytes than characters, is not found by comparing.
    if (this.#at - keyAt === key.length + 2 && IS_ASCII.test(key)) shape.next = step
    return step
  }

  #separator(what: string): never {
    this.#at -= 1
    this.#bad(this.#at >= this.#end ? `${what} is not closed` : `${what} lacks a comma`)
  }

  #limit(depth: number): void {
    if (depth > MAX_JSON_DEPTH) throw tooDeep(this.#at)
  }
}

const anyKeys = new JsonParser('all')
