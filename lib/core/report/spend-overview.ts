/**
 * What the overview shows. A read supplies sums per month and group (`SpendRow`); `buildSpendOverview` turns them into
 * the headline, the coverage, the chart and its table twin, so that all of them come from the same rows and agree.
 */
import { addUsd, subtractUsd, sumUsd, type Usd, usdFromText, usdToText, ZERO_USD } from '../money/usd'
import { type InstantMs, isoOf, monthOf } from '../time/instant'
import { type PeriodChoice, shiftMonth } from './period-choice'

export const SPEND_GROUPS = ['host', 'model', 'project', 'api_key'] as const
export type SpendGroup = (typeof SPEND_GROUPS)[number]

/** Sums of one month and one value of the group. */
export interface SpendRow {
  /** "2026-09", UTC. */
  readonly month: string
  /** The value of the group; null where records carry none (no project, no key). */
  readonly key: string | null
  /** Sum over priced records. */
  readonly cost: Usd
  readonly records: bigint
  /** Calls, where the sources count them; null when none of them does. */
  readonly requests: bigint | null
  /** Tokens of every record, priced or not. */
  readonly tokens: bigint
  readonly unpricedRecords: bigint
  /** Calls without a rate; a record whose source counts no calls is one. */
  readonly unpricedRequests: bigint
  readonly unpricedTokens: bigint
  /** What the sources themselves said it costs; null when none did. */
  readonly reportedCost: Usd | null
  /** Records whose source reported a cost in dollars. */
  readonly reportedRecords: bigint
}

export interface UnpricedModel {
  readonly host: string
  readonly model: string
  readonly requests: bigint
  readonly tokens: bigint
}

export interface SourceFreshness {
  readonly host: string
  readonly lastMs: InstantMs
}

export interface SpendOverviewInput {
  readonly choice: PeriodChoice
  readonly by: SpendGroup
  readonly nowMs: InstantMs
  /** False when the workspace holds no record at all. */
  readonly hasData: boolean
  /** Rows of the chosen months and of the month before the last chosen one (for the comparison), in any order. */
  readonly rows: readonly SpendRow[]
  /** What is priced in other currencies within the chosen months: in no row. Absent for none. */
  readonly others?: readonly { readonly month: string; readonly currency: string; readonly amount: Usd }[]
  /** Models without a rate within the chosen months, most tokens first. */
  readonly unpricedModels: readonly UnpricedModel[]
  /** Latest instant of any record; null when there is none. */
  readonly dataToMs: InstantMs | null
  readonly freshness: readonly SourceFreshness[]
  /**
   * For an unfinished last month: cost of the same span of the month before (its first `days` days), so that a part of
   * a month is never compared with a whole one. Null when the last month is finished or there is no earlier data.
   */
  readonly previousSameSpan: { readonly cost: Usd; readonly days: number } | null
}

/** Money and counts as texts: this crosses to the browser. */
export interface SpendOverview {
  readonly by: SpendGroup
  readonly hasData: boolean
  readonly generatedAt: string
  readonly currency: 'USD'
  readonly headline: SpendHeadline
  readonly coverage: SpendCoverage
  readonly chart: SpendChart
  /** What is priced in other currencies, in no amount here: of the headline's month, and of all chosen months. */
  readonly others: { readonly month: readonly OtherCost[]; readonly period: readonly OtherCost[] }
  readonly dataTo: string | null
  readonly freshness: readonly { readonly host: string; readonly lastAt: string }[]
}

export interface OtherCost {
  readonly currency: string
  readonly cost: string
}

export interface SpendHeadline {
  readonly month: string
  readonly isUnfinished: boolean
  readonly cost: string
  readonly reportedCost: string | null
  /** Reported − computed; null unless both are about the same records. */
  readonly reportedDifference: string | null
  readonly records: string
  readonly comparison: {
    readonly month: string
    readonly cost: string
    readonly change: string
    /** Days of both months compared; null compares whole months. */
    readonly days: number | null
    /** Change in tenths of a percent, rounded half away from zero; null from a base of zero. */
    readonly changePerMille: number | null
  } | null
}

