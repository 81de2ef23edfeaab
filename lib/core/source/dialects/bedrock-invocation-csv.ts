/**
 * Amazon Bedrock's invocation log as tables of CloudWatch Logs: a query of Logs Insights ("@timestamp,@message", or the fields
 * it asked for) and the events of a search ("timestamp,message"). What entries mean: `bedrock-invocation-log.ts`.
 */
import { Columns } from '../columns'
import { type NamedCells, openNamed } from '../csv-rows'
import type { CsvDialect } from '../dialect'
import type { JsonObject } from '../json'
import { stop } from '../value'
import { bedrockEntry, invocationRecord } from './bedrock-invocation-log'

const TITLE = 'Amazon Bedrock invocation log (CloudWatch table)'
/** What a search of events has beside the message. */
const EVENT = new Set(['timestamp', 'message', 'ingestiontime', 'eventid', 'logstreamname', 'loggroup', 'logstream'])
const FIELDS = [
  '@timestamp',
  'timestamp',
  'accountId',
  'region',
  'inferenceRegion',
  'requestId',
  'operation',
  'modelId',
  'errorCode',
  'identity.arn',
  'input.inputTokenCount',
  'input.cacheReadInputTokenCount',
  'input.cacheWriteInputTokenCount',
  'output.outputTokenCount',
] as const

export const bedrockInvocationCsv: CsvDialect = {
  kind: 'csv',
  id: 'bedrock-invocation-csv',
  title: TITLE,
  recognisedBy: 'Column @message, columns timestamp and message alone, or modelId and input.inputTokenCount.',
  required: ['@timestamp', '@message'],
  recognise(header) {
    const columns = new Columns(header)
    if (columns.has('@message')) return 'insights'
    if (columns.has('input.inputtokencount') && columns.has('modelid')) return 'fields'
    const isSearch = columns.has('timestamp') && columns.has('message') && header.every((name) => EVENT.has(name))
    return isSearch ? 'events' : null
  },
  open: (header, options) =>
    openNamed({ title: TITLE, header, required: [] }, options, 'utc', ({ row, instants }) => {
      const entry = bedrockEntry(objectOf(row))
      if (entry !== null) return [invocationRecord(entry, { instants })]
      return stop(
        'NOT_THIS_FORMAT',
        '@message',
        'The message is no whole entry of the invocation log.',
        'Export the log group of the invocation log, messages uncut.',
      )
    }),
}

function objectOf(row: NamedCells): JsonObject {
  const message = row.text('@message', 'message')
  if (message !== '') return { message }
  return Object.fromEntries(
    FIELDS.flatMap((name) => {
      const text = row.text(name.toLowerCase())
      return text === '' ? [] : [[name, text]]
    }),
  )
}
