/**
 * The usage report of LiteLLM's screens: days of a team, tag, organisation or user, without models, so it cannot be priced.
 * The report by model repeats each day's totals on every line (a fault of its source) and is refused.
 */
import { DAY_MS } from '../../time/instant'
import { buildRecord, UNKNOWN_MODEL } from '../build-record'
import { Columns } from '../columns'
import { openNamed } from '../csv-rows'
import type { CsvDialect } from '../dialect'
import { bucketIdentity } from '../identity'
import { refuse } from '../reject'
import { countOf, estimatedAmountOf } from '../value'

const TITLE = 'LiteLLM usage report'
const REQUIRED = ['date', 'spend ($)', 'requests', 'total tokens'] as const

export const litellmReportCsv: CsvDialect = {
  kind: 'csv',
  id: 'litellm-report-csv',
  title: TITLE,
  recognisedBy: 'Columns Date, Spend ($), Requests and Total Tokens.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    if (!REQUIRED.every((name) => columns.has(name))) return null
    return columns.has('model') ? 'by-model' : '1'
  },
  open(header, options) {
    if (header.includes('model')) {
      return refuse(
        'REPEATED_TOTALS',
        'LiteLLM’s report by model repeats the totals of the day on every model’s line, so its numbers cannot be added.',
        'Export the report without models, or the spend logs.',
      )
    }
    // The second column names who the row is of: "Team", "Tag", …; with its id in the third.
    const [who, whoId] = [header[1] ?? '', header[2] ?? '']
    return openNamed({ title: TITLE, header, required: REQUIRED }, options, 'utc', ({ row, instants }) => {
      const startMs = instants.require(row.text('date'), 'date')
      // Thousands are set apart by commas here, always.
      const plain = (name: string) => row.text(name).replaceAll(',', '')
      const none = 0n
      const spend = estimatedAmountOf(plain('spend ($)'), 'spend ($)')
      return [
        buildRecord({
          identity: bucketIdentity('litellm-report', String(startMs), who, row.text(who), row.text(whoId)),
          startMs,
          endMs: startMs + DAY_MS,
          host: options.host ?? 'unknown',
          model: UNKNOWN_MODEL,
          project: row.text(who) || null,
          requests: countOf(plain('requests'), 'requests'),
          quantities: {
            input: countOf(plain('prompt tokens'), 'prompt tokens') ?? none,
            cacheRead: none,
            cacheWrite5m: none,
            cacheWrite1h: none,
            output: countOf(plain('completion tokens'), 'completion tokens') ?? none,
            reasoning: none,
            other: null,
          },
          reportedCost: spend === null ? null : { amount: spend, currency: 'USD', kind: 'estimated' },
        }),
      ]
    })
  },
}