export interface SpendCoverage {
  readonly records: string
  readonly tokens: string
  readonly unpricedTokens: string
  readonly unpricedRequests: string
  /** Share of tokens priced in hundredths of a percent, rounded down so that 100 % is said only when it is so; null without tokens. */
  readonly pricedTokensPerMyriad: number | null
  readonly unpricedModels: readonly {
    readonly host: string
    readonly model: string
    readonly requests: string
    readonly tokens: string
  }[]
}

export interface SpendSeries {
  /** Value of the group; null for records that carry none. */
  readonly key: string | null
  /** True for the sum of all groups beyond the seventh. */
  readonly isOther: boolean
  /** How many groups it sums: 1, or more for Other. */
  readonly groups: number
  /** One decimal text a month, in the order of `months`. */
  readonly values: readonly string[]
  readonly total: string
}

export interface SpendChart {
  readonly months: readonly string[]
  /** The month that is still running, when it is among them. */
  readonly unfinishedMonth: string | null
  /** Largest total first, Other last; at most eight. */
  readonly series: readonly SpendSeries[]
  readonly totals: readonly string[]
  readonly total: string
  readonly unpricedRequests: readonly string[]
  readonly unpricedTokens: readonly string[]
  /** What the sources reported; null for a month in which none did. */
  readonly reported: readonly (string | null)[]
}

export const MAX_SERIES = 7

export function buildSpendOverview(input: SpendOverviewInput): SpendOverview {
  const inPeriod = input.rows.filter((row) => input.choice.months.includes(row.month))
  return {
    by: input.by,
    hasData: input.hasData,
    generatedAt: isoOf(input.nowMs),
    currency: 'USD',
    headline: headlineOf(input),
    coverage: coverageOf(inPeriod, input.unpricedModels),
    chart: chartOf(inPeriod, input.choice.months, input.nowMs),
    others: {
      month: othersOf((input.others ?? []).filter((one) => one.month === input.choice.lastMonth)),
      period: othersOf(input.others ?? []),
    },
    dataTo: input.dataToMs === null ? null : isoOf(input.dataToMs),
    freshness: input.freshness.map((source) => ({ host: source.host, lastAt: isoOf(source.lastMs) })),
  }
}

function othersOf(own: NonNullable<SpendOverviewInput['others']>): OtherCost[] {
  return [...new Set(own.map((one) => one.currency))].map((currency) => ({
    currency,
    cost: usdToText(sumUsd(own.filter((one) => one.currency === currency).map((one) => one.amount))),
  }))
}

function headlineOf(input: SpendOverviewInput): SpendHeadline {
  const month = input.choice.lastMonth
  const rows = input.rows.filter((row) => row.month === month)
  const cost = sumUsd(rows.map((row) => row.cost))
  const isUnfinished = month === monthOf(input.nowMs)
  const before = shiftMonth(month, -1)
  const earlier = input.rows.filter((row) => row.month === before)
  const base = isUnfinished
    ? input.previousSameSpan
    : earlier.length === 0
      ? null
      : { cost: sumUsd(earlier.map((row) => row.cost)), days: null }
  return {
    month,
    isUnfinished,
    cost: usdToText(cost),
    reportedCost: sumReported(rows),
    // What is priced in another currency is reported in dollars and costs none: the two are about different records.
    reportedDifference: (input.others ?? []).some((one) => one.month === month) ? null : reportedDifference(rows),
    records: sumCount(rows, (row) => row.records).toString(),
    comparison:
      base === null
        ? null
        : {
            month: before,
            cost: usdToText(base.cost),
            change: usdToText(subtractUsd(cost, base.cost)),
            days: base.days,
            changePerMille: perMille(subtractUsd(cost, base.cost), base.cost),
          },
  }
}

