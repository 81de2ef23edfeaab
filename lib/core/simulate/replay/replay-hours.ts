/**
 * The replay: a workspace's own hours with some of the calls moved to another host, model or tier. What is not moved
 * keeps its cost to the digit; what cannot move is counted with its reason.
 */
import { addUsd, subtractUsd, type Usd, ZERO_USD } from '../../money/usd'
import type { PriceBook } from '../../price/compiled'
import { isOne, type Ratio, timesUsd } from './ratio'
import {
  type CannotMove,
  type Changes,
  type HostedTarget,
  isSamePlace,
  priceOnTarget,
  type SoldSpan,
  soldSpan,
  type TargetPrice,
} from './target-price'
import { type MoveSelect, selects, type UsageSlice } from './usage-slice'

export interface HostedMove {
  readonly share: Ratio
  readonly select: MoveSelect
  readonly target: HostedTarget
  readonly changes: Changes
}

export interface Spread {
  readonly low: Usd
  readonly likely: Usd
  readonly high: Usd
}

export interface MonthComparison {
  readonly month: string
  readonly baseline: Usd
  readonly target: Spread
}

/** Moved calls of one model, before and after. */
export interface MovedLine {
  readonly host: string
  readonly model: string
  readonly target: string
  readonly requests: bigint
  readonly before: Usd
  readonly after: Usd
}

export interface StayingLine {
  readonly reason: CannotMove
  readonly records: bigint
  readonly requests: bigint
  /** Null when these calls have no cost today. */
  readonly cost: Usd | null
}

export interface Comparison {
  readonly baseline: Usd
  readonly target: Spread
  readonly months: readonly MonthComparison[]
  readonly lines: readonly MovedLine[]
  readonly cannotMove: readonly StayingLine[]
  /** Calls moved whose lengths nobody told, so that the context could not be checked. */
  readonly uncheckedRequests: bigint
}

interface Running {
  baseline: Usd
  low: Usd
  likely: Usd
  high: Usd
}

const empty = (): Running => ({ baseline: ZERO_USD, low: ZERO_USD, likely: ZERO_USD, high: ZERO_USD })

/** A slice goes to the first move that selects it; later moves see what is left of the selection, not of the share. */
export function replayHours(slices: Iterable<UsageSlice>, moves: readonly HostedMove[], book: PriceBook): Comparison {
  const spans = moves.map((move) => soldSpan(book, move.target))
  const months = new Map<string, Running>()
  const lines = new Map<string, { -readonly [K in keyof MovedLine]: MovedLine[K] }>()
  const staying = new Map<CannotMove, { records: bigint; requests: bigint; cost: Usd | null }>()
  let unchecked = 0n
  for (const slice of slices) {
    const month = at(months, slice.month, empty)
    const index = moves.findIndex((move) => selects(move.select, slice))
    const move = moves[index]
    if (slice.cost === null) {
      if (move !== undefined && move.share.numerator > 0n) stay(staying, 'no_cost_today', slice)
      continue
    }
    month.baseline = addUsd(month.baseline, slice.cost)
    const answer = move === undefined ? null : moveSlice(book, slice, move, spans[index] ?? null)
    if (answer === null || move === undefined || !answer.ok) {
      if (answer !== null && !answer.ok) stay(staying, answer.reason, slice)
      month.low = addUsd(month.low, slice.cost)
      month.likely = addUsd(month.likely, slice.cost)
      month.high = addUsd(month.high, slice.cost)
      continue
    }
    if (slice.contextBand % 16 === 0) unchecked += slice.requests
    const left = subtractUsd(slice.cost, timesUsd(slice.cost, move.share))
    const after = (amount: Usd) => timesUsd(amount, move.share)
    month.low = addUsd(month.low, addUsd(left, after(answer.low)))
    month.likely = addUsd(month.likely, addUsd(left, after(answer.likely)))
    month.high = addUsd(month.high, addUsd(left, after(answer.high)))
    const target = `${move.target.host} / ${move.target.model}`
    const line = at(lines, `${slice.host}\n${slice.model}\n${target}`, () => ({
      host: slice.host,
      model: slice.model,
      target,
      requests: 0n,
      before: ZERO_USD,
      after: ZERO_USD,
    }))
    line.requests += slice.requests
    line.before = addUsd(line.before, subtractUsd(slice.cost, left))
    line.after = addUsd(line.after, after(answer.likely))
  }
  const sorted = [...months].sort(([a], [b]) => (a < b ? -1 : 1))
  const total = sorted.reduce((sum, [, m]) => add(sum, m), empty())
  return {
    baseline: total.baseline,
    target: { low: total.low, likely: total.likely, high: total.high },
    months: sorted.map(([month, m]) => ({
      month,
      baseline: m.baseline,
      target: { low: m.low, likely: m.likely, high: m.high },
    })),
    lines: [...lines.values()].sort((a, b) => (a.before < b.before ? 1 : a.before > b.before ? -1 : 0)),
    cannotMove: [...staying].map(([reason, sums]) => ({ reason, ...sums })),
    uncheckedRequests: unchecked,
  }
}

function moveSlice(book: PriceBook, slice: UsageSlice, move: HostedMove, sold: SoldSpan | null): TargetPrice | null {
  if (move.share.numerator === 0n) return null
  const unchanged =
    isOne(move.changes.likely.input) && isOne(move.changes.likely.output) && isOne(move.changes.likely.cacheKept)
  if (unchanged && isSamePlace(book, slice, move.target)) {
    const cost = slice.cost as Usd
    return { ok: true, low: cost, likely: cost, high: cost }
  }
  return priceOnTarget(book, slice, move.target, sold, move.changes)
}

function stay(
  staying: Map<CannotMove, { records: bigint; requests: bigint; cost: Usd | null }>,
  reason: CannotMove,
  slice: UsageSlice,
): void {
  const sums = at(staying, reason, () => ({ records: 0n, requests: 0n, cost: slice.cost === null ? null : ZERO_USD }))
  sums.records += slice.records
  sums.requests += slice.requests
  if (sums.cost !== null && slice.cost !== null) sums.cost = addUsd(sums.cost, slice.cost)
}

function add(a: Running, b: Running): Running {
  return {
    baseline: addUsd(a.baseline, b.baseline),
    low: addUsd(a.low, b.low),
    likely: addUsd(a.likely, b.likely),
    high: addUsd(a.high, b.high),
  }
}

function at<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}
