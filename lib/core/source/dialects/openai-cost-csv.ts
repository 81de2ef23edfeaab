/**
 * The cost export of OpenAI's dashboard: days in UTC by line item, project, key or user, as far as the export was grouped.
 * Amounts have up to 39 decimal places. The ISO columns are not read: they lack an offset on rows with values. The e-mail
 * address is not read either.
 */
import type { CostRecord } from '../../usage/cost-record'
import { Columns } from '../columns'
import { type CsvReading, openNamed } from '../csv-rows'
import type { CsvCostDialect } from '../dialect'
import { openaiCostRecord } from '../openai-cost'

const TITLE = 'OpenAI cost export'
const REQUIRED = ['start_time', 'end_time', 'amount_value', 'amount_currency'] as const

export const openaiCostCsv: CsvCostDialect = {
  kind: 'csv',
  layer: 'billed',
  id: 'openai-cost-csv',
  title: TITLE,
  recognisedBy: 'Columns amount_value, amount_currency and start_time.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    if (!['start_time', 'amount_value', 'amount_currency'].every((name) => columns.has(name))) return null
    return columns.has('api_source') ? '2026-09' : columns.has('quantity_unit') ? '2026-08' : '2025-10'
  },
  open: (header, options) => openNamed({ title: TITLE, header, required: REQUIRED }, options, 'utc', costOfRow),
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
