/** Pricing a usage record: the chosen prices times its quantities, as lines and their exact sum. */
import { divideRounded } from '../money/decimal'
import { type Usd, usdFromAtto } from '../money/usd'
import type { Meter, OtherMeter } from '../usage/meter'
import type { Charge, ChargeLine } from './charge'
import type { PriceableUsage, PriceBook, PriceLine, PriceSelection } from './compiled'
import { selectPrices } from './select'

type Measured = Pick<PriceableUsage, 'quantities' | 'requests'>

/** The charge of a record. Exact: nothing is rounded, except a `per` that is no power of ten (3600 s), once per line. */
export function priceUsage(book: PriceBook, usage: PriceableUsage): Charge {
  return applySelection(selectPrices(book, usage), usage)
}

/** The charge of quantities under chosen prices. */
export function applySelection(selection: PriceSelection, usage: Measured): Charge {
  const lines: ChargeLine[] = []
  let total = 0n
  for (const line of selection.lines) {
    const quantity = quantityOf(usage, line.meter, selection.splitsReasoning)
    const amount = amountOf(line, quantity)
    total += amount
    lines.push({ meter: line.meter, quantity, entry: line.entry, multipliers: line.multipliers, amount })
  }
  if (selection.problem !== null) {
    return { status: 'unpriced', reason: selection.problem, lines, model: selection.model }
  }
  return {
    status: selection.free ? 'free' : 'priced',
    cost: usdFromAtto(total),
    currency: selection.currency,
    lines,
    omitted: selection.omitted,
    model: selection.model as string,
  }
}

/** Only the sum of the lines, for paths that keep no lines; meaningless when the selection has a problem. */
export function costOf(selection: PriceSelection, usage: Measured): Usd {
  let total = 0n
  for (const line of selection.lines) {
    total += amountOf(line, quantityOf(usage, line.meter, selection.splitsReasoning))
  }
  return usdFromAtto(total)
}

/** The part of `costOf` on some meters. */
export function costOfMeters(selection: PriceSelection, usage: Measured, meters: ReadonlySet<Meter>): Usd {
  let total = 0n
  for (const line of selection.lines) {
    if (meters.has(line.meter)) total += amountOf(line, quantityOf(usage, line.meter, selection.splitsReasoning))
  }
  return usdFromAtto(total)
}

function amountOf(line: PriceLine, quantity: bigint): Usd {
  const product = quantity * line.numerator
  return usdFromAtto(line.denominator === 1n ? product : divideRounded(product, line.denominator, 'half_even'))
}

function quantityOf(usage: Measured, meter: Meter, splitsReasoning: boolean): bigint {
  const { quantities } = usage
  switch (meter) {
    case 'input':
      return quantities.input
    case 'cache_read':
      return quantities.cacheRead
    case 'cache_write_5m':
      return quantities.cacheWrite5m
    case 'cache_write_1h':
      return quantities.cacheWrite1h
    case 'output':
      return splitsReasoning ? quantities.output - quantities.reasoning : quantities.output
    case 'reasoning':
      return quantities.reasoning
    case 'requests':
      return usage.requests ?? other(usage, meter)
    default:
      return other(usage, meter)
  }
}

function other(usage: Measured, meter: OtherMeter): bigint {
  const quantity = usage.quantities.other?.get(meter)
  if (quantity === undefined) throw new Error(`selection prices ${meter}, which the record does not have`)
  return quantity
}
