/** Entries of held records in a flat arena, one after another and found by their key (`held-records.ts`). */

/** Room outside memory for what is held. Parts are read back as written, each the concatenation of its writes. */
export interface Spill {
  write(part: number, bytes: Uint8Array): void
  read(part: number): Uint8Array
}

/** Which line of a call tells it: the last one, or the first of those with the most output, at the time of the first. */
export type HoldRule = 'last' | 'most output'

/** Number of parts of a spill. */
export const SPILL_PARTS = 64
const FIRST_BYTES = 65_536
const FIRST_SLOTS = 1_024

// An entry: its length, two words of hash, flags, frame, group, nine doubles, length of the key, key, rest.
export const AT = {
  hash: 4,
  low: 8,
  flags: 12,
  frame: 16,
  group: 20,
  start: 24,
  counts: 32,
  latency: 88,
  keyLength: 96,
  key: 100,
} as const
const OUTPUT_AT = AT.counts + 8 * 4
export const FLAG = { assumed: 1, countedTime: 2, prompt: 4, rest: 8 } as const

/** Entries one after another, found by their key. */
export class Arena {
  bytes = 0
  size = 0
  view = new DataView(new ArrayBuffer(FIRST_BYTES))
  /** Places of the entries, in the order in which their calls came. */
  #places = new Uint32Array(FIRST_SLOTS / 2)
  /** Number of the entry, from 1; 0 where none is. */
  #slots = new Uint32Array(FIRST_SLOTS)
  #raw = new Uint8Array(this.view.buffer)

  at(index: number): number {
    return this.#places[index] as number
  }

  /** Place of the entry with the key at the beginning of `bytes`; −1 when there is none. */
  find(bytes: Uint8Array, view: DataView): number {
    const index = this.#slots[this.#slotOf(bytes, view, 0)] as number
    return index === 0 ? -1 : this.at(index - 1)
  }

  /** Takes an entry in, or what it tells of a call that is known; 1 when the time of such a one was counted again. */
  take(bytes: Uint8Array, view: DataView, from: number, length: number, rule: HoldRule): 0 | 1 {
    const slot = this.#slotOf(bytes, view, from)
    const index = this.#slots[slot] as number
    if (index === 0) {
      const at = this.#append(bytes, from, length)
      if (this.size === this.#places.length) this.#grow()
      this.#places[this.size] = at
      this.size += 1
      this.#slots[this.#slotOf(bytes, view, from)] = this.size
      return 0
    }
    const again = (view.getUint32(from + AT.flags) & FLAG.countedTime) === 0 ? 0 : 1
    const known = this.at(index - 1)
    if (rule === 'most output') {
      if (view.getFloat64(from + OUTPUT_AT) <= this.view.getFloat64(known + OUTPUT_AT)) return again
      const startMs = this.view.getFloat64(known + AT.start)
      const at = this.#replace(known, bytes, from, length)
      this.view.setFloat64(at + AT.start, startMs)
      this.#places[index - 1] = at
    } else this.#places[index - 1] = this.#replace(known, bytes, from, length)
    return again
  }

  /** Writes every entry that counts into its part. */
  moveTo(spill: Spill): void {
    const sizes = new Uint32Array(SPILL_PARTS)
    const partOf = (at: number) => this.view.getUint32(at + AT.hash) % SPILL_PARTS
    for (let index = 0; index < this.size; index += 1) {
      const at = this.at(index)
      sizes[partOf(at)] = (sizes[partOf(at)] as number) + this.view.getUint32(at)
    }
    for (let part = 0; part < SPILL_PARTS; part += 1) {
      const out = new Uint8Array(sizes[part] as number)
      let written = 0
      for (let index = 0; index < this.size; index += 1) {
        const at = this.at(index)
        if (partOf(at) !== part) continue
        const length = this.view.getUint32(at)
        out.set(this.#raw.subarray(at, at + length), written)
        written += length
      }
      if (written > 0) spill.write(part, out)
    }
  }

  get raw(): Uint8Array {
    return this.#raw
  }

  #slotOf(bytes: Uint8Array, view: DataView, from: number): number {
    const mask = this.#slots.length - 1
    let slot = view.getUint32(from + AT.low) & mask
    for (;;) {
      const index = this.#slots[slot] as number
      if (index === 0 || this.#isSame(this.at(index - 1), bytes, view, from)) return slot
      slot = (slot + 1) & mask
    }
  }

  #isSame(at: number, bytes: Uint8Array, view: DataView, from: number): boolean {
    const own = this.view
    if (own.getUint32(at + AT.hash) !== view.getUint32(from + AT.hash)) return false
    const length = own.getUint32(at + AT.keyLength)
    if (length !== view.getUint32(from + AT.keyLength)) return false
    for (let place = 0; place < length; place += 1) {
      if (this.#raw[at + AT.key + place] !== bytes[from + AT.key + place]) return false
    }
    return true
  }

  #replace(known: number, bytes: Uint8Array, from: number, length: number): number {
    if (length !== this.view.getUint32(known)) return this.#append(bytes, from, length)
    this.#raw.set(bytes.subarray(from, from + length), known)
    return known
  }

  #append(bytes: Uint8Array, from: number, length: number): number {
    if (this.bytes + length > this.#raw.length) {
      const larger = new Uint8Array(Math.max(this.#raw.length * 2, this.bytes + length))
      larger.set(this.#raw)
      this.#raw = larger
      this.view = new DataView(larger.buffer)
    }
    const at = this.bytes
    this.#raw.set(bytes.subarray(from, from + length), at)
    this.bytes += length
    return at
  }

  #grow(): void {
    const places = new Uint32Array(this.#places.length * 2)
    places.set(this.#places)
    this.#places = places
    this.#slots = new Uint32Array(this.#slots.length * 2)
    const mask = this.#slots.length - 1
    for (let index = 0; index < this.size; index += 1) {
      let slot = this.view.getUint32(this.at(index) + AT.low) & mask
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
      this.#slots[slot] = index + 1
    }
  }
}

export function hashOf(bytes: Uint8Array, from: number, to: number): [high: number, low: number] {
  let high = 0x811c9dc5
  let low = 0x1b873593
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number
    high = Math.imul(high ^ byte, 0x01000193)
    low = Math.imul(low ^ byte, 0x85ebca6b)
    low ^= low >>> 13
  }
  return [mixed(high), mixed(low ^ (to - from))]
}

function mixed(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
