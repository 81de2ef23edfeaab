/**
 * Sums of usage records by keys of small integers: what becomes rows of the hourly or daily rollup. Adding is
 * associative and commutative, so records may arrive in any order and in any split.
 *
 * Made for millions of records: keys and counts lie in flat arrays and nothing is allocated for a record that meets a
 * known key. Counts are exact beyond 2^53: what would leave the exact range of a double moves to big integers.
 */
import type { Usd } from '../money/usd'
import { type UsdWords, WordSums } from '../money/words'
import type { OtherMeter } from '../usage/meter'
import type { UsageRecord } from '../usage/record'
import { MAX_PLAIN, type PlainCounts } from './plain-counts'

/** What one record adds, with its price decided. */
export interface PricedRecord {
  readonly record: UsageRecord
  /** Counts of `record` as doubles, null when they are too large for that. */
  readonly plain: PlainCounts | null
  /** In words where it fits; null when unpriced. */
  readonly cost: Usd | UsdWords | null
  /** What the source reported, when it did so in US dollars. */
  readonly reportedUsd: Usd | null
}

/** Counts of a row, by their place in the flat array. */
export const COUNT = {
  records: 0,
  /** Calls of records whose source counts them. */
  requests: 1,
  uncountedRecords: 2,
  input: 3,
  cacheRead: 4,
  cacheWrite5m: 5,
  cacheWrite1h: 6,
  output: 7,
  reasoning: 8,
  unpricedRecords: 9,
  /** A record whose source does not count calls is one. */
  unpricedRequests: 10,
  /** Core token classes; reasoning is inside output. */
  unpricedTokens: 11,
  reportedRecords: 12,
  errors: 13,
} as const
const COUNTS = 14

const FIRST_ROWS = 1_024
/** Two addends up to here have an exact sum. */
const EXACT = MAX_PLAIN
const EXACT_BIG = BigInt(EXACT)

export class SumTable {
  /** Number of rows; their indexes are 0 … size−1, in the order in which they first came. */
  size = 0
  /** Write the key here, then call `row`. */
  readonly key: Int32Array
  private keys: Int32Array
  private counts = new Float64Array(FIRST_ROWS * COUNTS)
  private slots = new Int32Array(FIRST_ROWS * 2).fill(-1)
  /** Costs that came in words; the others are in `largeCosts`. */
  private readonly costs = new WordSums(FIRST_ROWS)
  private readonly largeCosts = new Map<number, bigint>()
  private readonly reported = new Map<number, bigint>()
  private readonly others = new Map<number, Map<OtherMeter, bigint>>()
  private readonly large = new Map<number, bigint>()

  constructor(private readonly width: number) {
    this.key = new Int32Array(width)
    this.keys = new Int32Array(FIRST_ROWS * width)
  }

  /** Index of the row of `this.key`, made when there is none. */
  row(): number {
    const { key, width } = this
    const mask = this.slots.length - 1
    let slot = hashOf(key, 0, width) & mask
    for (;;) {
      const index = this.slots[slot] as number
      if (index < 0) break
      if (this.holdsKey(index)) return index
      slot = (slot + 1) & mask
    }
    if (this.size * COUNTS === this.counts.length) {
      this.grow()
      return this.row()
    }
    const index = this.size
    this.slots[slot] = index
    this.keys.set(key, index * width)
    this.size += 1
    return index
  }

  add(index: number, priced: PricedRecord): void {
    const { record, plain, cost, reportedUsd } = priced
    this.bump(index, COUNT.records)
    if (plain === null) this.addCounts(index, record, cost === null)
    else this.addPlain(index, plain, cost === null)
    const { other } = record.quantities
    if (other !== null) this.addOther(index, other)
    if (cost === null) this.bump(index, COUNT.unpricedRecords)
    else if (typeof cost === 'bigint') this.addCost(index, cost)
    else this.costs.add(index, cost)
    if (reportedUsd !== null) {
      this.addReported(index, reportedUsd)
      this.bump(index, COUNT.reportedRecords)
    }
    if (record.status === 'error') this.bump(index, COUNT.errors)
  }

