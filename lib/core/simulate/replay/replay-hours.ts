/**
 * The replay: a workspace's own hours with some of the calls moved to another host, model or tier. What is not moved
 * keeps its cost to the digit; what cannot move is counted with its reason.
 */
import { divideRounded } from '../../money/decimal'
import { addUsd, subtractUsd, type Usd, ZERO_USD } from '../../money/usd'
import type { PriceBook } from '../../price/compiled'
import { type MoveSelect, selects } from './move-select'
import { isOne, lesser, MILLIONTHS, millionthsOf, type Ratio, timesUsd } from './ratio'
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
import { addParts, SURE, type UnsureParts } from './unsure-part'
import type { UsageSlice } from './usage-slice'

export interface HostedMove {
  readonly share: Ratio
  readonly select: MoveSelect
  readonly target: HostedTarget
  /** What differs for these calls on the target: it depends on the model that answers them today. */
  readonly changesFor: (slice: UsageSlice) => Changes
  /** Part that is asked again where it was, because the answer was not good enough. */
  readonly escalation?: Ratio | undefined
  /** Why the project of these calls does not allow the target; null when it does. Absent: every project allows it. */
  readonly refuses?: (slice: UsageSlice) => CannotMove | null
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

/** Moved calls of one model and project, before and after. */
export interface MovedLine {
  readonly host: string
  readonly model: string
  readonly project: string | null
  readonly target: string
  readonly requests: bigint
  readonly before: Usd
  readonly low: Usd
  /** The likely cost on the target. */
  readonly after: Usd
  readonly high: Usd
  /** What each thing that is not known of these calls adds to the likely cost. */
  readonly parts: UnsureParts
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
  /** The same with every share moved in full, to the first target that can take the calls; without parts. */
  readonly wholeLines: readonly MovedLine[]
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

/**
 * Each move takes its share of the calls it selects, earlier moves first, until all of a call's share is spent. What one
 * target cannot take is left for a later move; what none takes stays, under the first reason.
 */
export function replayHours(
  slices: Iterable<UsageSlice>,
  moves: readonly HostedMove[],
  book: PriceBook,
  /** False for who wants the sums only. */
  tellsParts = true,
): Comparison {
  const spans = moves.map((move) => soldSpan(book, move.target))
  const names = moves.map((move) => targetName(move.target))
  const months = new Map<string, Running>()
  const lines = new Map<string, Line>()
  const wholes = new Map<string, Line>()
  /** Records and requests in millionths. */
  const staying = new Map<CannotMove, { records: bigint; requests: bigint; cost: Usd | null }>()
  let unchecked = 0n
  for (const slice of slices) {
    const month = at(months, slice.month, empty)
    const asking = moves.flatMap((move, index) =>
      move.share.numerator > 0n && selects(move.select, slice) ? [{ move, index }] : [],
    )
    const { cost } = slice
    if (cost === null) {
      if (asking.length > 0) stay(staying, 'no_cost_today', slice, shareOfAll(asking))
      continue
    }
    month.baseline = addUsd(month.baseline, cost)
    let left = MILLIONTHS
    let stuck = 0n
    let reason: CannotMove | null = null
    let stays: Usd = cost
    let isWhole = false
    for (const { move, index } of asking) {
      const taken = lesser(millionthsOf(move.share), left)
      if (taken === 0n) break
      const share: Ratio = { numerator: taken, denominator: MILLIONTHS }
      const answer = moveSlice(book, slice, cost, move, spans[index] ?? null, tellsParts)
      if (!answer.ok) {
        reason ??= answer.reason
        stuck += taken
        continue
      }
      left -= taken
      const before = timesUsd(cost, share)
      const [low, likely, high] = [answer.low, answer.likely, answer.high].map((amount) => timesUsd(amount, share)) as [
        Usd,
        Usd,
        Usd,
      ]
      stays = subtractUsd(stays, before)
      month.low = addUsd(month.low, low)
      month.likely = addUsd(month.likely, likely)
      month.high = addUsd(month.high, high)
      const requests = slice.requests * taken
      if (slice.contextBand % 16 === 0) unchecked += requests
      const key = `${slice.host}\n${slice.model}\n${slice.project ?? ''}\n${index}`
      const target = names[index] as string
      const line = at(lines, key, () => newLine(slice, target))
      addTo(line, requests, before, low, likely, high)
      line.parts = addParts(line.parts, answer.parts, Number(taken) / Number(MILLIONTHS))
      if (!isWhole) {
        addTo(
          at(wholes, key, () => newLine(slice, target)),
          slice.requests * MILLIONTHS,
          cost,
          answer.low,
          answer.likely,
          answer.high,
        )
        isWhole = true
      }
    }
    stuck = lesser(stuck, left)
    if (reason !== null && stuck > 0n) {
      stay(staying, reason, slice, { numerator: stuck, denominator: MILLIONTHS })
    }
    month.low = addUsd(month.low, stays)
    month.likely = addUsd(month.likely, stays)
    month.high = addUsd(month.high, stays)
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
    lines: dearestFirst(counted([...lines.values()])),
    wholeLines: dearestFirst(counted([...wholes.values()])),
    cannotMove: [...staying].map(([reason, { records, requests, cost }]) => ({
      reason,
      records: whole(records),
      requests: whole(requests),
      cost,
    })),
    uncheckedRequests: whole(unchecked),
  }
}

/** A line as it grows: its requests in millionths, so that parts of calls are rounded once. */
type Line = { -readonly [K in keyof MovedLine]: MovedLine[K] }

const whole = (millionths: bigint): bigint => divideRounded(millionths, MILLIONTHS, 'half_even')

/** Requests in whole calls; what a model's lines of several projects count together is rounded once, too. */
function counted(lines: readonly Line[]): Line[] {
  const sums = new Map<string, { requests: bigint }>()
  return lines.map((line) => {
    const sum = at(sums, JSON.stringify([line.host, line.model, line.target]), () => ({ requests: 0n }))
    const before = whole(sum.requests)
    sum.requests += line.requests
    return { ...line, requests: whole(sum.requests) - before }
  })
}

function newLine({ host, model, project }: UsageSlice, target: string): Line {
  const none = ZERO_USD
  return { host, model, project, target, requests: 0n, before: none, low: none, after: none, high: none, parts: SURE }
}

function addTo(line: Line, requests: bigint, before: Usd, low: Usd, likely: Usd, high: Usd): void {
  line.requests += requests
  line.before = addUsd(line.before, before)
  line.low = addUsd(line.low, low)
  line.after = addUsd(line.after, likely)
  line.high = addUsd(line.high, high)
}

function dearestFirst(lines: Line[]): MovedLine[] {
  return lines.sort((a, b) => (a.before < b.before ? 1 : a.before > b.before ? -1 : 0))
}

/** A target as the lines of an answer name it. */
export function targetName({ host, model, serviceTier }: HostedTarget): string {
  return `${host} / ${model}${serviceTier === 'standard' ? '' : ` (${serviceTier})`}`
}

function shareOfAll(asking: readonly { readonly move: HostedMove }[]): Ratio {
  const asked = asking.reduce((sum, { move }) => sum + millionthsOf(move.share), 0n)
  return { numerator: lesser(asked, MILLIONTHS), denominator: MILLIONTHS }
}

function moveSlice(
  book: PriceBook,
  slice: UsageSlice,
  cost: Usd,
  move: HostedMove,
  sold: SoldSpan | null,
  tellsParts: boolean,
): TargetPrice {
  const changes = move.changesFor(slice)
  const unchanged = isOne(changes.likely.input) && isOne(changes.likely.output) && isOne(changes.likely.cacheKept)
  if (unchanged && isSamePlace(book, slice, move.target))
    return { ok: true, low: cost, likely: cost, high: cost, parts: SURE }
  const refused = move.refuses?.(slice) ?? null
  if (refused !== null) return { ok: false, reason: refused }
  const there = priceOnTarget(book, slice, move.target, sold, changes, tellsParts)
  if (!there.ok || move.escalation === undefined) return there
  const again = timesUsd(cost, move.escalation)
  const [low, likely, high] = [addUsd(there.low, again), addUsd(there.likely, again), addUsd(there.high, again)]
  return { ...there, low, likely, high }
}

/** Why a target cannot take calls, before any share; null when it can. */
export function refusalOfMove(
  book: PriceBook,
  slice: UsageSlice,
  move: HostedMove,
  sold: SoldSpan | null,
): CannotMove | null {
  if (slice.cost === null) return 'no_cost_today'
  const answer = moveSlice(book, slice, slice.cost, move, sold, false)
  return answer.ok ? null : answer.reason
}

function stay(
  staying: Map<CannotMove, { records: bigint; requests: bigint; cost: Usd | null }>,
  reason: CannotMove,
  slice: UsageSlice,
  share: Ratio,
): void {
  const sums = at(staying, reason, () => ({ records: 0n, requests: 0n, cost: slice.cost === null ? null : ZERO_USD }))
  sums.records += slice.records * millionthsOf(share)
  sums.requests += slice.requests * millionthsOf(share)
  if (sums.cost !== null && slice.cost !== null) sums.cost = addUsd(sums.cost, timesUsd(slice.cost, share))
}

function add(a: Running, b: Running): Running {
  return {
    baseline: addUsd(a.baseline, b.baseline),
    low: addUsd(a.low, b.low),
    likely: addUsd(a.likely, b.likely),
    high: addUsd(a.high, b.high),
  }
}

/** What a map has at a key, made there when it has nothing. */
export function at<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}
