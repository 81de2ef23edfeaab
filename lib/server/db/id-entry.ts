/**
 * Ids of calls and their times as twenty bytes each: the first eight bytes of the key, the milliseconds since 1970 in six, the
 * offset of the row in its file in six. As five words in the byte order of the machine, little-endian on every one we run on.
 */
import 'server-only'

export const ENTRY_WORDS = 5
export const ENTRY_BYTES = 20
const TWO_32 = 4_294_967_296
/** Places of entries in the words they are sorted by: so many entries at most are sorted at once. */
const PLACE_BITS = 24
const PLACE_MASK = 2 ** PLACE_BITS - 1

/** Entries in the order they were added. */
export class IdEntries {
  words: Uint32Array
  count = 0

  constructor(room: number) {
    this.words = new Uint32Array(room * ENTRY_WORDS)
  }

  /** `key` is latin1 text, one character a byte. */
  add(key: string, ms: number, byteOffset: number): void {
    this.addWords(wordAt(key, 0), wordAt(key, 4), ms, byteOffset)
  }

  addWords(high: number, low: number, ms: number, byteOffset: number): void {
    const at = this.count * ENTRY_WORDS
    if (at === this.words.length) this.grow(1)
    const { words } = this
    const msHigh = Math.floor(ms / TWO_32)
    const offsetHigh = Math.floor(byteOffset / TWO_32)
    words[at] = high
    words[at + 1] = low
    words[at + 2] = ms - msHigh * TWO_32
    words[at + 3] = byteOffset - offsetHigh * TWO_32
    words[at + 4] = msHigh * 65_536 + offsetHigh
    this.count += 1
  }

  addBytes(bytes: Uint8Array): void {
    const from = this.count * ENTRY_BYTES
    const entries = bytes.length / ENTRY_BYTES
    this.grow(entries)
    new Uint8Array(this.words.buffer).set(bytes, from)
    this.count += entries
  }

  high(entry: number): number {
    return this.words[entry * ENTRY_WORDS] as number
  }

  low(entry: number): number {
    return this.words[entry * ENTRY_WORDS + 1] as number
  }

  ms(entry: number): number {
    const at = entry * ENTRY_WORDS
    return Math.floor((this.words[at + 4] as number) / 65_536) * TWO_32 + (this.words[at + 2] as number)
  }

  byteOffset(entry: number): number {
    const at = entry * ENTRY_WORDS
    return ((this.words[at + 4] as number) % 65_536) * TWO_32 + (this.words[at + 3] as number)
  }

  /** The first eight bytes of the key as sixteen hexadecimal digits. */
  prefix(entry: number): string {
    return hex(this.high(entry)) + hex(this.low(entry))
  }

  private grow(entries: number): void {
    const needed = (this.count + entries) * ENTRY_WORDS
    if (needed <= this.words.length) return
    const words = new Uint32Array(Math.max(needed, this.words.length * 2))
    words.set(this.words.subarray(0, this.count * ENTRY_WORDS))
    this.words = words
  }
}

const hex = (word: number) => word.toString(16).padStart(8, '0')

function wordAt(key: string, at: number): number {
  return (
    ((key.charCodeAt(at) << 24) |
      (key.charCodeAt(at + 1) << 16) |
      (key.charCodeAt(at + 2) << 8) |
      key.charCodeAt(at + 3)) >>>
    0
  )
}

/** Places of the entries by key, those of one key in the order they were added. */
export function orderByKey(entries: IdEntries): Uint32Array {
  const { count, words } = entries
  if (count > PLACE_MASK) throw new RangeError('too many ids to be sorted at once')
  // A native sort of whole numbers, each the beginning of a key and the place of its entry, takes a tenth of one that compares.
  const sorted = new BigUint64Array(count)
  const halves = new Uint32Array(sorted.buffer)
  for (let place = 0; place < count; place += 1) {
    const at = place * ENTRY_WORDS
    halves[place * 2] = (((words[at + 1] as number) & ~PLACE_MASK) | place) >>> 0
    halves[place * 2 + 1] = words[at] as number
  }
  sorted.sort()
  const order = new Uint32Array(count)
  for (let place = 0; place < count; place += 1) order[place] = (halves[place * 2] as number) & PLACE_MASK
  for (let from = 0; from < count; ) {
    let to = from + 1
    let differ = false
    while (to < count && isNear(entries, order[from] as number, order[to] as number)) {
      differ ||= entries.low(order[from] as number) !== entries.low(order[to] as number)
      to += 1
    }
    if (differ) order.subarray(from, to).sort((a, b) => entries.low(a) - entries.low(b) || a - b)
    from = to
  }
  return order
}

/** As far as the first sort saw, they are of one key. */
function isNear(entries: IdEntries, one: number, other: number): boolean {
  return entries.high(one) === entries.high(other) && (entries.low(one) ^ entries.low(other)) >>> PLACE_BITS === 0
}

/** An id that was told with several times: one of these. */
export interface ToldTime {
  readonly prefix: string
  readonly ms: number
}

/**
 * Every time of every key among the entries that has several, if one of the first `own` entries has it; a key after another, in
 * lists of about `most`. Where a key fills several lists, each begins with its first own time and all that are not own.
 */
export function* toldTimes(
  entries: IdEntries,
  own: number,
  order: Uint32Array,
  most: number,
): Generator<readonly ToldTime[], void, undefined> {
  let list: ToldTime[] = []
  const told = (entry: number) => list.push({ prefix: entries.prefix(entry), ms: entries.ms(entry) })
  for (let from = 0; from < order.length; ) {
    const to = endOfKey(entries, order, from)
    const places = order.subarray(from, to)
    from = to
    if (!isOwnWithTimes(entries, own, places)) continue
    // Own entries were added before the others.
    const first = places[0] as number
    const others = places.filter((place) => place >= own)
    const begin = () => {
      told(first)
      others.forEach(told)
    }
    begin()
    for (const place of places) {
      if (place === first || place >= own) continue
      told(place)
      if (list.length < most) continue
      yield list
      list = []
      begin()
    }
    if (list.length >= most) {
      yield list
      list = []
    }
  }
  if (list.length > 0) yield list
}

function endOfKey(entries: IdEntries, order: Uint32Array, from: number): number {
  const lead = order[from] as number
  let to = from + 1
  while (
    to < order.length &&
    entries.high(order[to] as number) === entries.high(lead) &&
    entries.low(order[to] as number) === entries.low(lead)
  )
    to += 1
  return to
}

function isOwnWithTimes(entries: IdEntries, own: number, places: Uint32Array): boolean {
  const first = places[0] as number
  if (places.length === 1 || first >= own) return false
  const ms = entries.ms(first)
  return places.some((place) => entries.ms(place) !== ms)
}
