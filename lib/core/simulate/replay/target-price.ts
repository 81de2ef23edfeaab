/** Pricing a slice on another host, model and tier: at the dated and time-of-day prices of its own hours. */
import { divideRounded } from '../../money/decimal'
import { type Usd, usdFromAtto } from '../../money/usd'
import { nameTargets, resolveHost, resolveModel } from '../../price/book'
import type { CompiledModel, PriceableUsage, PriceBook, PriceSelection } from '../../price/compiled'
import { matchesLocalTime } from '../../price/local-time'
import { costOf, costOfMeters } from '../../price/price-usage'
import { ORDINARY_TIERS, selectPrices } from '../../price/select'
import { STANDARD } from '../../price/situation'
import { readContextBand } from '../../rollup/context-band'
import { DAY_MS, HOUR_MS, type InstantMs } from '../../time/instant'
import type { Meter } from '../../usage/meter'
import type { Quantities } from '../../usage/record'
import { cacheRuleOf } from './cache-rule'
import { MILLIONTHS, millionthsOf, type Ratio } from './ratio'
import { numberOf, partsOf, SURE, type UnsureParts } from './unsure-part'
import { type CallPool, poolOf, pricedPrompt, type UsageSlice } from './usage-slice'

export interface HostedTarget {
  readonly kind: 'hosted'
  readonly host: string
  readonly model: string
  readonly serviceTier: string
  /** Prompt and output together; null when the book does not tell. */
  readonly contextTokens: number | null
}

/** What may differ between the models for the same work. Factors on token counts, of at most 6 decimals. */
export interface TokenChange {
  readonly input: Ratio
  readonly output: Ratio
  /** Share of cache hits that remain. */
  readonly cacheKept: Ratio
  /** Tokens written for each token read, where only the target bills writes. */
  readonly writesPerRead: Ratio
}

export type CannotMove =
  | 'embedding'
  | 'context_too_long'
  | 'modality'
  | 'tool'
  | 'cannot_wait'
  | 'tier_not_sold'
  | 'data_residency'
  | 'quality_floor'
  | 'target_not_priced'
  | 'no_cost_today'

export type TargetPrice =
  | {
      readonly ok: true
      readonly low: Usd
      readonly likely: Usd
      readonly high: Usd
      /** What each thing that is not known does alone. */
      readonly parts: UnsureParts
    }
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
  if (host === null) return null
  let span: SoldSpan | null = null
  for (const { model, fromMs, toMs } of nameTargets(host, target.model)) {
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
  return a !== null && a === resolveModel(to, target.model, slice.atMs) && tierOf(slice) === tierOf(target)
}

/** What sources write for the ordinary tier is one tier. */
function tierOf({ serviceTier }: { readonly serviceTier: string }): string {
  const tier = serviceTier.trim().toLowerCase()
  return ORDINARY_TIERS.has(tier) ? STANDARD : tier
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
  tellsParts = true,
): TargetPrice {
  const { contextTokens } = target
  if (isEmbedding(slice.model) && !isEmbedding(target.model)) return { ok: false, reason: 'embedding' }
  if (WAITING_TIERS.has(target.serviceTier) && NOW_TIERS.test(slice.serviceTier))
    return { ok: false, reason: 'cannot_wait' }
  const band = readContextBand(slice.contextBand)
  // A class whose longest call is longer than the window stays: some of its calls would be refused.
  if (contextTokens !== null && band.total !== null && (band.total.max === null || band.total.max > contextTokens)) {
    return { ok: false, reason: 'context_too_long' }
  }
  const hours = Math.max(1, Math.round(slice.grainSeconds / 3600))
  const prompt = pricedPrompt(band.prompt, poolOf(slice))
  let likely = 0n
  let low: bigint | null = null
  let high: bigint | null = null
  const requests = slice.requests === 0n ? null : slice.requests
  const scaledRequests = requests === null ? null : requests * SCALE
  const seen = new Map<
    PriceSelection,
    { readonly costs: readonly [bigint, bigint, bigint]; readonly alone: readonly number[] }
  >()
  const alone = [0, 0, 0, 0, 0, 0]
  let least: bigint | null = null
  let most: bigint | null = null
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
      requests,
      quantities: slice.quantities,
    }
    const plain = selectPrices(book, base)
    const fold = foldingOf(book, slice, base, plain)
    const usual = { ...base, requests: scaledRequests, quantities: changed(slice.quantities, changes.likely, fold) }
    const selection =
      isFolded(fold) || !sameMeters(usual.quantities, slice.quantities) ? selectPrices(book, usual) : plain
    if (selection.problem !== null) return { ok: false, reason: reasonOf(book, selection, usual) }
    if (selection.currency !== 'USD') return { ok: false, reason: 'target_not_priced' }
    let priced = seen.get(selection)
    if (priced === undefined) {
      const cost = (change: TokenChange) => {
        const other = { ...usual, quantities: changed(slice.quantities, change, fold) }
        return costOf(sameMeters(other.quantities, usual.quantities) ? selection : selectPrices(book, other), other)
      }
      const likelyCost = costOf(selection, usual)
      const end = (change: TokenChange) => (change === changes.likely ? likelyCost : cost(change))
      priced = {
        costs: [end(changes.low), likelyCost, end(changes.high)],
        alone: tellsParts ? aloneCosts(selection, usual, changes, cost, likelyCost) : NONE_ALONE,
      }
      if (hours > 1) seen.set(selection, priced)
    }
    const [atLow, atLikely, atHigh] = priced.costs
    likely += atLikely
    if (low === null || atLow < low) low = atLow
    if (high === null || atHigh > high) high = atHigh
    if (least === null || atLikely < least) least = atLikely
    if (most === null || atLikely > most) most = atLikely
    for (const [place, amount] of priced.alone.entries()) alone[place] = (alone[place] as number) + amount
  }
  const exact = (amount: bigint, parts: bigint) => usdFromAtto(divideRounded(amount, SCALE * parts, 'half_even'))
  const mean = exact(likely, BigInt(hours))
  const over = (amount: bigint | null) =>
    amount === null ? 0 : Number(amount - likely / BigInt(hours)) / Number(SCALE)
  return {
    ok: true,
    low: low === null ? mean : exact(low, 1n),
    likely: mean,
    high: high === null ? mean : exact(high, 1n),
    parts:
      !tellsParts || (changes.low === changes.high && hours === 1)
        ? SURE
        : partsOf(
            changes,
            alone.map((amount) => amount / hours / Number(SCALE)),
            hours === 1 ? [0, 0] : [over(least), over(most)],
          ),
  }
}

