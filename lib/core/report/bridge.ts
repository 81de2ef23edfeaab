/**
 * Why a month costs more or less than the month before: the difference split into effects that sum to it to the last
 * digit. Each effect is the step between two hypothetical costs, and the steps run from the one month to the other, so
 * rounding a hypothetical cost moves at most 10^-18 dollar between two neighbours and never changes the sum.
 *
 * The steps, for every project × host × model that both months have (one that only one month has is `new` or `retired`):
 *   volume  all of them grow alike, by the tokens of both months, at the earlier mix and prices;
 *   mix     each gets its own tokens: other projects and models, longer or shorter answers, another tier or prompt length;
 *   cache   the prompt tokens split into uncached, cache read and cache write as they did in the later month;
 *   price   the same quantities at the later month's prices.
 * A meter that the earlier month did not use is taken at its price of then, when that price was in force already.
 */
import { divideRounded } from '../money/decimal'
import { subtractUsd, sumUsd, type Usd, usdFromAtto, usdFromText, usdToText, ZERO_USD } from '../money/usd'
import type { InstantMs } from '../time/instant'
import type { Quantities } from '../usage/record'
import { type BillRow, currencyOf, type PricedLine, pricedLines } from './bill-line'

export const EFFECTS = ['volume', 'mix', 'cache', 'price', 'new', 'retired'] as const
export type Effect = (typeof EFFECTS)[number]

export interface BridgeRow extends BillRow {
  /** Null for none. */
  readonly project: string | null
}

export interface BridgeInput {
  readonly before: readonly BridgeRow[]
  readonly after: readonly BridgeRow[]
  /** End of the earlier span: a price that began before it was known then. */
  readonly beforeEndMs: InstantMs
}

/** Money is exact decimal text in dollars; the effects sum to `change`. */
export interface BridgeSum {
  readonly before: string
  readonly after: string
  readonly change: string
  readonly effects: Readonly<Record<Effect, string>>
}

export interface BridgeMover extends BridgeSum {
  readonly project: string | null
  readonly host: string
  readonly model: string
}

export interface Bridge extends BridgeSum {
  /** Largest change first, whichever its sign; their changes and effects sum to the whole. */
  readonly movers: readonly BridgeMover[]
}

interface Sums {
  quantity: bigint
  amount: bigint
  /** Latest begin of a price in it. */
  fromMs: InstantMs
}

/** What one project spends on one model in one span. */
interface Side {
  cost: bigint
  tokens: bigint
  /** By meter, tier and conditions of the price. */
  readonly lines: Map<string, Sums & { readonly meter: string; readonly situation: string }>
}

interface Pair {
  readonly project: string | null
  readonly host: string
  readonly model: string
  before: Side | null
  after: Side | null
}

type Atto = Readonly<Record<Effect, bigint>>

const PROMPT: ReadonlySet<string> = new Set(['input', 'cache_read', 'cache_write_5m', 'cache_write_1h'])
const NONE: Atto = { volume: 0n, mix: 0n, cache: 0n, price: 0n, new: 0n, retired: 0n }

export function buildBridge(input: BridgeInput): Bridge {
  const pairs = new Map<string, Pair>()
  for (const row of input.before) addRow(pairs, row, 'before')
  for (const row of input.after) addRow(pairs, row, 'after')
  const both = [...pairs.values()].filter(isShared).filter((pair) => hasTokens(pair))
  const growth = {
    before: both.reduce((sum, pair) => sum + pair.before.tokens, 0n),
    after: both.reduce((sum, pair) => sum + pair.after.tokens, 0n),
  }
  const movers = [...pairs.values()]
    .map((pair) => ({ pair, effects: effectsOf(pair, growth, input.beforeEndMs) }))
    .map(({ pair, effects }) => ({
      project: pair.project,
      host: pair.host,
      model: pair.model,
      ...sumView(costOf(pair.before), costOf(pair.after), effects),
    }))
    .sort(byChange)
  return {
    ...sumView(
      sumUsd(input.before.map((row) => row.cost)),
      sumUsd(input.after.map((row) => row.cost)),
      sumEffects(movers),
    ),
    movers,
  }
}

/** Sums of some movers, as the row "all others" of a table shows them. */
export function sumMovers(movers: readonly BridgeMover[]): BridgeSum {
  const total = (of: (mover: BridgeMover) => string) => sumUsd(movers.map((mover) => usdFromText(of(mover))))
  return sumView(
    total((mover) => mover.before),
    total((mover) => mover.after),
    sumEffects(movers),
  )
}

function sumView(before: bigint, after: bigint, effects: Atto): BridgeSum {
  const change = after - before
  const explained = EFFECTS.reduce((sum, effect) => sum + effects[effect], 0n)
  if (explained !== change) throw new Error(`effects of ${explained} of 10^-18 do not sum to the change ${change}`)
  const text = (atto: bigint) => usdToText(usdFromAtto(atto))
  return {
    before: text(before),
    after: text(after),
    change: text(change),
    effects: mapEffects((effect) => text(effects[effect])),
  }
}

function mapEffects<Value>(of: (effect: Effect) => Value): Record<Effect, Value> {
  return {
    volume: of('volume'),
    mix: of('mix'),
    cache: of('cache'),
    price: of('price'),
    new: of('new'),
    retired: of('retired'),
  }
}

function sumEffects(movers: readonly BridgeMover[]): Atto {
  return mapEffects((effect): bigint => sumUsd(movers.map((mover) => usdFromText(mover.effects[effect]))))
}

