/** Identities of rows by the duplicate policy (docs/duplicates.md). */
import type { Identity } from '../usage/record'

export function providerIdentity(...parts: readonly string[]): Identity {
  return { kind: 'provider_id', parts }
}

/** The same identity, of a source that may report the call again with more tokens. */
export function growingIdentity(...parts: readonly string[]): Identity {
  return { kind: 'provider_id', parts, grows: 'tokens' }
}

/** The same identity, of a source that repeats an answer while it is written: the version with the most output counts. */
export function streamedIdentity(...parts: readonly string[]): Identity {
  return { kind: 'provider_id', parts, grows: 'output' }
}

export function bucketIdentity(...parts: readonly string[]): Identity {
  return { kind: 'bucket', parts }
}

const FIRST_SLOTS = 1_024

/**
 * Numbers equal contents of one file 0, 1, 2, … so that two identical calls stay two. Contents are told apart by 64 bits
 * of hash in a flat table: 12 bytes a row, so that ten million rows fit in memory.
 */
export class ContentIdentities {
  #high = new Uint32Array(FIRST_SLOTS)
  #low = new Uint32Array(FIRST_SLOTS)
  #count = new Uint32Array(FIRST_SLOTS)
  #used = 0

  identity(...parts: readonly string[]): Identity {
    return { kind: 'content', parts: [...parts, String(this.#next(parts))] }
  }

  #next(parts: readonly string[]): number {
    let high = 0x811c9dc5
    let low = 0x1b873593
    for (const part of parts) {
      for (let at = 0; at < part.length; at += 1) {
        const unit = part.charCodeAt(at)
        high = Math.imul(high ^ unit, 0x01000193)
        low = Math.imul(low ^ unit, 0x85ebca6b)
        low ^= low >>> 13
      }
      high = Math.imul(high ^ part.length ^ 0x10000, 0x01000193)
      low = Math.imul(low ^ part.length ^ 0x20000, 0xc2b2ae35)
    }
    high = mixed(high)
    low = mixed(low)
    if ((this.#used + 1) * 10 > this.#count.length * 7) this.#grow()
    const slot = this.#find(high, low)
    const seen = this.#count[slot] as number
    if (seen === 0) {
      this.#used += 1
      this.#high[slot] = high
      this.#low[slot] = low
    }
    this.#count[slot] = seen + 1
    return seen
  }

  #find(high: number, low: number): number {
    const mask = this.#count.length - 1
    let slot = low & mask
    while (this.#count[slot] !== 0 && (this.#high[slot] !== high || this.#low[slot] !== low)) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const [high, low, count] = [this.#high, this.#low, this.#count]
    const size = count.length * 2
    this.#high = new Uint32Array(size)
    this.#low = new Uint32Array(size)
    this.#count = new Uint32Array(size)
    for (let at = 0; at < count.length; at += 1) {
      if (count[at] === 0) continue
      const slot = this.#find(high[at] as number, low[at] as number)
      this.#high[slot] = high[at] as number
      this.#low[slot] = low[at] as number
      this.#count[slot] = count[at] as number
    }
  }
}

function mixed(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
