/** Langfuse's observations as CSV, with JSON in the cells. What counts mean: `../langfuse.ts`. */
import { Columns } from '../columns'
import { openNamed } from '../csv-rows'
import type { CsvDialect } from '../dialect'
import { langfuseRecord } from '../langfuse'

const TITLE = 'Langfuse observations (CSV)'
const REQUIRED = ['id', 'traceid', 'type', 'starttime', 'usagedetails'] as const

export const langfuseCsv: CsvDialect = {
  kind: 'csv',
  id: 'langfuse-csv',
  title: TITLE,
  recognisedBy: 'Columns usageDetails and traceId.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    if (!columns.has('usagedetails') || !columns.has('traceid')) return null
    return columns.has('providedmodelname') ? 'v4' : 'v3'
  },
  open: (header, options) =>
    openNamed({ title: TITLE, header, required: REQUIRED }, options, 'utc', ({ row, instants }) => {
      const field = (name: string) => {
        const text = row.text(name.toLowerCase())
        return text === '' || text === 'null'
          ? null
          : text.startsWith('"') && text.endsWith('"')
            ? text.slice(1, -1)
            : text
      }
      const record = langfuseRecord(field, instants, options.host)
      return record === null ? [] : [record]
    }),
}
