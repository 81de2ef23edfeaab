/**
 * The cost export of Anthropic's Console: one row a day, model, key and kind of token, in US dollars rounded to cents a row,
 * so that small rows read 0.00. Models have their display names. Days are UTC.
 */
import { DAY_MS } from '../../time/instant'
import type { CostRecord } from '../../usage/cost-record'
import type { Meter } from '../../usage/meter'
import { billedAmountOf, buildCost } from '../build-cost'
import { Columns } from '../columns'
import { type CsvReading, openNamed } from '../csv-rows'
import type { CsvCostDialect } from '../dialect'

const TITLE = 'Anthropic Console cost export'
const REQUIRED = ['usage_date_utc', 'token_type', 'cost_usd'] as const

export const anthropicCostCsv: CsvCostDialect = {
  kind: 'csv',
  layer: 'billed',
  id: 'anthropic-cost-csv',
  title: TITLE,
  recognisedBy: 'Columns cost_usd, token_type and usage_date_utc.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    if (!REQUIRED.every((name) => columns.has(name))) return null
    if (columns.has('api_key_id')) return '2026-08'
    if (columns.has('list_price_usd')) return '2026-03'
    if (columns.has('inference_geo')) return '2026-02'
    return columns.has('cost_type') ? '2025-12' : '2024'
  },
  open: (header, options) =>
    openNamed({ title: TITLE, header, required: REQUIRED }, options, 'utc', (reading) => [costOfRow(reading)]),
}

const METERS = new Map<string, Meter>(
  Object.entries({
    input_no_cache: 'input',
    input_cache_read: 'cache_read',
    input_cache_write_5m: 'cache_write_5m',
    input_cache_write_1h: 'cache_write_1h',
    output: 'output',
    web_search: 'web_search',
    code_execution: 'code_execution',
  }),
)

/** Dimensions that name a row beside its model, in one order for every generation. */
const DIMENSIONS = [
  'workspace',
  'api_key',
  'usage_type',
  'context_window',
  'token_type',
  'cost_type',
  'inference_geo',
  'speed',
] as const

function costOfRow({ row, instants }: CsvReading): CostRecord {
  const startMs = instants.require(row.text('usage_date_utc').slice(0, 10), 'usage_date_utc')
  const model = row.text('model')
  const kind = row.text('token_type')
  const type = row.text('cost_type')
  const usage = row.text('usage_type').toLowerCase()
  const geo = row.text('inference_geo')
  const amount = row.text('cost_usd').replace(/^(-?)\$/, '$1')
  const meter = METERS.get(kind.toLowerCase()) ?? METERS.get(type.toLowerCase())
  return buildCost({
    statement: { issuer: 'anthropic', account: null, form: 'anthropic-console', told: 0, whole: false },
    key: [model, ...DIMENSIONS.map((name) => row.text(name))],
    startMs,
    endMs: startMs + DAY_MS,
    host: 'anthropic',
    line: [model, kind === '' ? type : kind].filter((part) => part !== '').join(', '),
    model: model || null,
    meter: meter ?? null,
    project: row.text('workspace') || null,
    apiKey: row.text('api_key') || null,
    region: geo === '' || geo === 'not_available' ? null : geo,
    serviceTier: usage === 'batch' || usage === 'priority' ? usage : 'standard',
    amount: billedAmountOf(amount, 'cost_usd'),
    currency: 'USD',
    rounding: /^-?\d+(\.\d{1,2})?$/.test(amount) ? '0.005' : null,
  })
}
