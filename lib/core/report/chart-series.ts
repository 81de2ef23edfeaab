/**
 * The only place where money becomes a floating point number: lengths of bars. A chart is drawn from these and labelled
 * from the exact texts; nothing computed here is ever shown as an amount or added to another.
 */
import type { SpendChart } from './spend-overview'

/** One month of a stacked chart: `s0`, `s1`… are the series in their order. */
export interface StackedMonth {
  readonly month: string
  readonly unfinished: boolean
  readonly hasUnpriced: boolean
  readonly [series: `s${number}`]: number
}

/** The length of a bar for an exact decimal text. */
export function plotted(amount: string): number {
  return Number(amount)
}

export function stackedMonths(chart: SpendChart): StackedMonth[] {
  return chart.months.map((month, index) => {
    const bars: Record<`s${number}`, number> = {}
    chart.series.forEach((series, place) => {
      const value = series.values[index]
      if (value !== undefined) bars[`s${place}`] = plotted(value)
    })
    const unpriced = chart.unpricedRequests[index]
    return {
      month,
      unfinished: month === chart.unfinishedMonth,
      hasUnpriced: unpriced !== undefined && unpriced !== '0',
      ...bars,
    }
  })
}

/** Exact decimal text of an axis tick, so that it can be formatted like every other amount. */
export function tickText(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, '')
}
