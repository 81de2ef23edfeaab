/** One month's bill as a file: CSV, XLSX and FOCUS, from one reading of it. */
import 'server-only'
import writeExcelFile, { type CellObject, type Row } from 'write-excel-file/node'
import { billCsv } from '../../core/report/bill-csv'
import { billFocusCsv } from '../../core/report/bill-focus'
import { BILL_COLUMNS, type BillColumn, billTable } from '../../core/report/bill-table'
import type { BillFigures } from '../../core/report/bill-view'
import type { Principal } from '../auth/principal'
import { readBill } from './bill'

export const BILL_FILES = ['csv', 'xlsx', 'focus.csv'] as const
export type BillFileKind = (typeof BILL_FILES)[number]

export interface BillFile {
  readonly content: string | Uint8Array<ArrayBuffer>
  readonly mediaType: string
}

const CSV = 'text/csv; charset=utf-8'

/** Throws as `readBill` does. */
export async function readBillFile(
  principal: Principal,
  { month, kind }: { readonly month: string; readonly kind: BillFileKind },
): Promise<BillFile> {
  const bill = await readBill(principal, { month })
  if (kind === 'csv') return { content: billCsv(bill), mediaType: CSV }
  if (kind === 'focus.csv') {
    const account = { id: String(principal.workspaceId), name: principal.workspaceName }
    return { content: billFocusCsv(bill, account), mediaType: CSV }
  }
  return {
    content: Uint8Array.from(
      await writeExcelFile(sheetOf(bill), {
        sheet: bill.month,
        columns: Object.values(BILL_COLUMNS).map((type) => ({ width: type === 'number' ? 16 : 20 })),
        stickyRowsCount: 1,
      }).toBuffer(),
    ),
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  }
}

function sheetOf(bill: BillFigures): Row[] {
  const columns = Object.keys(BILL_COLUMNS) as BillColumn[]
  const head: Row = columns.map((name) => ({ value: name, fontWeight: 'bold' }))
  return [head, ...billTable(bill).map((row) => columns.map((column) => cellOf(row[column], BILL_COLUMNS[column])))]
}

/** Digits a spreadsheet's binary numbers hold without loss. */
const SAFE_DIGITS = 15

/** Text is a typed cell, which no spreadsheet takes for a formula; a figure with more digits than a number holds stays text. */
function cellOf(text: string | undefined, type: 'text' | 'number'): CellObject | null {
  if (text === undefined || text === '') return null
  const digits = text.replace(/[^0-9]/g, '').replace(/^0+/, '')
  if (type === 'text' || digits.length > SAFE_DIGITS) return { value: text, type: String }
  return { value: Number(text), type: Number }
}