const ANSWER: ReadonlySet<Meter> = new Set(['output', 'reasoning'])
const PROMPT: ReadonlySet<Meter> = new Set(['input', 'cache_read', 'cache_write_5m', 'cache_write_1h'])

/**
 * What answers, prompts and cache hits alone add at their low and high ends, in parts of SCALE. Prices are linear in
 * answers and in prompts, so those need no second pricing; hits change which prices apply.
 */
function aloneCosts(
  selection: PriceSelection,
  usual: PriceableUsage,
  { low, likely, high }: Changes,
  cost: (change: TokenChange) => bigint,
  likelyCost: bigint,
): readonly number[] {
  if (low === likely && high === likely) return NONE_ALONE
  const grown = (meters: ReadonlySet<Meter>, pick: 'output' | 'input') => {
    if (likely[pick].numerator === 0n || (sameRatio(low[pick], likely[pick]) && sameRatio(high[pick], likely[pick]))) {
      return [0, 0]
    }
    const part = Number(costOfMeters(selection, usual, meters))
    const from = numberOf(likely[pick])
    return [part * (numberOf(low[pick]) / from - 1), part * (numberOf(high[pick]) / from - 1)]
  }
  const hits = (end: TokenChange) =>
    usual.quantities.cacheRead === 0n ||
    (sameRatio(end.cacheKept, likely.cacheKept) && sameRatio(end.writesPerRead, likely.writesPerRead))
      ? 0
      : Number(cost({ ...likely, cacheKept: end.cacheKept, writesPerRead: end.writesPerRead }) - likelyCost)
  return [...grown(ANSWER, 'output'), ...grown(PROMPT, 'input'), hits(low), hits(high)]
}

const NONE_ALONE = [0, 0, 0, 0, 0, 0] as const

function sameRatio(a: Ratio, b: Ratio): boolean {
  return a.numerator * b.denominator === b.numerator * a.denominator
}

/** Tokens are counted in parts of this while factors are applied, so that the sum does not depend on how hours are grouped. */
const SCALE = 10n ** 12n

/** Tiers whose answers come when the host has room: within a day, or slower than usual. */
export const WAITING_TIERS: ReadonlySet<string> = new Set(['batch', 'flex'])
/** Tiers that are paid for speed; their calls do not wait. */
const NOW_TIERS = /priority|fast|provisioned|realtime/i

/** Models that answer with vectors or scores, not text; the database applies the same pattern. */
export const EMBEDDING_PATTERN = 'embed|rerank'
const EMBEDDING = new RegExp(EMBEDDING_PATTERN, 'i')

export function isEmbedding(model: string): boolean {
  return EMBEDDING.test(model)
}

/** What of the cache the target bills in its own way. */
interface Folding {
  /** It has no price for reads: those tokens are plain input; so for writes. */
  readonly read: boolean
  readonly write5m: boolean
  readonly write1h: boolean
  /** It bills writes and today's host does not: what is read must have been written. */
  readonly writesReads: boolean
  readonly calls: CallPool
}

