import { Download } from 'lucide-react'
import type { MonthStatementView } from '../../../lib/core/report/chargeback'
import { centsIn, countText, exactUsd, monthName, usdCents } from '../../../lib/core/report/format'
import { Breadcrumb } from '../kit/breadcrumb'
import { AnchorButton } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { HeadlineFigure } from '../kit/money'
import { Panel } from '../kit/panel'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { callsLink } from '../spend/drill'
import { PrintButton } from './print-button'

const wide = 'hidden sm:table-cell print:table-cell'

/** What one cost centre bears of a month: to be printed and sent to whoever answers for it. */
export function StatementScreen({ statement }: { statement: MonthStatementView }) {
  const { month } = statement
  return (
    <div className="max-w-300">
      <TopLine
        left={
          <Breadcrumb
            trail={[
              { href: '/bills', label: t.bills.title },
              { href: `/bills/${month}`, label: monthName(month) },
              { href: `/bills/${month}/chargeback`, label: t.chargeback.title },
            ]}
            here={statement.name}
          />
        }
        right={
          <>
            <PrintButton />
            <AnchorButton href={`/api/v1/bills/${month}/chargeback/${statement.id}?format=csv`} download>
              <Download aria-hidden />
              {t.chargeback.exportCsv}
            </AnchorButton>
          </>
        }
      />
      <ScreenTitle
        sentence={
          <>
            {t.chargeback.statementOf(statement.name, monthName(month))}
            {statement.unfinished ? ` · ${t.bills.soFar}` : null}
          </>
        }
        figure={<HeadlineFigure amount={statement.amount} />}
        context={
          <>
            <Link href={`/bills/${month}/chargeback`} className="hover:text-accent hover:underline">
              {t.chargeback.statementShare(usdCents(statement.bill.amount))}
            </Link>
            {statement.unpriced_requests === '0'
              ? null
              : ` · ${t.chargeback.unpriced(countText(statement.unpriced_requests))}`}
            {statement.other_currencies.length === 0 ? null : (
              <span className="block text-warn">
                {t.chargeback.notBorne(
                  statement.other_currencies.map((one) => centsIn(one.exact_amount, one.currency)).join(' + '),
                )}
              </span>
            )}
          </>
        }
      />
      <Panel title={t.chargeback.lines} note={t.chargeback.linesNote}>
        <DataTable caption={t.chargeback.statementOf(statement.name, monthName(month))}>
          <thead>
            <tr>
              <HeadCell>{t.chargeback.line}</HeadCell>
              <HeadCell className={wide}>{t.bills.host}</HeadCell>
              <HeadCell align="right" className={wide}>
                {t.chargeback.records}
              </HeadCell>
              <HeadCell align="right">{t.chargeback.amount}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {statement.lines.map((line) => (
              <tr key={JSON.stringify([line.project, line.host, line.model])}>
                <RowHead>
                  <Link
                    href={callsLink(month, month, undefined, {
                      host: line.host,
                      model: line.model,
                      project: line.project === null ? '' : line.project,
                    })}
                    className="wrap-anywhere hover:text-accent hover:underline"
                  >
                    {t.chargeback.pairOf(line.project, line.model)}
                  </Link>
                </RowHead>
                <Cell className={wide}>{hostName(line.host)}</Cell>
                <Cell align="right" className={wide}>
                  {countText(line.records)}
                </Cell>
                <Cell align="right">
                  <span title={exactUsd(line.exact_amount)}>{usdCents(line.amount)}</span>
                </Cell>
              </tr>
            ))}
            {statement.shared_line === null ? null : (
              <tr>
                <RowHead className="text-dim">{t.chargeback.sharedLine[statement.sharing]}</RowHead>
                <Cell className={wide} />
                <Cell className={wide} />
                <Cell align="right">
                  <span title={exactUsd(statement.shared_line.exact_amount)}>
                    {usdCents(statement.shared_line.amount)}
                  </span>
                </Cell>
              </tr>
            )}
          </tbody>
          <tfoot>
            <tr>
              <RowHead className="border-b-0">
                <span className="font-semibold">{t.bills.total}</span>
                <span className="block text-xs text-dim wrap-anywhere">
                  {t.bills.exact(exactUsd(statement.exact_amount))}
                </span>
              </RowHead>
              <Cell className={`${wide} border-b-0`} />
              <Cell align="right" className={`${wide} border-b-0`}>
                {countText(statement.records)}
              </Cell>
              <Cell align="right" className="border-b-0 font-semibold">
                {usdCents(statement.amount)}
              </Cell>
            </tr>
          </tfoot>
        </DataTable>
      </Panel>
    </div>
  )
}
