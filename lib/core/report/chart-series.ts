/**
 * The only place where money becomes a floating point number: lengths of bars and heights of lines. A chart is drawn from these and labelled
 * from the exact texts; nothing computed here is ever shown as an amount or added to another.
 */
import { addUsd, type Usd, usdFromText, usdToText } from '../money/usd'
import { DAY_MS, type InstantMs } from '../time/instant'
import { type BridgeSum, EFFECTS } from './bridge'
import type { ForecastMonth, ForecastView } from './forecast'
import type { Pivot, PivotValue } from './pivot'
import type { RateConditionView, RateEntryView } from './rate-view'
import type { SpendChart } from './spend-overview'

/** One month of a stacked chart: `s0`, `s1`… are the series in their order. */
export interface StackedMonth {
  readonly month: string
  readonly unfinished: boolean
  readonly hasUnpriced: boolean
  /** What its forecast adds to what is spent, and how far the ends of the band lie below and above its top. */
  readonly ahead: number | null
  readonly band: readonly [number, number] | null
  readonly [series: `s${number}`]: number
}

/** The length of a bar for an exact decimal text. */
export function plotted(amount: string): number {
  return Number(amount)
}

/** `forecast` is of the chart's unfinished month. */
export function stackedMonths(chart: SpendChart, forecast: ForecastMonth | null): StackedMonth[] {
  return chart.months.map((month, index) => {
    const bars: Record<`s${number}`, number> = {}
    chart.series.forEach((series, place) => {
      const value = series.values[index]
      if (value !== undefined) bars[`s${place}`] = plotted(value)
    })
    const unpriced = chart.unpricedRequests[index]
    const total = chart.totals[index]
    const next = month === chart.unfinishedMonth && month === forecast?.month ? forecast : null
    const top = next === null ? 0 : plotted(next.forecast)
    const ahead = next === null || total === undefined ? 0 : top - plotted(total)
    const band =
      next === null || next.low === null || next.high === null
        ? null
        : ([top - plotted(next.low), plotted(next.high) - top] as const)
    return {
      month,
      ahead: ahead > 0 ? ahead : null,
      band: ahead > 0 ? band : null,
      unfinished: month === chart.unfinishedMonth,
      hasUnpriced: unpriced !== undefined && unpriced !== '0',
      ...bars,
    }
  })
}

/** Five ticks from zero to a round number that no bar and no band passes. */
export function stackTicks(rows: readonly StackedMonth[], series: number): number[] {
  const tops = rows.map((row) => {
    let top = (row.ahead ?? 0) + (row.band?.[1] ?? 0)
    for (let place = 0; place < series; place++) top += row[`s${place}`] ?? 0
    return top
  })
  const step = roundUp(Math.max(...tops, 0.01) / 4)
  return [0, 1, 2, 3, 4].map((place) => place * step)
}

const ROUND = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5]

function roundUp(length: number): number {
  const digit = 10 ** Math.floor(Math.log10(length))
  return (ROUND.find((round) => round * digit >= length) ?? 10) * digit
}

/** One bar of a waterfall: from where the one before ended to where the next begins. */
export interface WaterfallBar {
  readonly key: string
  /** Lower and upper end. */
  readonly span: readonly [number, number]
  readonly kind: 'total' | 'more' | 'less'
}

export interface Waterfall {
  readonly bars: readonly WaterfallBar[]
  /** Where the axis begins: above zero when the steps would be invisible beside the totals. */
  readonly floor: number
  /** Where it ends: above the highest bar, so that its label has room. */
  readonly top: number
  readonly ticks: readonly number[]
}

