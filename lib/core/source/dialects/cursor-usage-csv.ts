/** Usage events as Cursor's dashboard exports them. What they mean: `../cursor.ts`. */
import { ok } from '../../result'
import { Columns } from '../columns'
import { openNamed } from '../csv-rows'
import { cursorRecord } from '../cursor'
import type { CsvDialect } from '../dialect'
import { ContentIdentities } from '../identity'
import { estimatedAmountOf } from '../value'

const TITLE = 'Cursor usage events'
const REQUIRED = [
  'date',
  'model',
  'input (w/ cache write)',
  'input (w/o cache write)',
  'cache read',
  'output tokens',
] as const

export const cursorUsageCsv: CsvDialect = {
  kind: 'csv',
  id: 'cursor-usage-csv',
  title: TITLE,
  recognisedBy: 'Columns Input (w/ Cache Write) and Input (w/o Cache Write).',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    return columns.has('input (w/ cache write)') && columns.has('input (w/o cache write)') ? '1' : null
  },
  open(header, options) {
    let contents = new ContentIdentities()
    const opened = openNamed({ title: TITLE, header, required: REQUIRED }, options, 'utc', ({ row, instants }) => {
      const event = {
        time: row.text('date'),
        kind: row.text('kind'),
        model: row.text('model'),
        user: row.text('user'),
        maxMode: /^(?:yes|true)$/i.test(row.text('max mode')),
        input: row.count('input (w/o cache write)'),
        written: row.count('input (w/ cache write)'),
        read: row.count('cache read'),
        output: row.count('output tokens'),
        total: row.count('total tokens'),
        cost: costIn(row.text('cost')),
      }
      const record = cursorRecord(event, { instants, contents, forcedHost: options.host })
      return record === null ? [] : [record]
    })
    if (!opened.ok) return opened
    return ok({
      ...opened.value,
      // Another export was joined on: what it tells again is the same.
      again() {
        contents = new ContentIdentities()
      },
    })
  },
}

/** Dollars, with or without their sign; "Included", "Free" and "-" tell none. */
function costIn(text: string): string | null {
  const amount = text.replace(/^\$/, '')
  return /^\d/.test(amount) ? estimatedAmountOf(amount, 'cost') : null
}
