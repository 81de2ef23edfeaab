/**
 * OpenAI's usage exports of everything but completions: embeddings and moderations, images, speech, transcriptions, tool
 * calls. A row is what the Usage API calls a result, so both have one reading and one identity.
 */
import { err, ok } from '../../result'
import { Columns, cell } from '../columns'
import type { CsvDialect } from '../dialect'
import { jsonReading } from '../json-rows'
import { readRow } from '../value'
import { openaiResultRecord } from './openai-usage-api'

const TITLE = 'OpenAI usage export (embeddings, images, audio, tools)'
const REQUIRED = ['start_time', 'end_time'] as const

/** What a file of each kind has and no other. Order matters: tool calls of models also count requests. */
const KINDS = [
  ['images', 'images'],
  ['characters', 'audio_speeches'],
  ['seconds', 'audio_transcriptions'],
  ['num_sessions', 'code_interpreter_sessions'],
  ['usage_bytes', 'vector_stores'],
  ['context_level', 'web_search_calls'],
  ['vector_store_id', 'file_search_calls'],
  ['input_tokens', 'embeddings'],
] as const

/** Columns that make a file one of completions, which another dialect reads. */
const COMPLETIONS = ['output_tokens', 'input_cached_tokens', 'input_uncached_tokens', 'amount_value']

export const openaiModalityCsv: CsvDialect = {
  kind: 'csv',
  id: 'openai-modality-csv',
  title: TITLE,
  recognisedBy:
    'Columns start_time, end_time and start_time_iso with one of images, characters, seconds, num_sessions, context_level or input_tokens, and no output.',
  required: [...REQUIRED, 'start_time_iso', 'num_model_requests', 'images'],
  recognise(header) {
    const columns = new Columns(header)
    if (![...REQUIRED, 'start_time_iso'].every((name) => columns.has(name))) return null
    return COMPLETIONS.some((name) => columns.has(name)) ? null : kindOf(columns)
  },
  open(header, options) {
    const columns = new Columns(header)
    const places = new Map(header.map((name) => [name, columns.place(name)] as const))
    const checked = columns.check(TITLE, REQUIRED)
    if (!checked.ok) return err(checked.error)
    const kind = kindOf(columns)
    const reading = jsonReading(options)
    return ok({
      read: (cells) =>
        readRow(() => {
          const row: Record<string, string> = {}
          for (const [name, place] of places) {
            const text = cell(cells, place).trim()
            if (text !== '') row[name] = text
          }
          // A bucket without usage is a row with times only.
          if (Object.keys(row).every((name) => TIMES.has(name))) return []
          const isModeration = kind === 'embeddings' && /moderation/i.test(row.model ?? '')
          const object = `organization.usage.${isModeration ? 'moderations' : kind}.result`
          return [openaiResultRecord({ ...row, object }, reading)]
        }),
    })
  },
}

const TIMES = new Set(['start_time', 'end_time', 'start_time_iso', 'end_time_iso'])

function kindOf(columns: Columns): string | null {
  return KINDS.find(([column]) => columns.has(column))?.[1] ?? null
}
