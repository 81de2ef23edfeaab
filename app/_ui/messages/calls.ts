/** Words of the list of calls and its charge lines. */
import { CORE_METERS } from '../../../lib/core/usage/meter'

const CORE: Readonly<Record<(typeof CORE_METERS)[number], string>> = {
  input: 'Input',
  cache_read: 'Cached input',
  cache_write_5m: 'Cache write, 5 min',
  cache_write_1h: 'Cache write, 1 h',
  output: 'Output',
  reasoning: 'of it reasoning',
}

const plural = (count: string, one: string, many: string) => `${count} ${count === '1' ? one : many}`

export const calls = {
  title: 'Calls',
  meter: (name: string): string => {
    const core = CORE_METERS.find((meter) => meter === name)
    if (core !== undefined) return CORE[core]
    const words = name.replaceAll('_', ' ')
    return words.charAt(0).toUpperCase() + words.slice(1)
  },
  answer: (records: string, cost: string) => `${plural(records, 'record costs', 'records cost')} ${cost}`,
  answerMeter: (meter: string, amount: string, records: string) =>
    `${meter} of ${plural(records, 'record', 'records')} costs ${amount}`,
  meterExact: (quantity: string, amount: string, whole: string) =>
    `${quantity} in all, exactly ${amount}; the records cost ${whole} with their other lines`,
  answerUnpriced: (records: string) => `${plural(records, 'record has', 'records have')} no rate`,
  answerNone: 'No record matches',
  noneText: 'Remove a filter, or choose a longer period.',
  noneAction: 'Remove all filters',
  unpricedAmong: (count: string) =>
    `${plural(count, 'record among them has', 'records among them have')} no rate and no cost`,
  filters: 'Filters',
  filterNames: {
    host: 'Host',
    model: 'Model',
    service_tier: 'Service tier',
    meter: 'Meter',
    project: 'Project',
    api_key: 'Key',
    user: 'User',
    import: 'Import',
    unpriced: 'Without a rate',
  },
  removeFilter: (name: string) => `Remove the filter ${name}`,
  onlyUnpriced: 'Only without a rate',
  filterForm: 'Filter by',
  filterValue: 'Value',
  addFilter: 'Add filter',
  download: 'CSV',
  downloadNote:
    'All these records as Tokentab CSV. Importing it here adds nothing; in another workspace it gives the same bill.',
  listTitle: 'Records',
  listNote: 'Newest first; open a row for its charge lines',
  time: 'Time (UTC)',
  bucket: (seconds: number) =>
    seconds % 86_400 === 0
      ? `${plural(String(seconds / 86_400), 'day', 'days')}, summed`
      : seconds % 3600 === 0
        ? `${plural(String(seconds / 3600), 'hour', 'hours')}, summed`
        : `${seconds} s, summed`,
  model: 'Model',
  where: 'Project and key',
  requests: 'Calls',
  requestsUnknown: 'The source does not count calls',
  input: 'Input',
  cached: 'Cached',
  output: 'Output',
  cost: 'Cost',
  noRate: 'no rate',
  statusError: 'error',
  statusCancelled: 'cancelled',
  lines: 'Charge lines',
  showLines: 'Lines',
  showLinesOf: (time: string, model: string) => `Charge lines of ${model} at ${time}`,
  quantity: 'Quantity',
  unitPrice: 'Unit price',
  per: (count: string) => (count === '1000000' ? 'per 1M' : count === '1' ? 'each' : `per ${count}`),
  multiplier: 'Factor',
  amount: 'Amount',
  inForceSince: 'In force since',
  source: 'Source',
  sourceOf: (meter: string) => `Source of the unit price of ${meter}`,
  total: 'Total',
  noLines: 'No meter of this record found a rate.',
  reported: (amount: string, difference: string | null) =>
    `The source itself reported ${amount}${difference === null ? '' : ` (${difference})`}.`,
  reportedLabel: 'Reported',
  origin: (no: number, line: string) => `Import #${no}, line ${line}`,
  tier: 'Service tier',
  region: 'Region',
  user: 'User',
  latency: 'Latency',
  milliseconds: (count: number) => `${count} ms`,
  addRate: 'Add a rate',
  period: (from: string, to: string) => `${from} to ${to}`,
} as const
