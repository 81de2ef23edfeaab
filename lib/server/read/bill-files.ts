/** One month's bill as a file: CSV, XLSX and FOCUS, from one reading of it. */
import 'server-only'
import writeExcelFile, { type CellObject, type Row } from 'write-excel-file/node'
import { billCsvLines } from '../../core/report/bill-csv'
import { billFocusLines } from '../../core/report/bill-focus'
import { BILL_COLUMNS, type BillColumn, billTable } from '../../core/report/bill-table'
import type { BillFigures } from '../../core/report/bill-view'
import { authorise, type Principal } from '../auth/principal'
import { billDays, billFigures } from '../db/bill-figures'
import { billingMonth, closedBill } from '../db/bill-month'
import { readConsistently } from '../db/transaction'
import { billPeriod, readBill } from './bill'

export const BILL_FILES = ['csv', 'xlsx', 'focus.csv'] as const
export type BillFileKind = (typeof BILL_FILES)[number]

export interface BillFile {
  /** Text comes in pieces, so that a long bill is never held as one. */
  readonly content: Iterable<string> | Uint8Array<ArrayBuffer>
  readonly mediaType: string
}

const CSV = 'text/csv; charset=utf-8'

/** Throws as `readBill` does. */
export async function readBillFile(
  principal: Principal,
  { month, kind }: { readonly month: string; readonly kind: BillFileKind },
): Promise<BillFile> {
  if (kind === 'focus.csv') return { content: await focusLines(principal, month), mediaType: CSV }
  const bill = await readBill(principal, { month })
  if (kind === 'csv') return { content: billCsvLines(bill), mediaType: CSV }
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

/** The bill and the days it is made of, of one state of the books. */
async function focusLines(principal: Principal, month: string): Promise<Iterable<string>> {
  authorise(principal, 'bills.read')
  const { workspaceId, workspaceName } = principal
  const period = billPeriod(month)
  return await readConsistently(async (connection) => {
    const { status, version } = await billingMonth(connection, workspaceId, month)
    const closedVersion = status === 'closed' ? version : null
    const bill =
      closedVersion === null
        ? await billFigures(connection, workspaceId, { month, period, closedVersion })
        : (await closedBill(connection, workspaceId, month, closedVersion)).figures
    const rows = await billDays(connection, workspaceId, { month, period, closedVersion })
    return billFocusLines(bill, { id: String(workspaceId), name: workspaceName }, rows)
  })
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
