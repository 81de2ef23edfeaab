/** Words of the overview. */
import { countText } from '../../../lib/core/report/format'
import type { SpendGroup } from '../../../lib/core/report/spend-overview'

const groups: Record<SpendGroup, string> = { host: 'Host', model: 'Model', project: 'Project', api_key: 'Key' }
const noneOf: Record<SpendGroup, string> = {
  host: 'No host',
  model: 'No model',
  project: 'No project',
  api_key: 'No key',
}

export const overview = {
  title: 'Spend',
  soFar: (month: string) => `${month} so far`,
  wholeMonth: (month: string) => month,
  moreThan: (days: number | null, month: string) =>
    days === null ? `than ${month}` : `than the first ${days} days of ${month}`,
  sameAs: (days: number | null, month: string) =>
    days === null ? `The same as ${month}` : `The same as the first ${days} days of ${month}`,
  more: 'more',
  less: 'less',
  noComparison: 'No earlier month to compare with',
  priced: (percent: string) => `${percent} of tokens priced`,
  besides: (amounts: string) => `beside it ${amounts}`,
  allPriced: 'Every token priced',
  noTokens: 'No tokens in this period',
  unpriced: (calls: string, models: number) =>
    `${calls} ${calls === '1' ? 'call' : 'calls'} of ${models === 1 ? '1 model' : `${models} models`} ${calls === '1' ? 'has' : 'have'} no rate`,
  addRates: 'add rates',
  addRatesButton: 'Add rates',
  reported: (amount: string, difference: string | null) =>
    `sources reported ${amount}${difference === null ? '' : ` (${difference})`}`,
  reportedNote: 'What the sources wrote into their own files, where they did; the headline is computed from rates.',
  monthlySpend: (group: SpendGroup) => `Monthly spend by ${groups[group].toLowerCase()}`,
  chartNote: (total: string, months: number) => `${total} in ${months === 1 ? '1 month' : `${months} months`}`,
  unfinishedNote: (month: string) => `Hatched: ${month} is not over`,
  unpricedNote: '△: calls without a rate; the true cost is higher',
  groupBy: 'Group by',
  groups,
  noneOf,
  other: (count: number) => `Other (${count})`,
  showTable: 'Show as table',
  showChart: 'Show as chart',
  month: 'Month',
  total: 'Total',
  unfinished: 'not over',
  noRate: 'No rate',
  noRateCalls: (calls: string) => `${calls} ${calls === '1' ? 'call' : 'calls'}`,
  reportedColumn: 'Reported',
  chartSummary: (first: string, last: string, total: string, top: string) =>
    `Stacked bars of monthly spend from ${first} to ${last}, ${total} in all. Largest: ${top}. The same figures are in the table.`,
  chartHint: 'Choose a month or a name to see its calls.',
  legend: 'Series and their totals',
  whereItGoes: (group: SpendGroup) => `Where it goes, by ${groups[group].toLowerCase()}`,
  whereNote: (last: string, unfinished: boolean, months: number) =>
    `${last}${unfinished ? ' so far' : ''}${months === 1 ? '' : `, and the sum and share of all ${months} months`}`,
  inAll: 'In all',
  change: 'Change',
  share: 'Share',
  shareTiny: '< 0.1 %',
  name: (group: SpendGroup) => groups[group],
  withoutRate: 'Without a rate',
  withoutRateNote: 'Usage whose cost is not known; it is in no sum on this page',
  everythingPriced: 'Every call in this period has a rate.',
  model: 'Model',
  callsColumn: 'Calls',
  tokensColumn: 'Tokens',
  moreModels: (count: number) => `and ${countText(String(count))} more`,
  nothingInPeriod: 'No usage in this period',
  nothingInPeriodText: (from: string, to: string) => `There are records, but none from ${from} to ${to}.`,
  showAll: 'Show the last 12 months',
  why: (month: string, before: string) => `Why ${month} differs from ${before}`,
  whyNote: (change: string) => `Effects that add up exactly to ${change}`,
  whyMore: 'What changed',
  comparing: 'Comparing the months',
  forecastNote: 'outlined: its forecast with the 80 % band',
  forecast: 'Forecast',
  emptyTitle: 'Drop a usage file and see the month priced',
  emptyText:
    'Tokentab reads exports of OpenAI, Anthropic and OpenRouter, logs of OpenAI-compatible servers such as Ollama, LM Studio and vLLM, and its own simple CSV. Each call is priced with the rate of its day; what has no rate is shown, never counted as zero.',
  emptyImport: 'Import usage files',
  emptyTemplate: 'Download the CSV template',
  emptyCurl: 'Or send a file from a script:',
  emptyCurlLabel: 'the upload command',
  emptySample: 'To look around first, start with TOKENTAB_SAMPLE_DATA=1 and a workspace of sample data is made.',
} as const
