/** One month's bill as a file: CSV, XLSX and FOCUS, from one reading of it. */
import 'server-only'
import { billCsvLines } from '../../core/report/bill-csv'
import { billFocusLines } from '../../core/report/bill-focus'
import { BILL_COLUMNS, billTable } from '../../core/report/bill-table'
import { workbook } from '../../core/report/workbook'
import { authorise, type Principal } from '../auth/principal'
import { billDays, billFigures } from '../db/bill-figures'
import { billingMonth, closedBill } from '../db/bill-month'
import { readConsistently } from '../db/transaction'
import { writeZip } from '../write-zip'
import { billPeriod, readBill } from './bill'

export const BILL_FILES = ['csv', 'xlsx', 'focus.csv'] as const
export type BillFileKind = (typeof BILL_FILES)[number]

export interface BillFile {
  /** Made while it is read, so that a long bill is never held as one. */
  readonly content: Iterable<string> | AsyncIterable<Uint8Array>
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
  const columns = Object.entries(BILL_COLUMNS).map(([name, type]) => ({ name, type }))
  return {
    content: writeZip(workbook(bill.month, columns, billTable(bill))),
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
