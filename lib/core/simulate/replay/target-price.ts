/** Pricing a slice on another host, model and tier: at the dated and time-of-day prices of its own hours. */
import { divideRounded } from '../../money/decimal'
import { type Usd, usdFromAtto } from '../../money/usd'
import { resolveHost, resolveModel } from '../../price/book'
import type { CompiledModel, PriceableUsage, PriceBook, PriceSelection } from '../../price/compiled'
import { matchesLocalTime } from '../../price/local-time'
import { costOf } from '../../price/price-usage'
import { selectPrices } from '../../price/select'
import { readContextBand } from '../../rollup/context-band'
import { DAY_MS, HOUR_MS, type InstantMs } from '../../time/instant'
import type { Quantities } from '../../usage/record'
import { type Ratio, timesCount } from './ratio'
import type { UsageSlice } from './usage-slice'

export interface HostedTarget {
  readonly kind: 'hosted'
  readonly host: string
  readonly model: string
  readonly serviceTier: string
  /** Prompt and output together; null when the book does not tell. */
  readonly contextTokens: number | null
}

/** What may differ between the models for the same work. Factors on token counts; the share of cache hits that remain. */
export interface TokenChange {
  readonly input: Ratio
  readonly output: Ratio
  readonly cacheKept: Ratio
}

export type CannotMove = 'embedding' | 'context_too_long' | 'modality' | 'tool' | 'target_not_priced' | 'no_cost_today'

export type TargetPrice =
  | { readonly ok: true; readonly low: Usd; readonly likely: Usd; readonly high: Usd }
  | { readonly ok: false; readonly reason: CannotMove }

const WEEK_MS = 7 * DAY_MS

/** When the target was sold: its first price's begin and its last price's end (exclusive; null while it is sold). */
export interface SoldSpan {
  readonly fromMs: InstantMs
  readonly toMs: InstantMs | null
}

/** Null when the book has no price of the target at any time. */
export function soldSpan(book: PriceBook, target: Pick<HostedTarget, 'host' | 'model'>): SoldSpan | null {
  const host = resolveHost(book, target.host)
  const targets = host?.exact.get(target.model.trim().toLowerCase())
  if (host === null || targets === undefined) return null
  let span: SoldSpan | null = null
  for (const { model, fromMs, toMs } of targets) {
    for (const rate of host.models.get(model)?.rates ?? []) {
      const from = Math.max(fromMs, rate.fromMs)
      const to = toMs === null || rate.toMs === null ? (toMs ?? rate.toMs) : Math.min(toMs, rate.toMs)
      if (to !== null && to <= from) continue
      span =
        span === null
          ? { fromMs: from, toMs: to }
          : {
              fromMs: Math.min(span.fromMs, from),
              toMs: span.toMs === null || to === null ? null : Math.max(span.toMs, to),
            }
    }
  }
  return span
}

/**
 * An hour before the target was sold takes its first prices and one after takes its last, whole weeks away: the hour of
 * the week stays.
 */
export function pricingInstant(ms: InstantMs, sold: SoldSpan | null): InstantMs {
  if (sold === null) return ms
  if (ms < sold.fromMs) return ms + Math.ceil((sold.fromMs - ms) / WEEK_MS) * WEEK_MS
  if (sold.toMs !== null && ms >= sold.toMs) return ms - (Math.floor((ms - sold.toMs) / WEEK_MS) + 1) * WEEK_MS
  return ms
}

/** Equal for hours in which the target has the same prices. */
export function priceClassOf(book: PriceBook, target: HostedTarget, ms: InstantMs, sold: SoldSpan | null): string {
  const at = pricingInstant(ms, sold)
  const host = resolveHost(book, target.host)
  const model = host === null ? null : resolveModel(host, target.model, at)
  return model === null ? 'none' : situationKey(model, at)
}

function situationKey(model: CompiledModel, ms: InstantMs): string {
  let interval = 0
  for (const instant of model.instants) if (instant <= ms) interval += 1
  let key = `${model.model} ${interval}`
  for (const clock of model.clocks) key += matchesLocalTime(clock, ms) ? '+' : '-'
  return key
}

/** True when nothing of the prices in force would change: the same canonical model, host and tier. */
export function isSamePlace(book: PriceBook, slice: UsageSlice, target: HostedTarget): boolean {
  const from = resolveHost(book, slice.host)
  const to = resolveHost(book, target.host)
  if (from === null || to === null || from !== to) return false
  const a = resolveModel(from, slice.model, slice.atMs)
  return a !== null && a === resolveModel(to, target.model, slice.atMs) && slice.serviceTier === target.serviceTier
}

export interface Changes {
  readonly low: TokenChange
  readonly likely: TokenChange
  readonly high: TokenChange
}

