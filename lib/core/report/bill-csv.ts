/** A bill as CSV. Text is quoted and guarded against formulas; amounts are plain decimals. */
import { BILL_COLUMNS, type BillColumn, billTable } from './bill-table'
import type { BillFigures } from './bill-view'
import { csvText } from './csv-cell'

export function billCsv(bill: BillFigures): string {
  const columns = Object.keys(BILL_COLUMNS) as BillColumn[]
  const lines = billTable(bill).map((row) =>
    columns
      .map((column) => {
        const value = row[column]
        if (value === undefined) return ''
        return BILL_COLUMNS[column] === 'text' ? csvText(value) : value
      })
      .join(','),
  )
  return [columns.join(','), ...lines].map((line) => `${line}\r\n`).join('')
}
