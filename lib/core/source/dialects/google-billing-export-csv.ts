/**
 * Rows of Google Cloud Billing's export to BigQuery saved as a table: nested fields are columns named "sku.description" or
 * "sku_description", lists are JSON in a cell. What they mean: `google-billing-export.ts`.
 */
import type { CostRecord } from '../../usage/cost-record'
import { endsOf } from '../build-cost'
import { Columns } from '../columns'
import { type CsvReading, type NamedCells, openNamed } from '../csv-rows'
import type { CsvCostDialect } from '../dialect'
import { type JsonObject, type JsonValue, parseJson } from '../json'
import type { InstantReader } from '../value'
import { costsOfRow } from './google-billing-export'

const TITLE = 'Google Cloud Billing export (BigQuery, table)'
const REQUIRED = ['usage_start_time', 'sku_description', 'service_description', 'cost', 'currency'] as const
const OBJECTS = {
  service: ['id', 'description'],
  sku: ['id', 'description'],
  project: ['id'],
  location: ['region'],
  usage: ['amount', 'unit'],
} as const

const underscored = (header: readonly string[]) => header.map((name) => name.replaceAll('.', '_'))

export const googleBillingExportCsv: CsvCostDialect = {
  kind: 'csv',
  layer: 'billed',
  id: 'google-billing-export-csv',
  title: TITLE,
  recognisedBy:
    'Columns sku.description, service.description, usage_start_time, cost and currency, dots or underscores.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(underscored(header))
    return REQUIRED.every((name) => columns.has(name)) ? '1' : null
  },
  open(header, options) {
    const ends = endsOf(options)
    const file = { title: TITLE, header: underscored(header), required: REQUIRED }
    return openNamed(file, options, 'utc', (reading) => costsOfCells(reading, ends))
  },
}

function costsOfCells(reading: CsvReading, ends: InstantReader): readonly CostRecord[] {
  const { row } = reading
  const object: Record<string, JsonValue> = {}
  for (const name of ['billing_account_id', 'usage_start_time', 'usage_end_time', 'cost', 'currency', 'cost_type']) {
    object[name] = row.text(name)
  }
  for (const [name, fields] of Object.entries(OBJECTS)) {
    object[name] = Object.fromEntries(fields.map((field) => [field, row.text(`${name}_${field}`)])) as JsonObject
  }
  object.labels = listIn(row, 'labels')
  const credits = listIn(row, 'credits')
  const credit = row.text('credits_amount')
  object.credits = credits.length === 0 && credit !== '' ? [{ amount: credit }] : credits
  return costsOfRow(object, reading, ends)
}

function listIn(row: NamedCells, name: string): JsonValue[] {
  const parsed = parseJson(row.text(name) || '[]')
  return parsed.ok && Array.isArray(parsed.value) ? parsed.value : []
}
