/**
 * A month as an invoice: host, model, then one line a meter and price. Amounts are kept exact and each line is rounded once
 * to cents (half away from zero); what rounding gained or lost is a line of its own, so that the lines add to the total.
 * Usage without a price is a row without an amount, never zero.
 */

import { divideRounded } from '../money/decimal'
import {
  addUsd,
  roundToCents,
  subtractUsd,
  sumUsd,
  type Usd,
  usdFromAtto,
  usdFromText,
  usdToText,
  ZERO_USD,
} from '../money/usd'
import type { PriceLine } from '../price/compiled'
import type { PriceEntry } from '../price/entry'
import { factorOf } from '../price/price-call'
import { applySelection } from '../price/price-usage'
import { lineOf } from '../price/situation'
import { isoOf } from '../time/instant'
import { CORE_METERS, type Meter, OTHER_METERS } from '../usage/meter'
import type { Quantities } from '../usage/record'
import type {
  AdjustmentKind,
  BillAdjustmentView,
  BillCorrectionView,
  BillFigures,
  BillHostView,
  BillLineView,
  BillModelView,
  BillReported,
  BillSum,
  BillUnpriced,
} from './bill-view'
import { monthBounds } from './period-choice'
import { conditionView, type RateConditionView } from './rate-view'

/** Sums of the records of one host, model and tier that were priced alike; unpriced ones have no lines. */
export interface BillRow {
  readonly host: string
  readonly model: string
  readonly serviceTier: string
  readonly lines: readonly PriceLine[]
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
}

interface Group {
  readonly rows: BillRow[]
  readonly lines: Map<string, PricedLine>
}

const METER_ORDER: ReadonlyMap<string, number> = new Map(
  [...CORE_METERS, ...OTHER_METERS].map((meter, index) => [meter, index]),
)

/** A correction with its exact amount; `carried` ones are given as they were billed and taken out here. */
export type BillCorrection = Omit<BillCorrectionView, 'exact_amount' | 'amount'> & { readonly exact: Usd }

export interface BillAdjustment {
  readonly no: number
  readonly kind: AdjustmentKind
  readonly host: string | null
  readonly reason: string
  readonly exact: Usd
  readonly created_by: string
  readonly created_at: string
}

/** Everything a bill is made of. */
export interface BillMaterial {
  readonly rows: readonly BillRow[]
  readonly corrections: readonly BillCorrection[]
  readonly carried: readonly BillCorrection[]
  readonly adjustments: readonly BillAdjustment[]
}

/** Throws when the lines of a row do not sum to its stored cost: that is a defect of the books, not of the data. */
export function buildBill(month: string, material: BillMaterial): BillFigures {
  const { rows } = material
  const hosts = new Map<string, Map<string, Group>>()
  for (const row of rows) {
    const groups = entryIn(hosts, row.host, () => new Map<string, Group>())
    const key = JSON.stringify([row.model, row.serviceTier])
    const group = entryIn(groups, key, (): Group => ({ rows: [], lines: new Map() }))
    group.rows.push(row)
    addLines(group.lines, row)
  }
  const views = [...hosts]
    .map(([host, groups]) => hostView(host, [...groups.values()]))
    .sort(byAmount((one) => one.host))
  const corrections = material.corrections.map(correctionView).sort(byCause)
  const carried = material.carried.map(takenOut).sort(byCause)
  const adjustments = material.adjustments.map(adjustmentView).sort((a, b) => a.no - b.no)
  const usageLines = [...hosts.values()].flatMap((groups) =>
    [...groups.values()].flatMap((group) => [...group.lines.values()]),
  )
  const others = [...corrections, ...carried, ...adjustments]
  const usage = sumUsd(rows.map((row) => row.cost))
  const exact = addUsd(usage, sumUsd(others.map((one) => usdFromText(one.exact_amount))))
  const rounded = sumUsd([...usageLines.map(roundedAmount), ...others.map((one) => usdFromText(one.amount))])
  const total = roundToCents(exact)
  const isUsageKnown = rows.length === 0 || hasPrice(rows)
  const isKnown = isUsageKnown || others.length > 0
  return {
    month,
    time_zone: 'UTC',
    ...monthBounds(month),
    currency: 'USD',
    total: isKnown ? usdToText(total) : null,
    exact_total: isKnown ? usdToText(exact) : null,
    exact_usage: isUsageKnown ? usdToText(usage) : null,
    rounding: usdToText(subtractUsd(total, rounded)),
    lines: usageLines.length + others.length,
    records: count(rows, (row) => row.records),
    requests: rows.every((row) => row.records === row.uncountedRecords) ? null : count(rows, (row) => row.requests),
    coverage: coverageOf(rows),
    hosts: views,
    corrections,
    carried,
    adjustments,
  }
}

