/** Words of the explore screen. */
import { countText } from '../../../lib/core/report/format'
import type { PivotGroup, PivotMeasure } from '../../../lib/core/report/pivot'

const groups: Readonly<Record<PivotGroup, string>> = {
  host: 'Host',
  model: 'Model',
  project: 'Project',
  api_key: 'Key',
  user: 'User',
  month: 'Month',
}

const measures: Readonly<Record<PivotMeasure, string>> = {
  cost: 'Cost',
  requests: 'Calls',
  tokens: 'Tokens',
  input: 'Uncached input tokens',
  cache_read: 'Cached input tokens',
  cache_write: 'Cache write tokens',
  output: 'Output tokens',
  cost_per_request: 'Cost per call',
  cache_hit_rate: 'Cache hit rate',
  rate_per_million: 'Cost per million tokens',
}

export const explore = {
  title: 'Explore',
  groups,
  measures,
  rows: 'Rows',
  columns: 'Columns',
  measure: 'Measure',
  noColumns: 'Total only',
  answer: (measure: PivotMeasure, rows: PivotGroup, columns: PivotGroup | null) =>
    `${measures[measure]} by ${groups[rows].toLowerCase()}${columns === null ? '' : ` and ${groups[columns].toLowerCase()}`}`,
  tableNote: 'A name narrows to it; a figure opens its calls',
  chartNote: (isAdditive: boolean) =>
    isAdditive ? 'Stacked; they sum to the total' : 'A ratio of sums; it does not add up',
  showTable: 'Show as table',
  exportCsv: 'Export CSV',
  only: (name: string) => `Only ${name}`,
  noneOf: (group: PivotGroup) => (group === 'api_key' ? 'No key' : `No ${groups[group].toLowerCase()}`),
  other: (count: number) => `${countText(String(count))} others`,
  total: 'Total',
  unknown: 'unknown',
  unknownWhy: 'Nothing here has a rate in dollars, or its source does not count calls',
  partialWhy:
    'Some records are missing from this figure: they have no rate in dollars, or their source does not count calls',
  unpriced: (count: string) => `${count} ${count === '1' ? 'record has' : 'records have'} no rate and no cost`,
  otherCurrencies: (amounts: string) => `In other currencies, and in no figure here: ${amounts}`,
  emptyTitle: 'No usage in this choice',
  emptyText: 'Choose a longer period or remove a filter. Without any usage yet, import a file first.',
  emptyAction: 'Import a file',
  clear: 'Remove all filters',
  summary: (answer: string, period: string, total: string) => `${answer}, ${period}: ${total} in all.`,
} as const
