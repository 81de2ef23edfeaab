/** A pivot as CSV: one line a row, one column a column key, then the total. Unknown is an empty cell, never a zero. */
import { csvText } from './csv-cell'
import { MEASURE_UNIT, type Pivot, type PivotValue } from './pivot'

export function pivotCsv(pivot: Pivot): string {
  const unit = { usd: 'usd', count: 'count', myriad: 'hundredths of a percent' }[MEASURE_UNIT[pivot.measure]]
  const header = [pivot.rows, ...pivot.columnKeys.map(({ key }) => key ?? ''), `total ${pivot.measure} (${unit})`]
  const lines = [
    ...pivot.lines.map((line) => [csvText(line.key ?? ''), ...line.cells.map(cell), cell(line.total)]),
    [csvText('total'), ...pivot.columnTotals.map(cell), cell(pivot.total)],
  ]
  return [header.map(csvText), ...lines].map((line) => `${line.join(',')}\r\n`).join('')
}

const cell = (value: PivotValue | null) => value?.value ?? ''
