/**
 * Amounts as unsigned integers of 32 bits, for sums over millions of records, where a big integer made for every addition
 * costs more than the addition. Words and carries are whole numbers throughout: nothing is ever rounded.
 */
import { type Usd, usdFromAtto } from './usd'

const WORD = 4_294_967_296
const WORD_BITS = 32n
const LARGEST = 2n ** 64n

/** An amount from 0 to below 2^64 of 10^-18: high × 2^32 + low, both from 0 to below 2^32. */
export class UsdWords {
  high = 0
  low = 0
}

const scratch = new DataView(new ArrayBuffer(8))

/** Takes an amount apart; false when it is below 0 or has more than 64 bits. */
export function takeApart(amount: bigint, into: UsdWords): boolean {
  if (amount < 0n || amount >= LARGEST) return false
  scratch.setBigUint64(0, amount)
  into.high = scratch.getUint32(0)
  into.low = scratch.getUint32(4)
  return true
}

/** Sums by index. Three words hold the sum of 2^32 amounts, more than there can be. */
export class WordSums {
  #words: Uint32Array

  constructor(size: number) {
    this.#words = new Uint32Array(size * 3)
  }

  add(index: number, { high, low }: UsdWords): void {
    this.#add(index * 3, 0, high, low)
  }

  /** Adds the sum that `from` has at `theirs`. */
  addSum(index: number, from: WordSums, theirs: number): void {
    const words = from.#words
    const place = theirs * 3
    this.#add(index * 3, words[place + 2] as number, words[place + 1] as number, words[place] as number)
  }

  at(index: number): Usd {
    const words = this.#words
    const place = index * 3
    const [low, high, top] = [words[place] as number, words[place + 1] as number, words[place + 2] as number]
    return usdFromAtto((((BigInt(top) << WORD_BITS) + BigInt(high)) << WORD_BITS) + BigInt(low))
  }

  double(): void {
    const words = this.#words
    this.#words = new Uint32Array(words.length * 2)
    this.#words.set(words)
  }

  #add(place: number, top: number, high: number, low: number): void {
    const words = this.#words
    const lows = (words[place] as number) + low
    const highs = (words[place + 1] as number) + high + (lows >= WORD ? 1 : 0)
    // What exceeds a word is carried: storing keeps the lower 32 bits.
    words[place] = lows
    words[place + 1] = highs
    words[place + 2] = (words[place + 2] as number) + top + (highs >= WORD ? 1 : 0)
  }
}
