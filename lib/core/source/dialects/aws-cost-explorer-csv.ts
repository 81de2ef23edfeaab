/**
 * The table that Cost Explorer's console downloads: a column a service (or what else it was grouped by), a row a day, month or
 * hour, in unblended cost unless its user chose otherwise, which the table does not say. The console shortens the names of
 * services, so that its lines and those of the API are told in different forms: the same days are the same money.
 */
import { err, ok, type Problem } from '../../result'
import { DAY_MS, HOUR_MS } from '../../time/instant'
import type { CostRecord } from '../../usage/cost-record'
import { billedCurrencyOf, decimalOf, endsOf } from '../build-cost'
import { calendarMonth } from '../calendar-month'
import { missingColumns } from '../columns'
import type { CsvCostDialect, CsvRowReader, ReadOptions, RowOutcome } from '../dialect'
import { InstantReader, readRow, stop } from '../value'
import { explorerCost, type Named, notByService, tells } from './aws-cost-explorer'

const TITLE = 'AWS Cost Explorer table'
/** "EC2-Instances($)", "Claude Opus 4.6 (Amazon Bedrock Edition)($)". */
const SUM = /^(.+)\(([^()]+)\)$/
const TOTAL = /^total costs ?\(/i
const KINDS = new Map<string, string>(
  Object.entries({
    service: 'SERVICE',
    'usage type': 'USAGE_TYPE',
    'linked account': 'LINKED_ACCOUNT',
    region: 'REGION',
    'charge type': 'RECORD_TYPE',
  }),
)

export const awsCostExplorerCsv: CsvCostDialect = {
  kind: 'csv',
  layer: 'billed',
  id: 'aws-cost-explorer-csv',
  title: TITLE,
  recognisedBy: 'A column Total costs($) beside one column without a currency.',
  required: ['service', 'total costs($)'],
  recognise(header) {
    const named = header.filter((name) => !SUM.test(name))
    return named.length === 1 && header.some((name) => TOTAL.test(name)) ? '1' : null
  },
  open(header, options) {
    const place = header.findIndex((name) => !SUM.test(name))
    return place < 0 ? err(missingColumns(TITLE, ['Service']).error) : ok(new ExplorerRows(header, place, options))
  },
}

interface Sum {
  readonly place: number
  readonly named: readonly Named[]
  readonly sign: string
}

class ExplorerRows implements CsvRowReader<CostRecord> {
  readonly #header: readonly string[]
  readonly #place: number
  readonly #instants: InstantReader
  readonly #ends: InstantReader
  #sums: readonly Sum[]
  /** A day was seen that begins no month: a table of months has none. */
  #byDay = false
  #nameless = 0

  constructor(header: readonly string[], place: number, options: ReadOptions) {
    this.#header = header
    this.#place = place
    this.#instants = new InstantReader(options, 'utc')
    this.#ends = endsOf(options)
    this.#sums = sumsOf(header, place)
  }

  note(): Problem | null {
    return notByService(this.#nameless)
  }

  /** The header as it is written: services are named by it. */
  beside(cells: readonly string[]): void {
    const isHeader = cells.length === this.#header.length
    if (isHeader && cells.every((name, place) => name.trim().toLowerCase() === this.#header[place])) {
      this.#sums = sumsOf(cells, this.#place)
    }
  }

  foresee(cells: readonly string[]): void {
    const date = this.#date(cells)
    if (/^\d{4}-\d{2}-\d{2}$/.test(date) && !date.endsWith('-01')) this.#byDay = true
  }

  read(cells: readonly string[]): RowOutcome<CostRecord> {
    return readRow(() => {
      const group = this.#header[this.#place] as string
      const date = this.#date(cells)
      if (date.toLowerCase() === `${group} total`) {
        return stop(
          'NOT_A_DATA_ROW',
          group,
          'This is a line of totals; it was not added to what it sums.',
          'Nothing to do: totals are computed from the rows.',
        )
      }
      const { startMs, endMs, span } = this.#period(date, group)
      return this.#sums.flatMap(({ place, named, sign }) => {
        const column = this.#header[place] as string
        const amount = decimalOf(cells[place], column)
        if (amount === null) return []
        const currency = billedCurrencyOf(sign === '$' ? 'USD' : sign, column)
        if (!tells(named)) this.#nameless += 1
        const form = `aws-cost-explorer console by ${named[0]?.kind} by ${span}`
        return [explorerCost(named, { form, startMs, endMs, amount, currency, quantity: null, unit: null })]
      })
    })
  }

  #date(cells: readonly string[]): string {
    return (cells[this.#place] ?? '').trim()
  }

  #period(date: string, group: string) {
    const startMs = this.#instants.require(date, group)
    if (date.length > 10) return { startMs, endMs: startMs + HOUR_MS, span: 'hour' }
    const isMonth = !this.#byDay && date.endsWith('-01')
    const month = isMonth ? calendarMonth(date.slice(0, 7)) : null
    if (month === null) return { startMs, endMs: startMs + DAY_MS, span: 'day' }
    return { startMs, endMs: this.#ends.require(month.next, group), span: month.first }
  }
}

/** The columns of sums but that of all of them, by name. */
function sumsOf(header: readonly string[], datePlace: number): readonly Sum[] {
  const group = (header[datePlace] as string).trim().toLowerCase()
  const kind = KINDS.get(group) ?? group.toUpperCase().replaceAll(' ', '_')
  return header
    .flatMap((written, place) => {
      const [, name = '', sign = ''] = SUM.exec(written.trim()) ?? []
      return name === '' || TOTAL.test(written.trim()) ? [] : [{ place, named: [{ kind, key: name.trim() }], sign }]
    })
    .sort((a, b) => ((a.named[0]?.key ?? '') < (b.named[0]?.key ?? '') ? -1 : 1))
}