function coverageOf(rows: readonly SpendRow[], models: readonly UnpricedModel[]): SpendCoverage {
  const tokens = sumCount(rows, (row) => row.tokens)
  const unpricedTokens = sumCount(rows, (row) => row.unpricedTokens)
  return {
    records: sumCount(rows, (row) => row.records).toString(),
    tokens: tokens.toString(),
    unpricedTokens: unpricedTokens.toString(),
    unpricedRequests: sumCount(rows, (row) => row.unpricedRequests).toString(),
    pricedTokensPerMyriad:
      tokens === 0n ? null : Number.parseInt((((tokens - unpricedTokens) * 10_000n) / tokens).toString(), 10),
    unpricedModels: models.map((model) => ({
      host: model.host,
      model: model.model,
      requests: model.requests.toString(),
      tokens: model.tokens.toString(),
    })),
  }
}

function chartOf(rows: readonly SpendRow[], months: readonly string[], nowMs: InstantMs): SpendChart {
  const byKey = new Map<string | null, Map<string, Usd>>()
  for (const row of rows) {
    const ofKey = byKey.get(row.key) ?? new Map<string, Usd>()
    ofKey.set(row.month, addUsd(ofKey.get(row.month) ?? ZERO_USD, row.cost))
    byKey.set(row.key, ofKey)
  }
  const ranked = [...byKey]
    .map(([key, ofMonth]) => ({ key, ofMonth, total: sumUsd(ofMonth.values()) }))
    .filter((group) => group.total !== ZERO_USD)
    .sort((a, b) => (a.total === b.total ? compareKeys(a.key, b.key) : a.total > b.total ? -1 : 1))
  const shown = ranked.length <= MAX_SERIES + 1 ? ranked : ranked.slice(0, MAX_SERIES)
  const rest = ranked.slice(shown.length)
  const valuesOf = (groups: typeof ranked) =>
    months.map((month) => sumUsd(groups.map((group) => group.ofMonth.get(month) ?? ZERO_USD)))
  const series: SpendSeries[] = shown.map((group) => ({
    key: group.key,
    isOther: false,
    groups: 1,
    values: valuesOf([group]).map(usdToText),
    total: usdToText(group.total),
  }))
  if (rest.length > 0) {
    series.push({
      key: null,
      isOther: true,
      groups: rest.length,
      values: valuesOf(rest).map(usdToText),
      total: usdToText(sumUsd(rest.map((group) => group.total))),
    })
  }
  const ofMonth = (month: string) => rows.filter((row) => row.month === month)
  const current = monthOf(nowMs)
  return {
    months,
    unfinishedMonth: months.includes(current) ? current : null,
    series,
    totals: valuesOf(ranked).map(usdToText),
    total: usdToText(sumUsd(ranked.map((group) => group.total))),
    unpricedRequests: months.map((month) => sumCount(ofMonth(month), (row) => row.unpricedRequests).toString()),
    unpricedTokens: months.map((month) => sumCount(ofMonth(month), (row) => row.unpricedTokens).toString()),
    reported: months.map((month) => sumReported(ofMonth(month))),
  }
}

function compareKeys(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return a < b ? -1 : a > b ? 1 : 0
}

function sumCount(rows: readonly SpendRow[], pick: (row: SpendRow) => bigint): bigint {
  return rows.reduce((sum, row) => sum + pick(row), 0n)
}

function sumReported(rows: readonly SpendRow[]): string | null {
  const reported = rows.flatMap((row) => (row.reportedCost === null ? [] : [row.reportedCost]))
  return reported.length === 0 ? null : usdToText(sumUsd(reported))
}

/** A part compared with a whole says nothing, so every record must be reported and priced. */
function reportedDifference(rows: readonly SpendRow[]): string | null {
  const whole = rows.every((row) => row.reportedRecords === row.records && row.unpricedRecords === 0n)
  const reported = sumReported(rows)
  if (!whole || reported === null) return null
  return usdToText(subtractUsd(usdFromText(reported), sumUsd(rows.map((row) => row.cost))))
}

/** A change in tenths of a percent of its base, rounded half away from zero; null from a base of zero or less. */
export function perMille(change: bigint, base: bigint): number | null {
  if (base <= 0n) return null
  const magnitude = change < 0n ? -change : change
  const rounded = (magnitude * 2000n + base) / (base * 2n)
  return Number.parseInt((change < 0n ? -rounded : rounded).toString(), 10)
}
