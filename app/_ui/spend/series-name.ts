import type { SpendGroup, SpendSeries } from '../../../lib/core/report/spend-overview'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

/** What a person reads for a series. */
export function seriesName(by: SpendGroup, series: SpendSeries): string {
  if (series.isOther) return t.overview.other(series.groups)
  if (series.key === null) return t.overview.noneOf[by]
  return by === 'host' ? hostName(series.key) : series.key
}

/** The colour as a CSS value. */
export function colourOf(colour: number | 'other'): string {
  return `var(--series-${colour})`
}
