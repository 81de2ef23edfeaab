/** The month by cost centre as CSV: one row a line of a statement; the amounts of all rows but the last sum to the last. */
import type { ChargebackFigures, MonthStatementView, StatementView } from './chargeback'
import { csvText } from './csv-cell'

const COLUMNS = [
  'month',
  'cost_centre',
  'kind',
  'project',
  'host',
  'model',
  'records',
  'amount',
  'exact_amount',
  'currency',
  'note',
]

type Cells = Readonly<Record<string, string>>

function rowText(cells: Cells): string {
  return `${COLUMNS.map((column) => cells[column] ?? '').join(',')}\r\n`
}

function statementRows(statement: StatementView): Cells[] {
  const shared = { month: csvText(statement.month), cost_centre: csvText(statement.name), currency: csvText('USD') }
  const rows: Cells[] = statement.lines.map((line) => ({
    ...shared,
    kind: csvText('usage'),
    project: csvText(line.project ?? ''),
    host: csvText(line.host),
    model: csvText(line.model),
    records: line.records,
    amount: line.amount,
    exact_amount: line.exact_amount,
  }))
  if (statement.shared_line !== null) rows.push({ ...shared, kind: csvText('shared'), ...statement.shared_line })
  return rows
}

/** What the bill has besides dollars, in words: the figure is in no column, so that no sum takes it. */
function notBorneRows(of: Pick<ChargebackFigures, 'month' | 'other_currencies'>): Cells[] {
  return of.other_currencies.map(({ currency, exact_amount }) => ({
    month: csvText(of.month),
    kind: csvText('not borne'),
    currency: csvText(currency),
    note: csvText(`the bill also has ${exact_amount} ${currency}, which no cost centre bears`),
  }))
}

/** One centre; its last row is the total. */
export function statementCsv(statement: MonthStatementView): string {
  const total: Cells = {
    month: csvText(statement.month),
    cost_centre: csvText(statement.name),
    kind: csvText('total'),
    records: statement.records,
    amount: statement.amount,
    exact_amount: statement.exact_amount,
    currency: csvText('USD'),
  }
  const rows = [...notBorneRows(statement), ...statementRows(statement), total]
  return [COLUMNS.join(',').concat('\r\n'), ...rows.map(rowText)].join('')
}

/** Every centre, then what is unallocated, then the bill. */
export function chargebackCsv(view: ChargebackFigures, statements: readonly StatementView[]): string {
  const plain = { month: csvText(view.month), currency: csvText('USD') }
  const rows: Cells[] = [
    ...notBorneRows(view),
    ...statements.flatMap(statementRows),
    {
      ...plain,
      kind: csvText('unallocated'),
      records: view.left.records,
      amount: view.left.amount,
      exact_amount: view.left.exact_amount,
    },
    { ...plain, kind: csvText('total'), amount: view.amount, exact_amount: view.exact_amount },
  ]
  return [COLUMNS.join(',').concat('\r\n'), ...rows.map(rowText)].join('')
}