export function priceOnTarget(
  book: PriceBook,
  slice: UsageSlice,
  target: HostedTarget,
  sold: SoldSpan | null,
  changes: Changes,
): TargetPrice {
  const { contextTokens } = target
  if (isEmbedding(slice.model) && !isEmbedding(target.model)) return { ok: false, reason: 'embedding' }
  const band = readContextBand(slice.contextBand)
  // A class whose longest call is longer than the window stays: some of its calls would be refused.
  if (contextTokens !== null && band.total !== null && (band.total.max === null || band.total.max > contextTokens)) {
    return { ok: false, reason: 'context_too_long' }
  }
  const hours = Math.max(1, Math.round(slice.grainSeconds / 3600))
  const prompt = band.prompt === null ? null : BigInt(band.prompt.max ?? band.prompt.min)
  let likely = 0n
  let low: bigint | null = null
  let high: bigint | null = null
  const seen = new Map<PriceSelection, [bigint, bigint, bigint]>()
  for (let hour = 0; hour < hours; hour += 1) {
    const at = pricingInstant(slice.atMs + hour * HOUR_MS, sold)
    const base: PriceableUsage = {
      host: target.host,
      model: target.model,
      startMs: at,
      serviceTier: target.serviceTier,
      region: null,
      speed: null,
      promptTokens: prompt,
      contextTier: null,
      requests: slice.requests === 0n ? null : slice.requests,
      quantities: slice.quantities,
    }
    const fold = foldingOf(book, base)
    const usage = { ...base, quantities: changed(slice.quantities, changes.likely, fold) }
    const selection = selectPrices(book, usage)
    if (selection.problem !== null) return { ok: false, reason: reasonOf(selection, usage.quantities) }
    if (selection.currency !== 'USD') return { ok: false, reason: 'target_not_priced' }
    let costs = seen.get(selection)
    if (costs === undefined) {
      const at2 = (change: TokenChange) => {
        const other = { ...base, quantities: changed(slice.quantities, change, fold) }
        return costOf(selectPrices(book, other), other)
      }
      costs = [at2(changes.low), costOf(selection, usage), at2(changes.high)]
      seen.set(selection, costs)
    }
    likely += costs[1]
    if (low === null || costs[0] < low) low = costs[0]
    if (high === null || costs[2] > high) high = costs[2]
  }
  const mean = hours === 1 ? likely : divideRounded(likely, BigInt(hours), 'half_even')
  return {
    ok: true,
    low: usdFromAtto(low === null ? mean : low),
    likely: usdFromAtto(mean),
    high: usdFromAtto(high === null ? mean : high),
  }
}

/** Models that answer with vectors or scores, not text; the database applies the same pattern. */
export const EMBEDDING_PATTERN = 'embed|rerank'
const EMBEDDING = new RegExp(EMBEDDING_PATTERN, 'i')

export function isEmbedding(model: string): boolean {
  return EMBEDDING.test(model)
}

/** Which cache classes the target has no price for: it bills those tokens as plain input. */
interface Folding {
  readonly read: boolean
  readonly write5m: boolean
  readonly write1h: boolean
}

function foldingOf(book: PriceBook, usage: PriceableUsage): Folding {
  const { quantities } = usage
  const lacks = (quantity: bigint, part: Partial<Quantities>) =>
    quantity > 0n && selectPrices(book, { ...usage, quantities: { ...NOTHING, ...part } }).problem !== null
  return {
    read: lacks(quantities.cacheRead, { cacheRead: 1n }),
    write5m: lacks(quantities.cacheWrite5m, { cacheWrite5m: 1n }),
    write1h: lacks(quantities.cacheWrite1h, { cacheWrite1h: 1n }),
  }
}

const NOTHING: Quantities = {
  input: 0n,
  cacheRead: 0n,
  cacheWrite5m: 0n,
  cacheWrite1h: 0n,
  output: 0n,
  reasoning: 0n,
  other: null,
}

function changed(quantities: Quantities, change: TokenChange, fold: Folding): Quantities {
  const kept = fold.read ? 0n : timesCount(quantities.cacheRead, change.cacheKept)
  const write5m = fold.write5m ? 0n : quantities.cacheWrite5m
  const write1h = fold.write1h ? 0n : quantities.cacheWrite1h
  const prompt = quantities.input + quantities.cacheRead + quantities.cacheWrite5m + quantities.cacheWrite1h
  return {
    input: timesCount(prompt - kept - write5m - write1h, change.input),
    cacheRead: timesCount(kept, change.input),
    cacheWrite5m: timesCount(write5m, change.input),
    cacheWrite1h: timesCount(write1h, change.input),
    output: timesCount(quantities.output, change.output),
    reasoning: timesCount(quantities.reasoning, change.output),
    other: quantities.other,
  }
}

function reasonOf(selection: PriceSelection, quantities: Quantities): CannotMove {
  for (const [meter, quantity] of quantities.other ?? []) {
    if (quantity === 0n || selection.lines.some((line) => line.meter === meter)) continue
    return /audio|image|video|pages|characters/.test(meter) ? 'modality' : 'tool'
  }
  return 'target_not_priced'
}
