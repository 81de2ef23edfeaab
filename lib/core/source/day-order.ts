/**
 * Whether a file writes 03/04/2026 for the third of April or the fourth of March. The dates of a row that read in one way only
 * decide it for the row, and for rows that leave it open, those of the file's beginning and those before. Where none has, the month
 * comes first, as the format documents it. A file in which that may have been wrong says so at the row that shows it.
 */
import { quoted } from './reject'
import { stop } from './value'

type Order = 'month' | 'day'

const NUMERIC = /^(\d{1,2})([/.])(\d{1,2})\2(\d{4})(?: \d{1,2}:\d\d.*)?$/

export interface RowDates {
  readonly date: string
  /** First and last day of the period the row is in; empty where the file has none. */
  readonly first: string
  readonly last: string
}

export class DayOrder {
  readonly #proven = new Set<Order>()
  #assumed = 0
  #order: Order = 'month'

  /** Looks at the dates of a row of the file's beginning, before any is read. */
  foresee(dates: RowDates): void {
    const [only, other] = ordersOf(dates)
    if (only !== undefined && other === undefined) this.#proven.add(only)
  }

  /** Looks at the dates of a row before they are read. */
  look(dates: RowDates, column: string): void {
    const { date } = dates
    const fits = ordersOf(dates)
    const [only = 'month'] = fits
    this.#order = only
    if (fits.length === 1) {
      if (only === 'day' && this.#assumed > 0) this.#refuse(date, column)
      this.#proven.add(only)
    } else if (fits.length === 2 && isoOf(date, 'month') !== isoOf(date, 'day')) {
      if (this.#proven.size === 2) this.#refuse(date, column)
      if (this.#proven.has('day')) this.#order = 'day'
      else if (this.#proven.size === 0) this.#assumed += 1
    }
  }

  /** A date of the row as ISO 8601 writes it; text of another form, and a day that is none, as it is. */
  iso(text: string): string {
    return isoOf(text, this.#order) ?? text
  }

  #refuse(date: string, column: string): never {
    const before = this.#assumed > 0 ? `, and ${this.#assumed} before it could be either and were read month first` : ''
    return stop(
      'BAD_TIME',
      column,
      `${column} is ${quoted(date)}: some dates of the file are written day first${this.#proven.has('month') ? ', others month first' : ''}${before}.`,
      'Undo this import, and export with dates as YYYY-MM-DD.',
    )
  }
}

/** In which orders the dates of a row can be read: those within its period, if any is. */
function ordersOf({ date, first, last }: RowDates): Order[] {
  const days = (['month', 'day'] as const).flatMap((order) => {
    const [at, from, to] = [date, first, last].map((text) => isoOf(text, order)?.slice(0, 10))
    if (at === undefined || from === undefined || to === undefined) return []
    return [{ order, isWithin: from === '' || to === '' || (at >= from && at <= to) }]
  })
  const within = days.filter((one) => one.isWithin)
  return (within.length > 0 ? within : days).map(({ order }) => order)
}

/** Null for a day that is none, other text as it is. No language writes the month first and dots between. */
function isoOf(text: string, order: Order): string | null {
  const match = NUMERIC.exec(text)
  if (match === null) return text
  const [, one = '', separator, two = '', year = ''] = match
  const [month, day] = order === 'month' && separator === '/' ? [one, two] : [two, one]
  if (Number.parseInt(month, 10) > 12 || Number.parseInt(day, 10) > 31) return null
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}
