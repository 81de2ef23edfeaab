/**
 * What costs most: the groups of a spend chart with their last month, the month before it, and their share of the whole.
 */
import { subtractUsd, usdFromText, usdToText } from '../money/usd'
import type { SpendChart, SpendSeries } from './spend-overview'

export interface RankedGroup {
  readonly series: SpendSeries
  /** Place of the series in the chart. */
  readonly place: number
  readonly lastMonth: string
  /** Null when the chart shows one month only. */
  readonly monthBefore: string | null
  readonly change: string | null
  /** Share of the chart's total in tenths of a percent, rounded half up; null when the total is not positive. */
  readonly sharePerMille: number | null
}

export function rankGroups(chart: SpendChart): RankedGroup[] {
  const total = usdFromText(chart.total)
  return chart.series.map((series, place) => {
    const lastMonth = series.values.at(-1)
    const monthBefore = series.values.at(-2) ?? null
    if (lastMonth === undefined) throw new Error('a chart without months has no series')
    const sum = usdFromText(series.total)
    return {
      series,
      place,
      lastMonth,
      monthBefore,
      change: monthBefore === null ? null : usdToText(subtractUsd(usdFromText(lastMonth), usdFromText(monthBefore))),
      sharePerMille: total <= 0n ? null : Number.parseInt(((sum * 2000n + total) / (total * 2n)).toString(), 10),
    }
  })
}
