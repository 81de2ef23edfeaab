/**
 * The lines of a bill: what was used, priced as its records were. Amounts are exact here and rounded once, to cents, where
 * a line is shown.
 */
import { divideRounded } from '../money/decimal'
import { roundToCents, sumUsd, type Usd, usdFromAtto, usdToText, ZERO_USD } from '../money/usd'
import type { Charge } from '../price/charge'
import type { PriceLine } from '../price/compiled'
import type { PriceEntry } from '../price/entry'
import { factorOf } from '../price/price-call'
import { applySelection } from '../price/price-usage'
import { lineOf } from '../price/situation'
import { isoOf } from '../time/instant'
import { CORE_METERS, type Meter, OTHER_METERS } from '../usage/meter'
import type { Quantities } from '../usage/record'
import type { BillLineView } from './bill-view'
import { conditionView, type RateConditionView } from './rate-view'

/** Sums of the records of one host, model and tier that were priced alike; unpriced ones have no lines. */
export interface BillRow {
  readonly host: string
  readonly model: string
  readonly serviceTier: string
  readonly lines: readonly PriceLine[]
  /** Line for line the list prices in the place of contract rates; null or absent where one is not certain. */
  readonly listLines?: readonly (PriceLine | null)[]
  readonly quantities: Quantities
  /** Calls of the records that count them. */
  readonly requests: bigint
  /** Records whose source counts no calls. */
  readonly uncountedRecords: bigint
  readonly records: bigint
  /** Stored sum of the priced records. */
  readonly cost: Usd
  readonly unpricedRecords: bigint
  readonly unpricedRequests: bigint
  readonly unpricedTokens: bigint
  /** Null when no record reported one. */
  readonly reportedCost: Usd | null
  readonly reportedRecords: bigint
}

/** What one price charged: quantity × price = amount in 10^-18 dollars. */
export interface PricedLine {
  readonly meter: Meter
  readonly entry: PriceEntry
  readonly multipliers: readonly PriceEntry[]
  quantity: bigint
  amount: bigint
  /** Of a contract rate: the quantity at list price; null when that is not certain. Of others zero. */
  listAmount: bigint | null
  /** Of a contract rate: the list price of all of the quantity; null when it is not certain or not one. Of others null. */
  listPrice: PriceLine | null
}

const METER_ORDER: ReadonlyMap<string, number> = new Map(
  [...CORE_METERS, ...OTHER_METERS].map((meter, index) => [meter, index]),
)

export function entryIn<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}

/** The lines of one row in dollars, which sum to its cost; none of a row priced in another currency. Throws as `buildBill` does. */
export function pricedLines(row: BillRow): PricedLine[] {
  if (currencyOf(row) !== 'USD') return []
  const lines = new Map<string, PricedLine>()
  addLines(lines, row)
  return [...lines.values()]
}

/** Quantities times prices, added to the lines of the same price. */
export function addLines(into: Map<string, PricedLine>, row: BillRow): void {
  if (row.lines.length === 0) {
    if (row.cost !== ZERO_USD) throw new Error(`${row.host}/${row.model} costs ${usdToText(row.cost)} and has no lines`)
    return
  }
  const charge = chargeOf(row, row.lines)
  // A price per 3,600 s or the like is rounded once a record; the sum of those is what was charged.
  const difference = row.cost - sumUsd(charge.lines.map((line) => line.amount))
  const rounded = row.lines.findIndex((line) => line.denominator !== 1n)
  const bound = row.records * BigInt(row.lines.length)
  if (difference !== 0n && (rounded === -1 || difference > bound || -difference > bound)) {
    throw new Error(
      `the lines of ${row.host}/${row.model} differ by ${difference} of 10^-18 from their cost ${usdToText(row.cost)}`,
    )
  }
  charge.lines.forEach((line, index) => {
    const key = JSON.stringify([line.meter, line.entry.id, line.multipliers.map((one) => one.id)])
    const { meter, entry, multipliers } = line
    const nothing = { quantity: 0n, amount: 0n, listAmount: 0n, listPrice: row.listLines?.[index] ?? null }
    const kept = entryIn(into, key, (): PricedLine => ({ meter, entry, multipliers, ...nothing }))
    const once = index === rounded ? difference : 0n
    kept.quantity += line.quantity
    kept.amount += line.amount + once
    if (entry.book !== 'contract') return
    const list = row.listLines?.[index]
    kept.listAmount = kept.listAmount === null || !list ? null : kept.listAmount + timesPrice(line.quantity, list)
    if (!list || !isSamePrice(kept.listPrice, list)) kept.listPrice = null
  })
}

