/** What a target's clock costs: its dear hours, and what work that can wait would save outside them. */
import { subtractUsd, type Usd, ZERO_USD } from '../../money/usd'
import type { PriceBook } from '../../price/compiled'
import { costOf } from '../../price/price-usage'
import { selectPrices } from '../../price/select'
import { DAY_MS, floorToDay, HOUR_MS, type InstantMs, type Period } from '../../time/instant'
import { hourOfWeek } from '../fleet/demand'
import { type HostedMove, replayHours } from './replay-hours'
import { type HostedTarget, pricingInstant, type SoldSpan, soldSpan, WAITING_TIERS } from './target-price'
import type { UsageSlice } from './usage-slice'

/** What a mixed call (three tokens in, one out) costs at an instant, 10^-18 dollars; null without a price. */
function mixedCost(book: PriceBook, target: HostedTarget, ms: InstantMs): bigint | null {
  const usage = {
    host: target.host,
    model: target.model,
    startMs: ms,
    serviceTier: target.serviceTier,
    region: null,
    speed: null,
    promptTokens: null,
    contextTier: null,
    requests: null,
    quantities: {
      input: 3n,
      cacheRead: 0n,
      cacheWrite5m: 0n,
      cacheWrite1h: 0n,
      output: 1n,
      reasoning: 0n,
      other: null,
    },
  }
  const selection = selectPrices(book, usage)
  return selection.problem === null ? costOf(selection, usage) : null
}

/** Weeks looked at for dear hours: one alone may be a holiday. */
const WEEKS = 3

/** Hours of the week in which a mixed call costs more than in the cheapest hour of its week, by the last weeks of the period. */
export function dearHoursOf(book: PriceBook, target: HostedTarget, period: Period): boolean[] {
  const sold = soldSpan(book, target)
  const end = floorToDay(period.endMs)
  const dear = new Array<boolean>(168).fill(false)
  for (let week = 1; week <= WEEKS; week += 1) {
    const costs: (bigint | null)[] = []
    for (let hour = 0; hour < 168; hour += 1) {
      costs.push(mixedCost(book, target, pricingInstant(end - week * 7 * DAY_MS + hour * HOUR_MS, sold)))
    }
    let least: bigint | null = null
    for (const cost of costs) if (cost !== null && (least === null || cost < least)) least = cost
    for (const [hour, cost] of costs.entries()) {
      if (cost !== null && least !== null && cost > least)
        dear[hourOfWeek(end - week * 7 * DAY_MS + hour * HOUR_MS)] = true
    }
    // Prices of another card are not this one's clock.
    if (dear.includes(true)) break
  }
  return dear
}

/** The calls of one project and tier by hour of the day, UTC: tokens in any unit, 24 values. */
export interface DayProfile {
  readonly project: string | null
  readonly serviceTier: string
  readonly tokens: readonly number[]
}

/** Work that runs in one stretch of the day, and what starting it at another hour saves. Hours are UTC. */
export interface OffPeakBatch {
  readonly project: string | null
  readonly serviceTier: string
  readonly fromHour: number
  /** Exclusive, 1 to 24. */
  readonly toHour: number
  /** When it would start instead: outside the dear hours of every weekday, as near as that is possible. */
  readonly startHour: number
  readonly saving: Usd
}

const WITHIN = 0.95
const MOST_HOURS = 6

