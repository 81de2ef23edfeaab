/** A bill as CSV. Text is quoted and guarded against formulas; amounts are plain decimals. */
import { BILL_COLUMNS, type BillColumn, billTable } from './bill-table'
import type { BillFigures } from './bill-view'
import { csvText } from './csv-cell'

export function billCsv(bill: BillFigures): string {
  return [...billCsvLines(bill)].join('')
}

/** The same text a line at a time, the head first. */
export function* billCsvLines(bill: BillFigures): Generator<string, void, undefined> {
  const columns = Object.keys(BILL_COLUMNS) as BillColumn[]
  yield `${columns.join(',')}\r\n`
  for (const row of billTable(bill)) {
    const cells = columns.map((column) => {
      const value = row[column]
      if (value === undefined) return ''
      return BILL_COLUMNS[column] === 'text' ? csvText(value) : value
    })
    yield `${cells.join(',')}\r\n`
  }
}
