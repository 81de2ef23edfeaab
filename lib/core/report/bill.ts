/**
 * A month as an invoice: host, model, then one line a meter and price. Amounts are kept exact and each line is rounded once
 * to cents (half away from zero); what rounding gained or lost is a line of its own, so that the lines add to the total.
 * Usage without a price is a row without an amount, never zero.
 */
import { addUsd, roundToCents, subtractUsd, sumUsd, type Usd, usdFromText, usdToText, ZERO_USD } from '../money/usd'
import type { Quantities } from '../usage/record'
import {
  addLines,
  type BillRow,
  byMeter,
  entryIn,
  lineView,
  listAmountOf,
  type PricedLine,
  roundedAmount,
} from './bill-line'
import type {
  AdjustmentKind,
  BillAdjustmentView,
  BillCorrectionView,
  BillFigures,
  BillHostView,
  BillModelView,
  BillReported,
  BillSum,
  BillUnpriced,
} from './bill-view'
import { monthBounds } from './period-choice'

interface Group {
  readonly rows: BillRow[]
  readonly lines: Map<string, PricedLine>
}

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
    costs: costsOf(isUsageKnown ? usage : null, usageLines, material.adjustments),
  }
}

/** Adjustments that make usage cheaper or dearer; a tax is none of its cost, and a prepaid balance pays it. */
const OF_THE_COST: ReadonlySet<AdjustmentKind> = new Set(['credit', 'commitment', 'other'])

function costsOf(
  usage: Usd | null,
  lines: readonly PricedLine[],
  adjustments: readonly BillAdjustment[],
): BillFigures['costs'] {
  const atList = lines.map(listAmountOf).filter((amount) => amount !== null)
  const changes = adjustments.filter((one) => OF_THE_COST.has(one.kind)).map((one) => one.exact)
  return {
    list: usage === null || atList.length < lines.length ? null : usdToText(sumUsd(atList)),
    lines_without_list: lines.length - atList.length,
    contracted: usage === null ? null : usdToText(usage),
    effective: usage === null ? null : usdToText(sumUsd([usage, ...changes])),
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
