import { billedCents, billedExact, quantityText, signedBilled } from '../../../lib/core/report/billed-format'
import { countText, dayText } from '../../../lib/core/report/format'
import type { BilledDetail, ImportBilled } from '../../../lib/core/report/import-view'
import { Badge } from '../kit/badge'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'

/** The lines of a bill as the provider names them, and what they changed of an older one. */
export function BilledPanels({ billed, detail }: { billed: ImportBilled; detail: BilledDetail }) {
  return (
    <>
      {detail.lines.total === 0 ? null : <Lines billed={billed} lines={detail.lines} />}
      {detail.restated.total === 0 ? null : <Restated restated={detail.restated} />}
    </>
  )
}

function Lines({ billed, lines }: { billed: ImportBilled; lines: BilledDetail['lines'] }) {
  const rounded = billed.amounts.filter(({ rounding }) => rounding !== '0')
  return (
    <Panel
      title={t.imports.billedTitle}
      note={
        lines.rows.length === lines.total
          ? t.imports.billedNote
          : t.imports.billedSome(countText(String(lines.rows.length)), countText(String(lines.total)))
      }
    >
      <DataTable caption={t.imports.billedTitle}>
        <thead>
          <tr>
            <HeadCell>{t.imports.billedLine}</HeadCell>
            <HeadCell align="right">{t.imports.billedAmount}</HeadCell>
            <HeadCell align="right">{t.imports.billedQuantity}</HeadCell>
            <HeadCell align="right">{t.imports.billedLines}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {lines.rows.map((row) => (
            <tr key={`${row.host} ${row.line} ${row.category} ${row.currency}`}>
              <RowHead className="min-w-40">
                <span className="wrap-anywhere">{row.line === '' ? t.imports.billedUngrouped : row.line}</span>
                {row.category === 'usage' ? null : (
                  <Badge className="ml-2">{t.imports.billedCategory(row.category)}</Badge>
                )}
                <span className="block text-xs text-dim">{hostName(row.host)}</span>
              </RowHead>
              <Cell align="right">
                <span title={billedExact(row.amount, row.currency)}>{billedCents(row.amount, row.currency)}</span>
              </Cell>
              <Cell align="right">
                {row.quantity === null || row.unit === null ? (
                  <span className="text-dim">—</span>
                ) : (
                  `${quantityText(row.quantity)} ${row.unit}`
                )}
              </Cell>
              <Cell align="right">{countText(row.lines)}</Cell>
            </tr>
          ))}
        </tbody>
        <tfoot>
          {billed.amounts.map(({ currency, amount }) => (
            <tr key={currency}>
              <RowHead className="font-semibold">{t.imports.billedTotal}</RowHead>
              <Cell align="right" className="font-semibold">
                <span title={billedExact(amount, currency)}>{billedCents(amount, currency)}</span>
              </Cell>
              <Cell />
              <Cell />
            </tr>
          ))}
        </tfoot>
      </DataTable>
      {rounded.map(({ currency, rounding }) => (
        <p key={currency} className="mt-3 text-sm text-dim">
          {t.imports.billedRounded(billedExact(rounding, currency))}
        </p>
      ))}
    </Panel>
  )
}

function Restated({ restated }: { restated: BilledDetail['restated'] }) {
  const change = restated.sums.map(({ currency, difference }) => signedBilled(difference, currency)).join(', ')
  return (
    <Panel
      title={t.imports.billedRestatedTitle(change)}
      note={
        restated.rows.length === restated.total
          ? t.imports.billedRestatedNote
          : t.imports.billedSome(countText(String(restated.rows.length)), countText(String(restated.total)))
      }
    >
      <DataTable caption={t.imports.billedRestatedCaption}>
        <thead>
          <tr>
            <HeadCell>{t.imports.billedLine}</HeadCell>
            <HeadCell align="right">{t.imports.billedBefore}</HeadCell>
            <HeadCell align="right">{t.imports.billedAfter}</HeadCell>
            <HeadCell align="right">{t.imports.billedChange}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {restated.rows.map((row) => (
            <tr key={`${row.day} ${row.host} ${row.line} ${row.currency}`}>
              <RowHead className="min-w-36">
                <span className="wrap-anywhere">{row.line === '' ? t.imports.billedUngrouped : row.line}</span>
                <span className="block text-xs whitespace-nowrap text-dim">
                  {dayText(`${row.day}T00:00:00Z`)} · {hostName(row.host)}
                </span>
              </RowHead>
              {[row.before, row.after].map((amount, place) => (
                <Cell key={place === 0 ? 'before' : 'after'} align="right">
                  {amount === null ? (
                    <span className="text-dim">—</span>
                  ) : (
                    <span title={billedExact(amount, row.currency)}>{billedCents(amount, row.currency)}</span>
                  )}
                </Cell>
              ))}
              <Cell align="right">
                <span title={billedExact(row.difference, row.currency)}>
                  {signedBilled(row.difference, row.currency)}
                </span>
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Panel>
  )
}
