/**
 * Azure API Management's log of calls to language models (ApiManagementGatewayLlmLog). A call is written in several rows;
 * only the one with sequence number 0 has token counts. Prompt tokens are inclusive, the cached part is not told.
 */
import type { UsageRecord } from '../../usage/record'
import { buildRecord, promptOf, sortedTags, UNKNOWN_MODEL } from '../build-record'
import { Columns } from '../columns'
import { openNamed } from '../csv-rows'
import type { CsvDialect, ReadOptions } from '../dialect'
import { providerIdentity } from '../identity'
import { type InstantReader, stop } from '../value'

const TITLE = 'Azure API Management LLM log'
const REQUIRED = [
  'correlationid',
  'deploymentname',
  'modelname',
  'prompttokens',
  'completiontokens',
  'sequencenumber',
] as const
const TIME = ['timegenerated [utc]', 'timegenerated', 'timestamp'] as const

export const azureApimLlmCsv: CsvDialect = {
  kind: 'csv',
  id: 'azure-apim-llm-csv',
  title: TITLE,
  recognisedBy: 'Columns CorrelationId, DeploymentName, PromptTokens and SequenceNumber.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    return REQUIRED.every((name) => columns.has(name)) ? '1' : null
  },
  open: (header, options) =>
    openNamed({ title: TITLE, header, required: REQUIRED }, options, 'utc', ({ row, instants }) => {
      const record = apimRecord({ text: (name) => row.text(name), count: (name) => row.count(name) }, instants, options)
      return record === null ? [] : [record]
    }),
}

/** The portal's tables write "8/1/2026, 10:00:00.123 AM", in UTC by their header: month, day, year. Anything else as it is. */
function isoOfPortal(text: string): string {
  const found = /^(\d{1,2})\/(\d{1,2})\/(\d{4}),? (\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?) ([AP])M$/i.exec(text)
  if (found === null) return text
  const [, month = '', day = '', year = '', hour = '', minute = '', second = '', half = ''] = found
  const clock = (Number.parseInt(hour, 10) % 12) + (half.toUpperCase() === 'P' ? 12 : 0)
  const two = (part: string) => part.padStart(2, '0')
  return `${year}-${two(month)}-${two(day)}T${two(String(clock))}:${minute}:${second}Z`
}

interface ApimField {
  /** Trimmed text of a field by its lower-case name; empty when absent. */
  text(name: string): string
  count(name: string): bigint | null
}

/** The record of a row; null for the rows of a call that carry its text. */
export function apimRecord(field: ApimField, instants: InstantReader, options: ReadOptions): UsageRecord | null {
  if (field.text('sequencenumber') !== '0') return null
  const id = field.text('correlationid')
  if (id === '') return stop('MISSING_VALUE', 'correlationid', 'CorrelationId is empty.', 'Export the log again.')
  const none = 0n
  const deployment = field.text('deploymentname')
  const quantities = {
    input: field.count('prompttokens') ?? none,
    cacheRead: none,
    cacheWrite5m: none,
    cacheWrite1h: none,
    output: field.count('completiontokens') ?? none,
    reasoning: none,
    other: null,
  }
  const time = TIME.map((name) => field.text(name)).find((text) => text !== '') ?? ''
  return buildRecord({
    identity: providerIdentity('azure-apim', id),
    startMs: instants.require(isoOfPortal(time), 'timegenerated'),
    host: options.host ?? 'azure',
    model: field.text('modelname') || deployment || UNKNOWN_MODEL,
    region: field.text('region') || null,
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    tags: sortedTags([
      ['azure.deployment', deployment],
      ['tokentab.cache_split', 'unknown'],
    ]),
  })
}
