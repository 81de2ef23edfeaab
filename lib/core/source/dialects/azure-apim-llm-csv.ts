/**
 * Azure API Management's log of calls to language models (ApiManagementGatewayLlmLog). A call is written in several rows;
 * only the one with sequence number 0 has token counts. Prompt tokens are inclusive, the cached part is not told.
 */
import { buildRecord, promptOf, sortedTags } from '../build-record'
import { Columns } from '../columns'
import { openNamed } from '../csv-rows'
import type { CsvDialect } from '../dialect'
import { providerIdentity } from '../identity'
import { stop } from '../value'

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
      if (row.text('sequencenumber') !== '0') return []
      const id = row.text('correlationid')
      if (id === '') return stop('MISSING_VALUE', 'correlationid', 'CorrelationId is empty.', 'Export the log again.')
      const none = 0n
      const quantities = {
        input: row.count('prompttokens') ?? none,
        cacheRead: none,
        cacheWrite5m: none,
        cacheWrite1h: none,
        output: row.count('completiontokens') ?? none,
        reasoning: none,
        other: null,
      }
      return [
        buildRecord({
          identity: providerIdentity('azure-apim', id),
          startMs: instants.require(row.text(...TIME), 'timegenerated'),
          host: options.host ?? 'azure',
          model: row.model('modelname', 'deploymentname'),
          region: row.text('region') || null,
          requests: 1n,
          quantities,
          promptTokens: promptOf(quantities),
          tags: sortedTags([
            ['azure.deployment', row.text('deploymentname')],
            ['tokentab.cache_split', 'unknown'],
          ]),
        }),
      ]
    }),
}
