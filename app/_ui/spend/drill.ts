/** Links from a figure to the calls it is the sum of. */
import type { SpendGroup, SpendSeries } from '../../../lib/core/report/spend-overview'

/** The calls of a span of months, optionally of one group; records without a value of the group are asked for as "". */
export function callsLink(
  firstMonth: string,
  lastMonth: string,
  group?: { readonly by: SpendGroup; readonly series: SpendSeries },
  more?: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams({ period: `${firstMonth}..${lastMonth}`, ...more })
  if (group !== undefined && !group.series.isOther) {
    query.set(group.by, group.series.key === null ? '' : group.series.key)
  }
  return `/calls?${query}`
}