/** The one currency of the prices of a row; of one without a price the dollar, since nothing of it is in another. */
export function currencyOf(row: BillRow): string {
  return row.lines[0]?.entry.currency ?? 'USD'
}

/**
 * A row priced in another currency has no stored cost: it is told at the amount of its lines in that currency, and is not
 * without a price.
 */
export function inItsCurrency(row: BillRow): BillRow {
  const cost = sumUsd(chargeOf(row, row.lines).lines.map((line) => line.amount))
  return { ...row, cost, unpricedRecords: 0n, unpricedRequests: 0n, unpricedTokens: 0n }
}

/** The lines of one row in the currency of its prices. */
export function linesInItsCurrency(row: BillRow): PricedLine[] {
  const lines = new Map<string, PricedLine>()
  addLines(lines, currencyOf(row) === 'USD' ? row : inItsCurrency(row))
  return [...lines.values()]
}

function chargeOf(row: BillRow, lines: readonly PriceLine[]): Charge {
  return applySelection(
    {
      key: '',
      model: row.model,
      lines,
      problem: null,
      currency: 'USD',
      free: false,
      omitted: [],
      splitsReasoning: lines.some((line) => line.meter === 'reasoning'),
    },
    { requests: requestsOf(row), quantities: row.quantities },
  )
}

/** Calls as they are billed: counted ones, and those that a source states as a quantity instead. */
function requestsOf(row: BillRow): bigint {
  const stated = row.uncountedRecords === 0n ? undefined : row.quantities.other?.get('requests')
  return stated === undefined ? row.requests : row.requests + stated
}

const exactAmount = (line: PricedLine): Usd => usdFromAtto(line.amount)
export const roundedAmount = (line: PricedLine): Usd => roundToCents(exactAmount(line))

export function lineView(line: PricedLine): BillLineView {
  const { entry, multipliers } = line
  return {
    meter: line.meter,
    quantity: line.quantity.toString(),
    unit_price: entry.amount,
    per: entry.per.toString(),
    multiplier: factorOf(multipliers),
    conditions: [entry, ...multipliers].map((one) => conditionView(one.conditions)).filter(isSaid),
    contract: [entry, ...multipliers].some((one) => one.book === 'contract'),
    ...listViewOf(line),
    exact_amount: usdToText(exactAmount(line)),
    amount: usdToText(roundedAmount(line)),
    price_id: entry.id,
    multiplier_ids: multipliers.map((one) => one.id),
    effective_from: isoOf(entry.fromMs),
    effective_to: entry.toMs === null ? null : isoOf(entry.toMs),
    source_url: entry.sourceUrl,
  }
}

/** What the same quantity costs without the workspace's own prices; null where that is not certain. */
export function listAmountOf(line: PricedLine): Usd | null {
  const { meter, entry, multipliers, quantity } = line
  if (entry.book === 'contract') return line.listAmount === null ? null : usdFromAtto(line.listAmount)
  const own = multipliers.filter((one) => one.book === 'list')
  // Without a discount the list cost is the cost, also where a division was rounded record by record.
  if (own.length === multipliers.length) return exactAmount(line)
  return usdFromAtto(timesPrice(quantity, lineOf(meter, entry, own)))
}

function listViewOf(line: PricedLine): Pick<BillLineView, 'list_multiplier' | 'list_amount'> {
  const amount = listAmountOf(line)
  return {
    list_multiplier:
      line.entry.book === 'contract' ? null : factorOf(line.multipliers.filter((one) => one.book === 'list')),
    list_amount: amount === null ? null : usdToText(amount),
  }
}

function isSamePrice(a: PriceLine | null, b: PriceLine): boolean {
  return a !== null && a.numerator === b.numerator && a.denominator === b.denominator
}

function timesPrice(quantity: bigint, { numerator, denominator }: PriceLine): bigint {
  return divideRounded(quantity * numerator, denominator, 'half_even')
}

const isSaid = (conditions: RateConditionView) => Object.keys(conditions).length > 0

export function byMeter(a: PricedLine, b: PricedLine): number {
  const order = placeOf(a.meter) - placeOf(b.meter)
  if (order !== 0) return order
  if (a.entry.fromMs !== b.entry.fromMs) return a.entry.fromMs - b.entry.fromMs
  return keyOf(a) < keyOf(b) ? -1 : 1
}

const keyOf = (line: PricedLine) => [line.entry.id, ...line.multipliers.map((one) => one.id)].join(' ')

function placeOf(meter: string): number {
  const place = METER_ORDER.get(meter)
  if (place === undefined) throw new Error(`${meter} is not a meter`)
  return place
}
