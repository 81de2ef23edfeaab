/**
 * Sums of usage records: what a row of the hourly or daily rollup holds. Adding is associative and commutative, so
 * records may arrive in any order and in any split.
 */
import type { Usd } from '../money/usd'
import type { OtherMeter } from '../usage/meter'
import type { UsageRecord } from '../usage/record'

/** What one record adds, with its price decided. */
export interface PricedRecord {
  readonly record: UsageRecord
  /** Null when unpriced. */
  readonly cost: Usd | null
  /** What the source reported, when it did so in US dollars. */
  readonly reportedUsd: Usd | null
}

/** Mutable on purpose: millions of records are added to few sums. */
export interface UsageSums {
  records: bigint
  /** Calls of records whose source counts them. */
  requests: bigint
  uncountedRecords: bigint
  input: bigint
  cacheRead: bigint
  cacheWrite5m: bigint
  cacheWrite1h: bigint
  output: bigint
  reasoning: bigint
  other: Map<OtherMeter, bigint> | null
  /** Of priced records. */
  cost: bigint
  unpricedRecords: bigint
  /** A record whose source does not count calls is one. */
  unpricedRequests: bigint
  unpricedTokens: bigint
  /** Null when no record reported dollars. */
  reportedCost: bigint | null
  reportedRecords: bigint
  errors: bigint
}

export function emptySums(): UsageSums {
  return {
    records: 0n,
    requests: 0n,
    uncountedRecords: 0n,
    input: 0n,
    cacheRead: 0n,
    cacheWrite5m: 0n,
    cacheWrite1h: 0n,
    output: 0n,
    reasoning: 0n,
    other: null,
    cost: 0n,
    unpricedRecords: 0n,
    unpricedRequests: 0n,
    unpricedTokens: 0n,
    reportedCost: null,
    reportedRecords: 0n,
    errors: 0n,
  }
}

/** Core token classes; reasoning is inside output. */
export function coreTokensOf(record: UsageRecord): bigint {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = record.quantities
  return input + cacheRead + cacheWrite5m + cacheWrite1h + output
}

/** Adds one record. Zero quantities are skipped because a sum of big integers allocates. */
export function addRecord(sums: UsageSums, priced: PricedRecord): void {
  const { record, cost, reportedUsd } = priced
  const quantities = record.quantities
  sums.records += 1n
  if (record.requests === null) sums.uncountedRecords += 1n
  else sums.requests += record.requests
  if (quantities.input !== 0n) sums.input += quantities.input
  if (quantities.cacheRead !== 0n) sums.cacheRead += quantities.cacheRead
  if (quantities.cacheWrite5m !== 0n) sums.cacheWrite5m += quantities.cacheWrite5m
  if (quantities.cacheWrite1h !== 0n) sums.cacheWrite1h += quantities.cacheWrite1h
  if (quantities.output !== 0n) sums.output += quantities.output
  if (quantities.reasoning !== 0n) sums.reasoning += quantities.reasoning
  if (quantities.other !== null) {
    sums.other ??= new Map()
    addQuantities(sums.other, quantities.other)
  }
  if (cost === null) {
    sums.unpricedRecords += 1n
    sums.unpricedRequests += record.requests === null ? 1n : record.requests
    sums.unpricedTokens += coreTokensOf(record)
  } else if (cost !== 0n) {
    sums.cost += cost
  }
  if (reportedUsd !== null) {
    sums.reportedCost = sums.reportedCost === null ? reportedUsd : sums.reportedCost + reportedUsd
    sums.reportedRecords += 1n
  }
  if (record.status === 'error') sums.errors += 1n
}

/** Adds `from` into `into`. */
export function mergeSums(into: UsageSums, from: UsageSums): void {
  into.records += from.records
  into.requests += from.requests
  into.uncountedRecords += from.uncountedRecords
  into.input += from.input
  into.cacheRead += from.cacheRead
  into.cacheWrite5m += from.cacheWrite5m
  into.cacheWrite1h += from.cacheWrite1h
  into.output += from.output
  into.reasoning += from.reasoning
  if (from.other !== null) {
    into.other ??= new Map()
    addQuantities(into.other, from.other)
  }
  into.cost += from.cost
  into.unpricedRecords += from.unpricedRecords
  into.unpricedRequests += from.unpricedRequests
  into.unpricedTokens += from.unpricedTokens
  if (from.reportedCost !== null) {
    into.reportedCost = into.reportedCost === null ? from.reportedCost : into.reportedCost + from.reportedCost
  }
  into.reportedRecords += from.reportedRecords
  into.errors += from.errors
}

function addQuantities(into: Map<OtherMeter, bigint>, from: ReadonlyMap<OtherMeter, bigint>): void {
  for (const [meter, quantity] of from) {
    const before = into.get(meter)
    into.set(meter, before === undefined ? quantity : before + quantity)
  }
}