/** Nothing is saved by work that already waits for the cheap hours; greatest saving first. */
export function offPeakBatches(
  profiles: readonly DayProfile[],
  slices: readonly UsageSlice[],
  moves: readonly HostedMove[],
  book: PriceBook,
  period: Period,
): OffPeakBatch[] {
  const target = moves[0]?.target
  if (target === undefined) return []
  const dear = dearHoursOf(book, target, period)
  const dearOfDay = Array.from({ length: 24 }, (_, hour) => dear.some((is, slot) => is && slot % 24 === hour))
  const batches: OffPeakBatch[] = []
  for (const { project, serviceTier, tokens } of profiles) {
    const stretch = stretchOf(tokens)
    if (stretch === null || (stretch.hours > MOST_HOURS && !WAITING_TIERS.has(serviceTier))) continue
    const startHour = freeStart(dearOfDay, stretch)
    if (startHour === null || startHour === stretch.from) continue
    const own = slices.filter((slice) => slice.project === project && slice.serviceTier === serviceTier)
    const saving = savedOutsidePeak(own, moves, book)
    if (saving <= 0n) continue
    const toHour = ((stretch.from + stretch.hours - 1) % 24) + 1
    batches.push({ project, serviceTier, fromHour: stretch.from, toHour, startHour, saving })
  }
  return batches.sort((a, b) => (a.saving < b.saving ? 1 : a.saving > b.saving ? -1 : 0))
}

/** The shortest stretch of the day that holds nearly all of the tokens. */
function stretchOf(tokens: readonly number[]): { readonly from: number; readonly hours: number } | null {
  const all = tokens.reduce((sum, count) => sum + count, 0)
  if (all <= 0) return null
  for (let hours = 1; hours < 24; hours += 1) {
    for (let from = 0; from < 24; from += 1) {
      let inside = 0
      for (let i = 0; i < hours; i += 1) inside += tokens[(from + i) % 24] ?? 0
      if (inside >= WITHIN * all) return { from, hours }
    }
  }
  return null
}

/** The nearest start whose whole stretch is free of dear hours; later before earlier. */
function freeStart(
  dear: readonly boolean[],
  stretch: { readonly from: number; readonly hours: number },
): number | null {
  for (let shift = 0; shift <= 12; shift += 1) {
    for (const start of [stretch.from + shift, stretch.from - shift + 24]) {
      const isFree = Array.from({ length: stretch.hours }, (_, i) => dear[(start + i) % 24]).every((is) => is === false)
      if (isFree) return start % 24
    }
  }
  return null
}

/** What the same calls would save if each hour that is dear on the target ran in the next hour that is not. */
export function savedOutsidePeak(slices: readonly UsageSlice[], moves: readonly HostedMove[], book: PriceBook): Usd {
  const target = moves[0]?.target
  if (target === undefined) return ZERO_USD
  const sold = soldSpan(book, target)
  // Slices share few hours.
  const shifts = new Map<InstantMs, InstantMs>()
  const dear: UsageSlice[] = []
  const shifted: UsageSlice[] = []
  for (const slice of slices) {
    let atMs = shifts.get(slice.atMs)
    if (atMs === undefined) {
      atMs = cheapestWithinDay(book, target, slice.atMs, sold)
      shifts.set(slice.atMs, atMs)
    }
    if (atMs === slice.atMs) continue
    dear.push(slice)
    shifted.push({ ...slice, atMs })
  }
  const likely = moves.map(likelyOnly)
  return subtractUsd(
    replayHours(dear, likely, book, false).target.likely,
    replayHours(shifted, likely, book, false).target.likely,
  )
}

/** Without the range around the likely case, which is not asked for. */
function likelyOnly(move: HostedMove): HostedMove {
  return {
    ...move,
    changesFor: (slice) => {
      const { likely } = move.changesFor(slice)
      return { low: likely, likely, high: likely }
    },
  }
}

function cheapestWithinDay(book: PriceBook, target: HostedTarget, ms: InstantMs, sold: SoldSpan | null): InstantMs {
  let best = ms
  let least = mixedCost(book, target, pricingInstant(ms, sold))
  for (let hour = 1; hour < 24; hour += 1) {
    const cost = mixedCost(book, target, pricingInstant(ms, sold) + hour * HOUR_MS)
    if (cost !== null && least !== null && cost < least) {
      least = cost
      best = pricingInstant(ms, sold) + hour * HOUR_MS
    }
  }
  return best
}