/** The two totals and the effects of half a cent or more between them; smaller ones are in the table alone. */
export function waterfallOf(change: BridgeSum): Waterfall {
  let level: Usd = usdFromText(change.before)
  const place = (amount: Usd) => plotted(usdToText(amount))
  const steps = EFFECTS.flatMap((key): WaterfallBar[] => {
    const from = level
    level = addUsd(level, usdFromText(change.effects[key]))
    const span = [place(from), place(level)] as const
    const bar: WaterfallBar = {
      key,
      span: [Math.min(...span), Math.max(...span)],
      kind: level < from ? 'less' : 'more',
    }
    return bar.span[1] - bar.span[0] < 0.005 ? [] : [bar]
  })
  const ends = [plotted(change.before), plotted(change.after), ...steps.flatMap((step) => step.span)]
  const lowest = Math.min(...ends)
  const highest = Math.max(...ends)
  const range = highest - lowest
  const isFlat = range > 0 && range < highest * 0.35
  const digit = 10 ** Math.floor(Math.log10(Math.max(range, 0.01)))
  const floor = isFlat ? Math.max(0, Math.floor((lowest - range * 0.4) / digit) * digit) : 0
  const top = Math.max(highest + (highest - floor) * 0.12, 0.01)
  const step = roundUp((top - floor) / 4)
  const total = (key: string, amount: string): WaterfallBar => ({ key, span: [floor, plotted(amount)], kind: 'total' })
  return {
    bars: [total('before', change.before), ...steps, total('after', change.after)],
    floor,
    top,
    ticks: [0, 1, 2, 3, 4].map((place) => floor + place * step).filter((tick) => tick <= top),
  }
}

/** One month of the forecast chart; `band` is how far its ends lie below and above the top of the bar. */
export interface ForecastBar {
  readonly month: string
  readonly actual: number
  readonly remaining: number
  readonly band?: readonly [number, number]
}

export function forecastBars(forecast: ForecastView): ForecastBar[] {
  return [
    ...forecast.history.map(({ month, actual }) => ({ month, actual: plotted(actual), remaining: 0 })),
    ...forecast.months.map(({ month, to_date, forecast: total, low, high }): ForecastBar => {
      const top = plotted(total)
      const actual = to_date === null ? 0 : plotted(to_date)
      const bar = { month, actual, remaining: Math.max(0, top - actual) }
      return low === null || high === null ? bar : { ...bar, band: [top - plotted(low), plotted(high) - top] }
    }),
  ]
}

/** One place across a pivot's chart; `s0`, `s1`… are the series, absent where the value is unknown. */
export interface PivotBar {
  readonly place: number
  readonly [series: `s${number}`]: number
}

/**
 * The first lines as series and the rest as one more, which has no value where the measure is a ratio. Without columns
 * each line is a bar of its own.
 */
export function pivotBars(pivot: Pivot, most: number): PivotBar[] {
  const length = (value: PivotValue | null | undefined) =>
    value === null || value === undefined || value.value === null ? null : plotted(value.value)
  if (pivot.columns === null) {
    return pivot.lines.slice(0, most).map((line, place) => {
      const total = length(line.total)
      return total === null ? { place } : { place, s0: total }
    })
  }
  return pivot.columnKeys.map((_key, place) => {
    const bars: Record<`s${number}`, number> = {}
    pivot.lines.forEach((line, index) => {
      const value = length(line.cells[place])
      if (value === null) return
      const series = `s${Math.min(index, most)}` as const
      bars[series] = (bars[series] ?? 0) + value
    })
    return { place, ...bars }
  })
}

/** Exact decimal text of an axis tick, so that it can be formatted like every other amount. */
export function tickText(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, '')
}

/** Prices that held before the book's records begin start on this day; a chart does not draw the years up to its first change. */
const BOOK_BEGIN_MS: InstantMs = Date.parse('2000-01-01T00:00:00Z')
const UNCHANGED_SPAN_MS = 365 * DAY_MS
const LEAD_IN_SHARE = 10
const MILLION = '1000000'

/** One line of the step chart: a meter, or several that always have the same price. */
export interface RateLine {
  readonly meters: readonly string[]
}

/** What holds from `at` on; `amounts` and `l0`, `l1`… are in the order of the lines, null and absent where none holds. */
export interface RateStep {
  readonly at: InstantMs
  readonly amounts: readonly (string | null)[]
  readonly [line: `l${number}`]: number
}

export interface RateSteps {
  readonly currency: string
  readonly lines: readonly RateLine[]
  /** Ascending; two rows of one instant where a price ends and none follows: up to the end, and from it on. */
  readonly steps: readonly RateStep[]
  readonly fromMs: InstantMs
  /** Today, or the last change when that is still to come. */
  readonly toMs: InstantMs
}

