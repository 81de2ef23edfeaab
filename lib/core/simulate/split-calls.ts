/**
 * Which move takes which share of which calls. Earlier moves take their share of a call first; what a target cannot take
 * is left for a later move, and what none takes stays, under the first reason. So a later move is left an own share of
 * every slice.
 */
import { divideRounded } from '../money/decimal'
import { usdFromAtto } from '../money/usd'
import type { PriceBook } from '../price/compiled'
import type { FleetPart } from './fleet/demand'
import { reasonToStay } from './own-target'
import { type MoveSelect, selects } from './replay/move-select'
import { lesser, MILLIONTHS, millionthsOf, type Ratio, ratioFromText } from './replay/ratio'
import { at, type HostedMove, refusalOfMove, type StayingLine } from './replay/replay-hours'
import { type CannotMove, soldSpan } from './replay/target-price'
import type { UsageSlice } from './replay/usage-slice'

export interface AskedMove {
  readonly kind: 'hosted' | 'own'
  /** Whole millionths. */
  readonly share: Ratio
  readonly select: MoveSelect
  /** Why the target cannot take calls; null when it can. */
  readonly refusal: (slice: UsageSlice) => CannotMove | null
}

export function askedOfHost(move: HostedMove, book: PriceBook): AskedMove {
  const sold = soldSpan(book, move.target)
  const { share, select } = move
  return { kind: 'hosted', share, select, refusal: (slice) => refusalOfMove(book, slice, move, sold) }
}

/** `share`: decimal text of at most six places. `totalClasses`: length classes that the model takes. */
export function askedOfOwn(share: string, select: MoveSelect, totalClasses: readonly number[]): AskedMove {
  const fits = new Set(totalClasses)
  return { kind: 'own', share: ratioFromText(share), select, refusal: (slice) => reasonToStay(slice, fits) }
}

/** Slices of which every hosted move takes the same share. */
export interface HostedGroup {
  readonly slices: readonly UsageSlice[]
  /** Millionths, for each move: of what a host takes, or has to be told it cannot; 0 for own GPUs. */
  readonly shares: readonly bigint[]
}

/** What is left to a fleet of the calls that it is asked to take and can. */
export interface OwnLeft {
  /** Slices that something is left of, apart by their share; their hours are asked for next. */
  readonly parts: readonly Omit<FleetPart, 'demand'>[]
  /** There is one part and nothing beside it: the same share of all calls that are selected and can be taken. */
  readonly even: boolean
}

export interface SplitCalls {
  /** Every slice is in one of these. */
  readonly hosted: readonly HostedGroup[]
  /** By the place of the move to own GPUs. */
  readonly own: ReadonlyMap<number, OwnLeft>
  /** What stays because own GPUs were the first that could not take it. */
  readonly staying: readonly StayingLine[]
}

export function splitCalls(slices: readonly UsageSlice[], moves: readonly AskedMove[]): SplitCalls {
  const groups = new Map<string, { slices: UsageSlice[]; shares: readonly bigint[] }>()
  // Parts by their share; what has nothing left is a part here, too.
  const own = new Map<number, Map<bigint, UsageSlice[]>>()
  for (const [index, one] of moves.entries()) if (one.kind === 'own') own.set(index, new Map())
  const staying = new Map<CannotMove, Stuck>()
  for (const slice of slices) {
    const shares = moves.map(() => 0n)
    let left = MILLIONTHS
    let stuck = 0n
    let first: { readonly index: number; readonly reason: CannotMove } | null = null
    for (const [index, move] of moves.entries()) {
      const taken = lesser(millionthsOf(move.share), left)
      const parts = own.get(index)
      // Of calls that are gone, only a fleet's demand has to know.
      if ((taken === 0n && parts === undefined) || !selects(move.select, slice)) continue
      const reason = move.refusal(slice)
      if (reason !== null) {
        if (taken > 0n) first ??= { index, reason }
        stuck += taken
        continue
      }
      left -= taken
      if (parts === undefined) shares[index] = taken
      else at(parts, taken, () => []).push(slice)
    }
    // A later move may have taken what the first could not.
    stuck = lesser(stuck, left)
    if (first !== null && stuck > 0n) {
      if (own.has(first.index)) addStuck(at(staying, first.reason, NOTHING_STUCK), slice, stuck)
      else shares[first.index] = stuck
    }
    at(groups, shares.join(), () => ({ slices: [], shares })).slices.push(slice)
  }
  return {
    hosted: [...groups.values()],
    own: new Map([...own].map(([index, parts]) => [index, leftOf(parts)])),
    staying: [...staying].map(([reason, sums]) => lineOf(reason, sums)),
  }
}

function leftOf(byShare: ReadonlyMap<bigint, readonly UsageSlice[]>): OwnLeft {
  const parts = [...byShare].flatMap(([share, slices]) => (share === 0n ? [] : [{ share, slices }]))
  return { parts, even: parts.length === 1 && byShare.size === 1 }
}

/** In millionths, so that a sum of parts of calls is rounded once. */
interface Stuck {
  records: bigint
  requests: bigint
  cost: bigint | null
}

const NOTHING_STUCK = (): Stuck => ({ records: 0n, requests: 0n, cost: 0n })

function addStuck(sums: Stuck, { records, requests, cost }: UsageSlice, share: bigint): void {
  sums.records += records * share
  sums.requests += requests * share
  sums.cost = cost === null || sums.cost === null ? null : sums.cost + cost * share
}

function lineOf(reason: CannotMove, { records, requests, cost }: Stuck): StayingLine {
  const whole = (amount: bigint) => divideRounded(amount, MILLIONTHS, 'half_even')
  return {
    reason,
    records: whole(records),
    requests: whole(requests),
    cost: cost === null ? null : usdFromAtto(whole(cost)),
  }
}