  private addCounts(index: number, record: UsageRecord, unpriced: boolean): void {
    const { quantities, requests } = record
    const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning } = quantities
    if (requests === null) this.bump(index, COUNT.uncountedRecords)
    else this.count(index, COUNT.requests, requests)
    this.count(index, COUNT.input, input)
    this.count(index, COUNT.cacheRead, cacheRead)
    this.count(index, COUNT.cacheWrite5m, cacheWrite5m)
    this.count(index, COUNT.cacheWrite1h, cacheWrite1h)
    this.count(index, COUNT.output, output)
    this.count(index, COUNT.reasoning, reasoning)
    if (!unpriced) return
    this.count(index, COUNT.unpricedRequests, requests === null ? 1n : requests)
    this.count(index, COUNT.unpricedTokens, input + cacheRead + cacheWrite5m + cacheWrite1h + output)
  }

  /** The same of counts as doubles. */
  private addPlain(index: number, plain: PlainCounts, unpriced: boolean): void {
    const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning, requests } = plain
    if (requests === null) this.bump(index, COUNT.uncountedRecords)
    else this.plain(index, COUNT.requests, requests)
    if (input !== 0) this.plain(index, COUNT.input, input)
    if (cacheRead !== 0) this.plain(index, COUNT.cacheRead, cacheRead)
    if (cacheWrite5m !== 0) this.plain(index, COUNT.cacheWrite5m, cacheWrite5m)
    if (cacheWrite1h !== 0) this.plain(index, COUNT.cacheWrite1h, cacheWrite1h)
    if (output !== 0) this.plain(index, COUNT.output, output)
    if (reasoning !== 0) this.plain(index, COUNT.reasoning, reasoning)
    if (!unpriced) return
    this.plain(index, COUNT.unpricedRequests, requests === null ? 1 : requests)
    this.plain(index, COUNT.unpricedTokens, input + cacheRead + cacheWrite5m + cacheWrite1h + output)
  }

  /** Adds the rows of another table of the same width, or those the first part of whose key `takes`. */
  merge(from: SumTable, takes: ((first: number) => boolean) | null = null): void {
    const { width } = this
    for (let theirs = 0; theirs < from.size; theirs += 1) {
      if (takes !== null && !takes(from.keys[theirs * width] as number)) continue
      for (let place = 0; place < width; place += 1) this.key[place] = from.keys[theirs * width + place] as number
      const index = this.row()
      for (let field = 0; field < COUNTS; field += 1) {
        const near = from.counts[theirs * COUNTS + field] as number
        if (near !== 0) this.plain(index, field, near)
      }
      if (from.large.size > 0) this.mergeLarge(index, from, theirs)
      this.costs.addSum(index, from.costs, theirs)
      if (from.largeCosts.size > 0) this.addCost(index, from.largeCosts.get(theirs) ?? 0n)
      const reported = from.reported.get(theirs)
      if (reported !== undefined) this.addReported(index, reported)
      const other = from.others.get(theirs)
      if (other !== undefined) this.addOther(index, other)
    }
  }

  private mergeLarge(index: number, from: SumTable, theirs: number): void {
    for (let field = 0; field < COUNTS; field += 1) {
      const far = from.large.get(theirs * COUNTS + field)
      if (far !== undefined) this.count(index, field, far)
    }
  }

  keyOf(index: number, place: number): number {
    return this.keys[index * this.width + place] as number
  }

  countOf(index: number, field: number): bigint {
    const near = BigInt(this.counts[index * COUNTS + field] as number)
    if (this.large.size === 0) return near
    const far = this.large.get(index * COUNTS + field)
    return far === undefined ? near : near + far
  }

  /** The same as a double, where it is small enough; null where it is not. */
  plainCountOf(index: number, field: number): number | null {
    const place = index * COUNTS + field
    return this.large.size > 0 && this.large.has(place) ? null : (this.counts[place] as number)
  }

  /** 10^-18 dollars over priced records. */
  costOf(index: number): bigint {
    const near = this.costs.at(index)
    return this.largeCosts.size === 0 ? near : near + (this.largeCosts.get(index) ?? 0n)
  }

  /** Null when no record reported dollars. */
  reportedOf(index: number): bigint | null {
    return this.reported.get(index) ?? null
  }

  otherOf(index: number): ReadonlyMap<OtherMeter, bigint> | null {
    return this.others.get(index) ?? null
  }

  private bump(index: number, field: number): void {
    const place = index * COUNTS + field
    this.counts[place] = (this.counts[place] as number) + 1
  }

  private count(index: number, field: number, quantity: bigint): void {
    if (quantity === 0n) return
    if (quantity <= EXACT_BIG) {
      this.plain(index, field, Number(quantity))
      return
    }
    const place = index * COUNTS + field
    this.large.set(place, (this.large.get(place) ?? 0n) + quantity)
  }

  /** `quantity` is a whole number up to EXACT. */
  private plain(index: number, field: number, quantity: number): void {
    const place = index * COUNTS + field
    const sum = (this.counts[place] as number) + quantity
    if (sum <= EXACT) {
      this.counts[place] = sum
      return
    }
    this.large.set(place, (this.large.get(place) ?? 0n) + BigInt(sum))
    this.counts[place] = 0
  }

  private addCost(index: number, amount: bigint): void {
    if (amount !== 0n) this.largeCosts.set(index, (this.largeCosts.get(index) ?? 0n) + amount)
  }

  private addReported(index: number, amount: bigint): void {
    const before = this.reported.get(index)
    this.reported.set(index, before === undefined ? amount : before + amount)
  }

  private addOther(index: number, from: ReadonlyMap<OtherMeter, bigint>): void {
    const into = this.others.get(index) ?? new Map<OtherMeter, bigint>()
    this.others.set(index, into)
    for (const [meter, quantity] of from) {
      const before = into.get(meter)
      into.set(meter, before === undefined ? quantity : before + quantity)
    }
  }

  private holdsKey(index: number): boolean {
    const { key, keys, width } = this
    const start = index * width
    for (let place = 0; place < width; place += 1) if (keys[start + place] !== key[place]) return false
    return true
  }

  private grow(): void {
    const { width, keys, counts } = this
    this.keys = new Int32Array(keys.length * 2)
    this.keys.set(keys)
    this.counts = new Float64Array(counts.length * 2)
    this.counts.set(counts)
    this.costs.double()
    this.slots = new Int32Array(this.slots.length * 2).fill(-1)
    const mask = this.slots.length - 1
    for (let index = 0; index < this.size; index += 1) {
      let slot = hashOf(this.keys, index * width, width) & mask
      while ((this.slots[slot] as number) >= 0) slot = (slot + 1) & mask
      this.slots[slot] = index
    }
  }
}

function hashOf(keys: Int32Array, start: number, width: number): number {
  let hash = 0x811c9dc5
  for (let place = 0; place < width; place += 1) {
    hash = Math.imul(hash ^ (keys[start + place] as number), 0x85ebca6b)
    hash ^= hash >>> 15
  }
  return (Math.imul(hash, 0xc2b2ae35) ^ (hash >>> 13)) >>> 0
}
