/**
 * One book of a bill: usage by host, model and line, with corrections and adjustments, all in one currency. Lines are
 * rounded once, and what that gained or lost is told beside them.
 */
import { addUsd, roundToCents, subtractUsd, sumUsd, type Usd, usdFromText, usdToText, ZERO_USD } from '../money/usd'
import { addLines, type BillRow, byMeter, entryIn, lineView, type PricedLine, roundedAmount } from './bill-line'
import type {
  AdjustmentKind,
  BillAdjustmentView,
  BillCorrectionView,
  BillHostView,
  BillModelView,
  BillReported,
  BillSum,
  BillUnpriced,
} from './bill-view'

interface Group {
  readonly rows: BillRow[]
  readonly lines: Map<string, PricedLine>
}

/** An amount of a UTC day, in the currency that is named beside it. */
export interface DayAmount {
  /** "2026-09-30". */
  readonly day: string
  readonly amount: Usd
}

/** A correction with its exact amount; `carried` ones are given as they were billed and taken out here. */
export type BillCorrection = Omit<BillCorrectionView, 'exact_amount' | 'amount' | 'currency'> & {
  readonly exact: Usd
  readonly currency: string
  /** What each day of the usage has of the amount; given where it is not in dollars. */
  readonly days?: readonly DayAmount[]
}

export interface BillAdjustment {
  readonly no: number
  readonly kind: AdjustmentKind
  readonly host: string | null
  readonly reason: string
  readonly exact: Usd
  readonly created_by: string
  readonly created_at: string
}

export interface BookMaterial {
  readonly rows: readonly BillRow[]
  readonly corrections: readonly BillCorrection[]
  readonly carried: readonly BillCorrection[]
  readonly adjustments: readonly BillAdjustment[]
}

export interface BillBook {
  readonly hosts: readonly BillHostView[]
  readonly corrections: readonly BillCorrectionView[]
  readonly carried: readonly BillCorrectionView[]
  readonly adjustments: readonly BillAdjustmentView[]
  readonly usageLines: readonly PricedLine[]
  /** Rounded lines: of usage, corrections and adjustments. */
  readonly lines: number
  readonly usage: Usd
  readonly exact: Usd
  /** Whole cents. */
  readonly total: Usd
  /** `total` less the rounded lines. */
  readonly rounding: Usd
  /** Some usage has a price, or there is none. */
  readonly isUsageKnown: boolean
  readonly isKnown: boolean
}

/** Throws when the lines of a row do not sum to its cost. */
export function billBook({ rows, ...material }: BookMaterial): BillBook {
  const hosts = new Map<string, Map<string, Group>>()
  for (const row of rows) {
    const groups = entryIn(hosts, row.host, () => new Map<string, Group>())
    const key = JSON.stringify([row.model, row.serviceTier])
    const group = entryIn(groups, key, (): Group => ({ rows: [], lines: new Map() }))
    group.rows.push(row)
    addLines(group.lines, row)
  }
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
  return {
    hosts: [...hosts].map(([host, groups]) => hostView(host, [...groups.values()])).sort(byAmount((one) => one.host)),
    corrections,
    carried,
    adjustments,
    usageLines,
    lines: usageLines.length + others.length,
    usage,
    exact,
    total,
    rounding: subtractUsd(total, rounded),
    isUsageKnown,
    isKnown: isUsageKnown || others.length > 0,
  }
}

/** As it is billed: exact, and rounded once. */
export function correctionView({ exact, currency, days: _days, ...said }: BillCorrection): BillCorrectionView {
  const named = currency === 'USD' ? {} : { currency }
  return { ...said, ...named, exact_amount: usdToText(exact), amount: usdToText(roundToCents(exact)) }
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
  const records = countOf(rows, (row) => row.records)
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
    records: countOf(rows, (row) => row.reportedRecords),
    gap: isWhole ? usdToText(subtractUsd(reported, sumUsd(rows.map((row) => row.cost)))) : null,
  }
}

export function unpricedOf(rows: readonly BillRow[]): BillUnpriced {
  return {
    records: countOf(rows, (row) => row.unpricedRecords),
    requests: countOf(rows, (row) => row.unpricedRequests),
    tokens: countOf(rows, (row) => row.unpricedTokens),
  }
}

export function countOf(rows: readonly BillRow[], of: (row: BillRow) => bigint): string {
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
