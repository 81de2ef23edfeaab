import type { PeriodChoice } from '../../../lib/core/report/period-choice'
import type { Pivot, PivotValue } from '../../../lib/core/report/pivot'
import type { AddressState } from '../kit/address'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { t } from '../messages/en'
import { cellCalls, keyName, narrowedTo, type Side, valueText } from './pivot-words'

const figure = 'hover:text-accent hover:underline'

/** Each figure leads to its calls, each name narrows the table to it. The total stands first, in sight on a phone too. */
export function PivotTable({ pivot, choice, address }: { pivot: Pivot; choice: PeriodChoice; address: AddressState }) {
  const { rows, columns, measure } = pivot
  const amount = (value: PivotValue | null, sides: readonly Side[], strong = false) => (
    <Figure value={value} href={cellCalls(address, choice, sides)} measure={measure} strong={strong} />
  )
  return (
    <DataTable caption={t.explore.answer(measure, rows, columns)}>
      <thead>
        <tr>
          <HeadCell>{t.explore.groups[rows]}</HeadCell>
          <HeadCell align="right">{columns === null ? t.explore.measures[measure] : t.explore.total}</HeadCell>
          {columns === null
            ? null
            : pivot.columnKeys.map((key) => (
                <HeadCell
                  key={key.isOther ? 'other' : `=${key.key}`}
                  align="right"
                  className={columns === 'month' ? undefined : 'min-w-24 whitespace-normal wrap-break-word'}
                >
                  <Name side={{ group: columns, key }} of="columns" other={rows} address={address} short />
                </HeadCell>
              ))}
        </tr>
      </thead>
      <tbody>
        {pivot.lines.map((line) => {
          const side = { group: rows, key: line }
          return (
            <tr key={line.isOther ? 'other' : `=${line.key}`}>
              <RowHead className="min-w-40 wrap-anywhere">
                <Name side={side} of="rows" other={columns} address={address} />
              </RowHead>
              <Cell align="right">{amount(line.total, [side], true)}</Cell>
              {columns === null
                ? null
                : pivot.columnKeys.map((key, place) => (
                    <Cell key={key.isOther ? 'other' : `=${key.key}`} align="right">
                      {amount(line.cells[place] ?? null, [side, { group: columns, key }])}
                    </Cell>
                  ))}
            </tr>
          )
        })}
      </tbody>
      <tfoot>
        <tr className="font-semibold">
          <RowHead className="font-semibold">{t.explore.total}</RowHead>
          <Cell align="right">{amount(pivot.total, [], true)}</Cell>
          {columns === null
            ? null
            : pivot.columnKeys.map((key, place) => (
                <Cell key={key.isOther ? 'other' : `=${key.key}`} align="right">
                  {amount(pivot.columnTotals[place] ?? null, [{ group: columns, key }], true)}
                </Cell>
              ))}
        </tr>
      </tfoot>
    </DataTable>
  )
}

function Name({
  side,
  of,
  other,
  address,
  short = false,
}: {
  side: Side
  of: 'rows' | 'columns'
  other: Side['group'] | null
  address: AddressState
  short?: boolean
}) {
  const href = narrowedTo(address, side, of, other)
  const text = keyName(side.group, side.key, short ? 'short' : 'long')
  if (href === null) return <span className="text-dim">{text}</span>
  return (
    <Link href={href} title={t.explore.only(keyName(side.group, side.key))} className={figure} scroll={false}>
      {text}
    </Link>
  )
}

function Figure({
  value,
  href,
  measure,
  strong,
}: {
  value: PivotValue | null
  href: string | null
  measure: Pivot['measure']
  strong: boolean
}) {
  if (value === null) return <span className="text-dim">—</span>
  if (value.value === null) {
    return (
      <span className="text-warn" title={t.explore.unknownWhy}>
        {t.explore.unknown}
      </span>
    )
  }
  const text = (
    <>
      {value.partial ? (
        <span className="text-warn" title={t.explore.partialWhy}>
          <span className="sr-only">{t.explore.partialWhy}: </span>
          <span aria-hidden>△ </span>
        </span>
      ) : null}
      {valueText(measure, value.value)}
    </>
  )
  const look = strong ? 'font-semibold' : undefined
  if (href === null || value.value === '0')
    return <span className={value.value === '0' ? 'text-dim' : look}>{text}</span>
  return (
    <Link href={href} className={look === undefined ? figure : `${look} ${figure}`}>
      {text}
    </Link>
  )
}
