/**
 * Amazon Bedrock's invocation log as tables of CloudWatch Logs: a query of Logs Insights ("@timestamp,@message", or the fields
 * it asked for) and the events of a search ("timestamp,message"). As tables of Athena's: structs are written `{name=value, …}`, or are
 * JSON where the table has them as text. What entries mean: `bedrock-invocation-log.ts`.
 */
import { Columns } from '../columns'
import { type NamedCells, openNamed } from '../csv-rows'
import type { CsvDialect } from '../dialect'
import { isObject, type JsonObject, parseJson } from '../json'
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
  recognisedBy:
    'Column @message, columns timestamp and message alone, modelId and input.inputTokenCount, or modelid, requestid and input or inputtokencount.',
  required: ['@timestamp', '@message'],
  recognise(header) {
    const columns = new Columns(header)
    if (columns.has('@message')) return 'insights'
    if (columns.has('input.inputtokencount') && columns.has('modelid')) return 'fields'
    if (isOfAthena(columns)) return 'athena'
    const isSearch = columns.has('timestamp') && columns.has('message') && header.every((name) => EVENT.has(name))
    return isSearch ? 'events' : null
  },
  open(header, options) {
    const isAthena = isOfAthena(new Columns(header))
    return openNamed({ title: TITLE, header, required: [] }, options, 'utc', ({ row, instants }) => {
      const entry = bedrockEntry(isAthena ? athenaRow(row) : objectOf(row))
      if (entry !== null) return [invocationRecord(entry, { instants })]
      return stop(
        'NOT_THIS_FORMAT',
        '@message',
        'The message is no whole entry of the invocation log.',
        'Export the log group of the invocation log, messages uncut.',
      )
    })
  },
}

function isOfAthena(columns: Columns): boolean {
  if (!columns.has('modelid') || !columns.has('requestid') || columns.has('@message')) return false
  return columns.has('inputtokencount') || (columns.has('input') && columns.has('output'))
}

/** Columns of a table of Athena's. */
const COLUMNS = [
  'schematype',
  'timestamp',
  'accountid',
  'region',
  'inferenceregion',
  'requestid',
  'modelid',
  'errorcode',
  'inputtokencount',
  'cachereadinputtokencount',
  'cachewriteinputtokencount',
  'outputtokencount',
] as const
const COUNTS = ['inputtokencount', 'cachereadinputtokencount', 'cachewriteinputtokencount', 'outputtokencount'] as const

function athenaRow(row: NamedCells): JsonObject {
  const texts = COLUMNS.map((name) => [name, row.text(name)] as const)
  const entry = Object.fromEntries(texts.filter(([, text]) => text !== '' && text !== 'null'))
  if ('inputtokencount' in entry) return entry
  // A call that failed has no output.
  const [input, output] = [row.text('input'), row.text('output')]
  const arn = structValue(row.text('identity'), 'arn')
  return {
    ...entry,
    input: structOf(input),
    output: structOf(output),
    ...(arn === null ? {} : { identity: { arn } }),
  }
}

/** A struct as an object; of one in the form of Athena's only the counts are taken, since what was said may hold any mark. */
function structOf(text: string): JsonObject {
  const parsed = text.startsWith('{"') ? parseJson(text) : null
  if (parsed?.ok && isObject(parsed.value)) return lowerKeys(parsed.value)
  return Object.fromEntries(COUNTS.map((name) => [name, structValue(text, name)]))
}

function lowerKeys(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]))
}

/** The value under a name of `{name=value, name=value}`; what was said may name it too, and is then not told from it. */
function structValue(text: string, name: string): string | null {
  const found = new Set(
    [...text.matchAll(new RegExp(`[{ ]${name}=([^,}\\s]+)(?=[,}])`, 'g'))].map(([, value]) => value),
  )
  const [value] = found
  if (found.size > 1) {
    return stop(
      'BAD_VALUE',
      name,
      `${name} stands in the row more than once.`,
      'Ask for the counts by name (input.inputtokencount), without the bodies.',
    )
  }
  return value === undefined || value === 'null' ? null : value
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
