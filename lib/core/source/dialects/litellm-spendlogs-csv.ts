/** LiteLLM's spend logs as a table: CSV, or PostgreSQL's COPY text with a header. What tokens mean: `../litellm.ts`. */
import { Columns } from '../columns'
import { openNamed } from '../csv-rows'
import type { CsvDialect } from '../dialect'
import { LITELLM_NULLS, liteLlmRecord } from '../litellm'

const TITLE = 'LiteLLM spend logs'
const REQUIRED = [
  'request_id',
  'call_type',
  'spend',
  'prompt_tokens',
  'completion_tokens',
  'starttime',
  'model',
] as const

export const litellmSpendlogsCsv: CsvDialect = {
  kind: 'csv',
  id: 'litellm-spendlogs-csv',
  title: TITLE,
  recognisedBy: 'Columns request_id, spend, call_type and startTime.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    if (!['request_id', 'spend', 'call_type', 'starttime'].every((name) => columns.has(name))) return null
    return columns.has('request_duration_ms') ? '2026' : '2025-10'
  },
  open: (header, options) =>
    openNamed({ title: TITLE, header, required: REQUIRED }, options, 'utc', ({ row, instants }) => {
      const field = (name: string) => {
        const text = row.text(name.toLowerCase())
        return LITELLM_NULLS.has(text) ? null : text
      }
      return [liteLlmRecord(field, { id: 'request_id', cost: 'spend' }, instants, options.host)]
    }),
}