/** As it is billed: exact, and rounded once. */
export function correctionView({ exact, ...said }: BillCorrection): BillCorrectionView {
  return { ...said, exact_amount: usdToText(exact), amount: usdToText(roundToCents(exact)) }
}

function takenOut(correction: BillCorrection): BillCorrectionView {
  const negated = (digits: string) => (-BigInt(digits)).toString()
  return correctionView({
    ...correction,
    records: negated(correction.records),
    unpriced_requests: negated(correction.unpriced_requests),
    exact: subtractUsd(ZERO_USD, correction.exact),
  })
}

function adjustmentView({ exact, ...said }: BillAdjustment): BillAdjustmentView {
  return { ...said, exact_amount: usdToText(exact), amount: usdToText(roundToCents(exact)) }
}

/** Oldest month first, then by what caused it; the order is of what the lines say alone. */
function byCause(a: BillCorrectionView, b: BillCorrectionView): number {
  if (a.cause_no !== b.cause_no && a.month === b.month && a.cause === b.cause) return a.cause_no - b.cause_no
  const name = (one: BillCorrectionView) => JSON.stringify([one.month, one.cause, one.host, one.model, one.billed_in])
  return name(a) < name(b) ? -1 : 1
}

function entryIn<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}

/** The lines of one row, which sum to its cost. Throws as `buildBill` does. */
export function pricedLines(row: BillRow): PricedLine[] {
  const lines = new Map<string, PricedLine>()
  addLines(lines, row)
  return [...lines.values()]
}

/** Quantities times prices, added to the lines of the same price. */
function addLines(into: Map<string, PricedLine>, row: BillRow): void {
  if (row.lines.length === 0) {
    if (row.cost !== ZERO_USD) throw new Error(`${row.host}/${row.model} costs ${usdToText(row.cost)} and has no lines`)
    return
  }
  const charge = applySelection(
    {
      key: '',
      model: row.model,
      lines: row.lines,
      problem: null,
      currency: 'USD',
      free: false,
      omitted: [],
      splitsReasoning: row.lines.some((line) => line.meter === 'reasoning'),
    },
    { requests: requestsOf(row), quantities: row.quantities },
  )
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
    const kept = entryIn(into, key, (): PricedLine => ({ meter, entry, multipliers, quantity: 0n, amount: 0n }))
    kept.quantity += line.quantity
    kept.amount += line.amount + (index === rounded ? difference : 0n)
  })
}

/** Calls as they are billed: counted ones, and those that a source states as a quantity instead. */
function requestsOf(row: BillRow): bigint {
  const stated = row.uncountedRecords === 0n ? undefined : row.quantities.other?.get('requests')
  return stated === undefined ? row.requests : row.requests + stated
}

const exactAmount = (line: PricedLine): Usd => usdFromAtto(line.amount)
const roundedAmount = (line: PricedLine): Usd => roundToCents(exactAmount(line))

function hostView(host: string, groups: readonly Group[]): BillHostView {
  const rows = groups.flatMap((group) => group.rows)
  const lines = groups.flatMap((group) => [...group.lines.values()])
  return {
    host,
    ...sumOf(rows, lines),
    reported: reportedOf(rows),
    models: groups.map(modelView).sort(byAmount((one) => `${one.model} ${one.service_tier}`)),
  }
}

function modelView(group: Group): BillModelView {
  const first = group.rows[0]
  if (first === undefined) throw new Error('a group without rows')
  const lines = [...group.lines.values()]
  const { records, requests, tokens } = unpricedOf(group.rows)
  return {
    model: first.model,
    service_tier: first.serviceTier,
    ...sumOf(group.rows, lines),
    lines: lines.sort(byMeter).map(lineView),
    unpriced: records === '0' ? null : { records, requests, tokens },
  }
}

function sumOf(rows: readonly BillRow[], lines: readonly PricedLine[]): BillSum {
  const records = count(rows, (row) => row.records)
  if (!hasPrice(rows)) return { amount: null, exact_amount: null, records }
  return {
    amount: usdToText(sumUsd(lines.map(roundedAmount))),
    exact_amount: usdToText(sumUsd(rows.map((row) => row.cost))),
    records,
  }
}

