/**
 * Azure API Management's log of language model calls as JSON: rows of Log Analytics, its answers with tables of cells, or records of
 * a diagnostic setting.
 */

import { textOrNull } from '../build-record'
import type { JsonDialect } from '../dialect'
import { isObject, type JsonObject } from '../json'
import { objectAt, openObjects } from '../json-rows'
import { rowsOfTables } from '../log-tables'
import { countIn } from '../value'
import { apimRecord } from './azure-apim-llm-csv'

export const azureApimLlmJson: JsonDialect = {
  kind: 'json',
  id: 'azure-apim-llm-json',
  title: 'Azure API Management LLM log (JSON)',
  recognisedBy:
    'Objects with CorrelationId, PromptTokens and SequenceNumber, alone, under properties or as rows of tables.',
  envelopes: ['records', 'tables', 'Tables'],
  recognise(value) {
    const rows = rowsOfTables(value)
    if (rows !== null) return rows.some(isCall) ? 'tables' : null
    return isObject(value) && isCall(value) ? '1' : null
  },
  explode: (value) => rowsOfTables(value) ?? [value],
  open: (options) =>
    openObjects(options, (object, { instants }) => {
      const field = fieldOf(object)
      const count = (name: string) => countIn(field(name), name)
      const record = apimRecord({ text: (name) => textOrNull(field(name)) ?? '', count }, instants, options)
      return record === null ? [] : [record]
    }),
}

function isCall(value: JsonObject): boolean {
  const field = fieldOf(value)
  return ['correlationid', 'prompttokens', 'sequencenumber'].every((name) => field(name) !== null)
}

/** Names differ in case between exports; `time` is the record's own name for TimeGenerated. */
function fieldOf(value: JsonObject) {
  const fields = new Map<string, JsonObject[string]>()
  for (const part of [value, objectAt(value, 'properties')]) {
    for (const [name, inner] of Object.entries(part ?? {})) fields.set(name.toLowerCase(), inner)
  }
  const time = fields.get('time')
  if (time !== undefined && !fields.has('timegenerated')) fields.set('timegenerated', time)
  return (name: string) => fields.get(name) ?? null
}