/** Prices that hold under one set of conditions, in one currency. */
export interface RateSet {
  /** Stable text for an address; empty for unconditional prices in USD. */
  readonly key: string
  readonly conditions: RateConditionView
  readonly currency: string
}

function setOf(entry: RateEntryView): RateSet {
  const parts = Object.entries(entry.conditions).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  if (entry.currency !== 'USD') parts.push(entry.currency)
  return { key: parts.sort().join('; '), conditions: entry.conditions, currency: entry.currency }
}

const isDrawn = (entry: RateEntryView) => entry.kind === 'rate' && entry.per === MILLION

/** The sets a model has rates per million under, unconditional ones first. */
export function rateSets(entries: readonly RateEntryView[]): RateSet[] {
  const sets = new Map(entries.filter(isDrawn).map((entry) => [setOf(entry).key, setOf(entry)]))
  const rank = (set: RateSet) => Object.keys(set.conditions).length
  return [...sets.values()].sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1))
}

/**
 * The rates per million of one set over time. A contract price holds before the list's, as it does when a call is priced;
 * where no price holds the line has a gap, never a zero. Null when the set has no such rate. Factors are not applied.
 */
export function rateSteps(entries: readonly RateEntryView[], key: string, nowMs: InstantMs): RateSteps | null {
  const rates = entries
    .filter((entry) => isDrawn(entry) && setOf(entry).key === key)
    .map((entry) => ({ entry, from: Date.parse(entry.from), to: entry.to === null ? null : Date.parse(entry.to) }))
    .sort((a, b) => Number(b.entry.book === 'contract') - Number(a.entry.book === 'contract') || b.from - a.from)
  const first = rates[0]
  if (first === undefined) return null
  const edges = rates.flatMap(({ from, to }) => (to === null ? [from] : [from, to]))
  const toMs = Math.max(nowMs, ...edges)
  const changes = edges.filter((ms) => ms > BOOK_BEGIN_MS)
  const firstChange = changes.length === 0 ? toMs - UNCHANGED_SPAN_MS : Math.min(...changes)
  const leadIn = Math.max(Math.round((toMs - firstChange) / LEAD_IN_SHARE), 30 * DAY_MS)
  const fromMs = edges.length > changes.length && changes.length > 0 ? firstChange - leadIn : firstChange
  const instants = [...new Set([fromMs, ...changes.filter((ms) => ms >= fromMs), toMs])].sort((a, b) => a - b)
  const amountAt = (meter: string, ms: InstantMs) =>
    rates.find(({ entry, from, to }) => entry.meter === meter && from <= ms && (to === null || ms < to))?.entry
      .amount ?? null

  // Lines that lie on each other hide each other, so meters that never differ share one.
  const groups = new Map<string, { readonly meters: string[]; readonly amounts: readonly (string | null)[] }>()
  for (const meter of new Set(rates.map(({ entry }) => entry.meter))) {
    const amounts = instants.map((ms) => amountAt(meter, ms))
    const group = groups.get(JSON.stringify(amounts))
    if (group === undefined) groups.set(JSON.stringify(amounts), { meters: [meter], amounts })
    else group.meters.push(meter)
  }
  // The dearest on top, as the lines lie.
  const lines = [...groups.values()].sort((a, b) => highest(b.amounts) - highest(a.amounts))
  const steps = instants.flatMap((at, index) => {
    const row = lines.map((line) => line.amounts[index] ?? null)
    const before = lines.map((line) => line.amounts[index - 1] ?? null)
    const ends = row.some((amount, place) => amount === null && before[place] !== null)
    return index > 0 && ends ? [stepOf(at, before), stepOf(at, row)] : [stepOf(at, row)]
  })
  return { currency: first.entry.currency, lines: lines.map(({ meters }) => ({ meters })), steps, fromMs, toMs }
}

const highest = (amounts: readonly (string | null)[]) =>
  Math.max(...amounts.map((amount) => (amount === null ? 0 : plotted(amount))))

function stepOf(at: InstantMs, amounts: readonly (string | null)[]): RateStep {
  const lengths: Record<`l${number}`, number> = {}
  amounts.forEach((amount, place) => {
    if (amount !== null) lengths[`l${place}`] = plotted(amount)
  })
  return { at, amounts, ...lengths }
}