function addRow(pairs: Map<string, Pair>, row: BridgeRow, place: 'before' | 'after'): void {
  // What has no price, or one in another currency, has no part in a difference of dollars; screens say how much that is.
  if (row.lines.length === 0 || currencyOf(row) !== 'USD') return
  const { project, host, model } = row
  const key = JSON.stringify([project, host, model])
  const pair: Pair = pairs.get(key) ?? { project, host, model, before: null, after: null }
  pairs.set(key, pair)
  const side: Side = pair[place] ?? { cost: 0n, tokens: 0n, lines: new Map() }
  pair[place] = side
  side.cost += row.cost
  side.tokens += tokensOf(row.quantities)
  for (const line of pricedLines(row)) addLine(side, row.serviceTier, line)
}

function addLine(side: Side, tier: string, line: PricedLine): void {
  const prices = [line.entry, ...line.multipliers]
  const situation = `${tier} ${prices.map((one) => conditionsText(one.conditions)).join(' ')}`
  const key = `${line.meter} ${situation}`
  const sums = side.lines.get(key) ?? { meter: line.meter, situation, quantity: 0n, amount: 0n, fromMs: 0 }
  side.lines.set(key, sums)
  sums.quantity += line.quantity
  sums.amount += line.amount
  sums.fromMs = Math.max(sums.fromMs, ...prices.map((one) => one.fromMs))
}

function conditionsText(conditions: object): string {
  return JSON.stringify(conditions, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
}

const tokensOf = ({ input, cacheRead, cacheWrite5m, cacheWrite1h, output }: Quantities): bigint =>
  input + cacheRead + cacheWrite5m + cacheWrite1h + output

type Shared = Pair & { readonly before: Side; readonly after: Side }
const isShared = (pair: Pair): pair is Shared => pair.before !== null && pair.after !== null
const hasTokens = (pair: Shared): boolean => pair.before.tokens > 0n
const costOf = (side: Side | null): Usd => (side === null ? ZERO_USD : usdFromAtto(side.cost))

const scaled = (amount: bigint, to: bigint, from: bigint): bigint => divideRounded(amount * to, from, 'half_even')

function effectsOf(
  pair: Pair,
  growth: { readonly before: bigint; readonly after: bigint },
  beforeEndMs: InstantMs,
): Atto {
  if (!isShared(pair)) {
    return pair.before === null
      ? { ...NONE, new: costOf(pair.after) }
      : { ...NONE, retired: subtractUsd(ZERO_USD, costOf(pair.before)) }
  }
  const { before, after } = pair
  const atOldPrices = [...after.lines.values()].reduce((sum, line) => sum + oldCost(line, before, beforeEndMs), 0n)
  const price = after.cost - atOldPrices
  // Images, audio and the like have no tokens to grow with: more of them is volume.
  if (!hasTokens(pair)) return { ...NONE, volume: atOldPrices - before.cost, price }
  const atOldGrowth = scaled(before.cost, growth.after, growth.before)
  const atOldCache = costAtOldCache(before, after, beforeEndMs)
  return {
    ...NONE,
    volume: atOldGrowth - before.cost,
    mix: atOldCache - atOldGrowth,
    cache: atOldPrices - atOldCache,
    price,
  }
}

/** What a line of the later month would have cost at the prices of the earlier one. */
function oldCost(line: Sums & { meter: string; situation: string }, before: Side, beforeEndMs: InstantMs): bigint {
  const same = before.lines.get(`${line.meter} ${line.situation}`)
  if (same !== undefined && same.quantity > 0n) return scaled(same.amount, line.quantity, same.quantity)
  if (line.fromMs < beforeEndMs) return line.amount
  // A price of a new kind: compared with what the meter cost on average.
  let quantity = 0n
  let amount = 0n
  for (const other of before.lines.values()) {
    if (other.meter !== line.meter) continue
    quantity += other.quantity
    amount += other.amount
  }
  return quantity > 0n ? scaled(amount, line.quantity, quantity) : line.amount
}

/** The later month's quantities at the earlier prices, its prompt tokens split over the cache as in the earlier month. */
function costAtOldCache(before: Side, after: Side, beforeEndMs: InstantMs): bigint {
  const prompts = new Map<string, { tokens: bigint; atOldPrices: bigint }>()
  let cost = 0n
  for (const line of after.lines.values()) {
    const atOldPrices = oldCost(line, before, beforeEndMs)
    if (!PROMPT.has(line.meter)) {
      cost += atOldPrices
      continue
    }
    const prompt = prompts.get(line.situation) ?? { tokens: 0n, atOldPrices: 0n }
    prompts.set(line.situation, prompt)
    prompt.tokens += line.quantity
    prompt.atOldPrices += atOldPrices
  }
  for (const [situation, prompt] of prompts) {
    let tokens = 0n
    let amount = 0n
    for (const line of before.lines.values()) {
      if (line.situation !== situation || !PROMPT.has(line.meter)) continue
      tokens += line.quantity
      amount += line.amount
    }
    cost += tokens > 0n ? scaled(amount, prompt.tokens, tokens) : prompt.atOldPrices
  }
  return cost
}

function byChange(a: BridgeMover, b: BridgeMover): number {
  const size = (mover: BridgeMover) => {
    const change = usdFromText(mover.change)
    return change < 0n ? -change : change
  }
  const difference = size(b) - size(a)
  if (difference !== 0n) return difference > 0n ? 1 : -1
  const name = (mover: BridgeMover) => JSON.stringify([mover.project, mover.host, mover.model])
  return name(a) < name(b) ? -1 : 1
}
