/**
 * What the keys of objects are expected to be. The records of a file are written by one program, so an object mostly has
 * the keys of the one before, in the same order: the next key is compared with what stands in the text instead of being
 * cut out of it, and as no key comes twice on a way that was gone before, nothing has to be looked up to know so.
 */

/** Keys a reader looks at; the others are checked like any and not made into values. */
export type JsonKeys = 'all' | { readonly [key: string]: JsonKeys }

/** Ways longer than this are not remembered: objects of so many keys are tables of their own. */
export const LONGEST_WAY = 64

/** The keys of an object up to one of them; the beginning of all ways has none. */
export class Shape {
  /** The shape that came after this one the last time, when its key stands in a text as it is. */
  next: Shape | null = null
  /** The text that stood here the last time, when it is short and of ASCII alone: many repeat from record to record. */
  lastText = ''
  #inner: Shape | null = null
  #others: Map<string, Shape> | null = null

  private constructor(
    private readonly above: Shape | null,
    readonly key: string,
    /** Keys up to this one. */
    readonly length: number,
    /** What is wanted of the object, and of the value of its last key; null for nothing. */
    private readonly ofObject: JsonKeys | null,
    readonly wanted: JsonKeys | null,
  ) {}

  static beginning(wanted: JsonKeys | null): Shape {
    return new Shape(null, '', 0, wanted, wanted)
  }

  /** The beginning of objects that are the value of the last key, or elements of it. */
  get inner(): Shape {
    this.#inner ??= Shape.beginning(this.wanted)
    return this.#inner
  }

  /** What is wanted of the value of a key of the object. */
  wantedOf(key: string): JsonKeys | null {
    const { ofObject } = this
    if (ofObject === null || ofObject === 'all') return ofObject
    return Object.hasOwn(ofObject, key) ? (ofObject[key] ?? null) : null
  }

  has(key: string): boolean {
    for (let at: Shape = this; at.above !== null; at = at.above) if (at.key === key) return true
    return false
  }

  keys(): Set<string> {
    const keys = new Set<string>()
    for (let at: Shape = this; at.above !== null; at = at.above) keys.add(at.key)
    return keys
  }

  /** The shape with one key more when it came before; null when it did not. */
  known(key: string): Shape | null {
    return this.#others?.get(key) ?? null
  }

  /** The shape with one key more, which is not among its keys. */
  with(key: string): Shape {
    return new Shape(this, key, this.length + 1, this.ofObject, this.wantedOf(key))
  }

  remember(shape: Shape): void {
    this.#others ??= new Map()
    this.#others.set(shape.key, shape)
  }
}

/** Keys met before, found by their length and ends: a record's keys are those of the record before. */
const KEY_SLOTS = 512
export const LONGEST_KEY = 40
const keys: string[] = new Array<string>(KEY_SLOTS).fill('')

/** The text between two places as a key; the same string as before where it was met before. */
export function keyAt(text: string, start: number, end: number): string | null {
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