function foldingOf(book: PriceBook, slice: UsageSlice, usage: PriceableUsage, plain: PriceSelection): Folding {
  const { quantities } = usage
  const prices = (part: Partial<Quantities>) =>
    selectPrices(book, { ...usage, quantities: { ...NOTHING, ...part } }).problem === null
  // Where everything has its price, so has each part.
  const lacks = (quantity: bigint, part: Partial<Quantities>) =>
    quantity > 0n && plain.problem !== null && !prices(part)
  const calls = poolOf(slice)
  const least = cacheRuleOf(usage.host, usage.model).minPromptTokens
  const short =
    least > cacheRuleOf(slice.host, slice.model).minPromptTokens &&
    calls.requests > 0n &&
    calls.promptTokens < calls.requests * BigInt(least)
  const read = short || lacks(quantities.cacheRead, { cacheRead: 1n })
  return {
    calls,
    read,
    write5m: lacks(quantities.cacheWrite5m, { cacheWrite5m: 1n }),
    write1h: lacks(quantities.cacheWrite1h, { cacheWrite1h: 1n }),
    writesReads: !read && quantities.cacheRead > 0n && !calls.writesCache && prices({ cacheWrite5m: 1n }),
  }
}

function isFolded(fold: Folding): boolean {
  return fold.read || fold.write5m || fold.write1h || fold.writesReads
}

/** Prices are chosen by which quantities there are, not by how much. */
function sameMeters(a: Quantities, b: Quantities): boolean {
  return (
    (a.input === 0n) === (b.input === 0n) &&
    (a.cacheRead === 0n) === (b.cacheRead === 0n) &&
    (a.cacheWrite5m === 0n) === (b.cacheWrite5m === 0n) &&
    (a.cacheWrite1h === 0n) === (b.cacheWrite1h === 0n) &&
    (a.output === 0n) === (b.output === 0n) &&
    (a.reasoning === 0n) === (b.reasoning === 0n) &&
    (a.output === a.reasoning) === (b.output === b.reasoning)
  )
}

function promptOf(quantities: Quantities): bigint {
  return quantities.input + quantities.cacheRead + quantities.cacheWrite5m + quantities.cacheWrite1h
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

/** Quantities on the target, in parts of SCALE. */
function changed(quantities: Quantities, change: TokenChange, fold: Folding): Quantities {
  const kept = fold.read ? 0n : quantities.cacheRead * millionthsOf(change.cacheKept)
  const fresh = (promptOf(quantities) - quantities.cacheWrite5m - quantities.cacheWrite1h) * MILLIONTHS - kept
  const written = !fold.writesReads ? 0n : isAllWritten(fold.calls, change) ? fresh : writtenFor(kept, change)
  const write5m = (fold.write5m ? 0n : quantities.cacheWrite5m * MILLIONTHS) + written
  const write1h = fold.write1h ? 0n : quantities.cacheWrite1h * MILLIONTHS
  const input = millionthsOf(change.input)
  const output = millionthsOf(change.output) * MILLIONTHS
  return {
    input: (promptOf(quantities) * MILLIONTHS - kept - write5m - write1h) * input,
    cacheRead: kept * input,
    cacheWrite5m: write5m * input,
    cacheWrite1h: write1h * input,
    output: quantities.output * output,
    reasoning: quantities.reasoning * output,
    other:
      quantities.other === null ? null : new Map([...quantities.other].map(([meter, count]) => [meter, count * SCALE])),
  }
}

function writtenFor(kept: bigint, change: TokenChange): bigint {
  return (kept * millionthsOf(change.writesPerRead)) / MILLIONTHS
}

/**
 * Nothing is written that was not sent: where the reads would need more, all that is not read is written. Decided on all calls
 * alike; a slice that reads more than its part then has less than no plain input, which others of its pool make good.
 */
function isAllWritten({ input, cacheRead }: CallPool, change: TokenChange): boolean {
  const kept = cacheRead * millionthsOf(change.cacheKept)
  return writtenFor(kept, change) > (input + cacheRead) * MILLIONTHS - kept
}

function reasonOf(book: PriceBook, selection: PriceSelection, usage: PriceableUsage): CannotMove {
  for (const [meter, quantity] of usage.quantities.other ?? []) {
    if (quantity === 0n || selection.lines.some((line) => line.meter === meter)) continue
    return /audio|image|video|pages|characters/.test(meter) ? 'modality' : 'tool'
  }
  const isStandard = usage.serviceTier === STANDARD
  const sold = !isStandard && selectPrices(book, { ...usage, serviceTier: STANDARD }).problem === null
  return sold ? 'tier_not_sold' : 'target_not_priced'
}
