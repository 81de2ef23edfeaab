/**
 * The cost export of OpenAI's dashboard: days in UTC by line item, project, key or user, as far as the export was grouped.
 * Amounts have up to 39 decimal places. The ISO columns are not read: they lack an offset on rows with values. The e-mail
 * address is not read either. That of 2024 has a row a day and name ("GPT-4o mini"), with dollars in cost_in_major.
 */
import { DAY_MS } from '../../time/instant'
import type { CostRecord } from '../../usage/cost-record'
import { Columns } from '../columns'
import { type CsvReading, openNamed } from '../csv-rows'
import type { CsvCostDialect } from '../dialect'
import { openaiCostRecord } from '../openai-cost'

const TITLE = 'OpenAI cost export'
const REQUIRED = ['start_time', 'end_time', 'amount_value', 'amount_currency'] as const
const EARLY = ['timestamp', 'name', 'cost_in_major', 'currency'] as const

export const openaiCostCsv: CsvCostDialect = {
  kind: 'csv',
  layer: 'billed',
  id: 'openai-cost-csv',
  title: TITLE,
  recognisedBy: 'Columns amount_value, amount_currency and start_time, or cost_in_major, name and timestamp.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    if (EARLY.every((name) => columns.has(name))) return '2024'
    if (!['start_time', 'amount_value', 'amount_currency'].every((name) => columns.has(name))) return null
    return columns.has('api_source') ? '2026-09' : columns.has('quantity_unit') ? '2026-08' : '2025-10'
  },
  open(header, options) {
    if (header.includes('amount_value')) {
      return openNamed({ title: TITLE, header, required: REQUIRED }, options, 'utc', costOfRow)
    }
    return openNamed({ title: TITLE, header, required: EARLY }, options, 'utc', (reading) => [earlyCost(reading)])
  },
}

function earlyCost({ row, instants }: CsvReading): CostRecord {
  const startMs = instants.require(row.text('timestamp'), 'timestamp')
  return openaiCostRecord({
    early: true,
    startMs,
    endMs: startMs + DAY_MS,
    amount: row.text('cost_in_major'),
    currency: row.text('currency'),
    quantity: '',
    unit: '',
    lineItem: row.text('name'),
    organization: row.text('organization_id'),
    project: row.text('project_id'),
    apiKey: '',
    user: row.text('user_id'),
  })
}

function costOfRow({ row, instants }: CsvReading): readonly CostRecord[] {
  // A day without costs is a row of times alone.
  if (row.text('amount_value') === '' && row.text('amount_currency') === '') return []
  return [
    openaiCostRecord({
      startMs: instants.require(row.text('start_time'), 'start_time'),
      endMs: instants.require(row.text('end_time'), 'end_time'),
      amount: row.text('amount_value'),
      currency: row.text('amount_currency'),
      quantity: row.text('quantity'),
      unit: row.text('quantity_unit'),
      lineItem: row.text('line_item'),
      organization: row.text('organization_id'),
      project: row.text('project_id'),
      apiKey: row.text('api_key_id'),
      user: row.text('user_id'),
    }),
  ]
}