const hasPrice = (rows: readonly BillRow[]) => rows.some((row) => row.records !== row.unpricedRecords)

function lineView(line: PricedLine): BillLineView {
  const { entry, multipliers } = line
  return {
    meter: line.meter,
    quantity: line.quantity.toString(),
    unit_price: entry.amount,
    per: entry.per.toString(),
    multiplier: factorOf(multipliers),
    conditions: [entry, ...multipliers].map((one) => conditionView(one.conditions)).filter(isSaid),
    contract: [entry, ...multipliers].some((one) => one.book === 'contract'),
    ...atList(line),
    exact_amount: usdToText(exactAmount(line)),
    amount: usdToText(roundedAmount(line)),
    price_id: entry.id,
    multiplier_ids: multipliers.map((one) => one.id),
    effective_from: isoOf(entry.fromMs),
    effective_to: entry.toMs === null ? null : isoOf(entry.toMs),
    source_url: entry.sourceUrl,
  }
}

/** The same quantity without the workspace's own discounts. */
function atList(line: PricedLine): Pick<BillLineView, 'list_multiplier' | 'list_amount'> {
  const { meter, entry, multipliers, quantity } = line
  if (entry.book === 'contract') return { list_multiplier: null, list_amount: null }
  const own = multipliers.filter((one) => one.book === 'list')
  const { numerator, denominator } = lineOf(meter, entry, own)
  // Without a discount the list cost is the cost, also where a division was rounded record by record.
  const amount =
    own.length === multipliers.length
      ? exactAmount(line)
      : usdFromAtto(divideRounded(quantity * numerator, denominator, 'half_even'))
  return { list_multiplier: factorOf(own), list_amount: usdToText(amount) }
}

const isSaid = (conditions: RateConditionView) => Object.keys(conditions).length > 0

function reportedOf(rows: readonly BillRow[]): BillReported | null {
  const known = rows.flatMap((row) => (row.reportedCost === null ? [] : [row.reportedCost]))
  if (known.length === 0) return null
  const reported = sumUsd(known)
  const isWhole = rows.every((row) => row.reportedRecords === row.records && row.unpricedRecords === 0n)
  return {
    amount: usdToText(reported),
    records: count(rows, (row) => row.reportedRecords),
    gap: isWhole ? usdToText(subtractUsd(reported, sumUsd(rows.map((row) => row.cost)))) : null,
  }
}

function coverageOf(rows: readonly BillRow[]): BillFigures['coverage'] {
  const tokens = rows.reduce((sum, row) => sum + tokensOf(row.quantities), 0n)
  const unpriced = unpricedOf(rows)
  return {
    ...unpriced,
    all_tokens: tokens.toString(),
    priced_per_myriad: pricedPerMyriad(tokens, BigInt(unpriced.tokens)),
  }
}

/** Share of tokens priced in hundredths of a percent, rounded down so that 100 % is said only when it is so. */
export function pricedPerMyriad(tokens: bigint, unpriced: bigint): number | null {
  if (tokens === 0n) return null
  return Number.parseInt((((tokens - unpriced) * 10_000n) / tokens).toString(), 10)
}

function tokensOf({ input, cacheRead, cacheWrite5m, cacheWrite1h, output }: Quantities): bigint {
  return input + cacheRead + cacheWrite5m + cacheWrite1h + output
}

function unpricedOf(rows: readonly BillRow[]): BillUnpriced {
  return {
    records: count(rows, (row) => row.unpricedRecords),
    requests: count(rows, (row) => row.unpricedRequests),
    tokens: count(rows, (row) => row.unpricedTokens),
  }
}

function count(rows: readonly BillRow[], of: (row: BillRow) => bigint): string {
  return rows.reduce((sum, row) => sum + of(row), 0n).toString()
}

/** Dearest first, those without a price last; equal ones by name. */
function byAmount<Sum extends BillSum>(name: (sum: Sum) => string): (a: Sum, b: Sum) => number {
  return (a, b) => {
    const order = compareText(b.exact_amount, a.exact_amount)
    return order !== 0 ? order : name(a) < name(b) ? -1 : 1
  }
}

/** Compares amounts by value; null is below all. */
function compareText(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1
  const difference = subtractUsd(usdFromText(a), usdFromText(b))
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}

function byMeter(a: PricedLine, b: PricedLine): number {
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
