import type { BillHostView, BillView } from '../../../lib/core/report/bill-view'
import type { BilledMonth } from '../../../lib/core/report/billed-view'
import type { ConvertedTotal as ConvertedView } from '../../../lib/core/report/exchange-view'
import { countText, exactUsd, moneyCents, monthName, signedUsd, usdCents } from '../../../lib/core/report/format'
import { Breadcrumb } from '../kit/breadcrumb'
import { LinkButton } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { HeadlineFigure, Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { EmptyState } from '../kit/states'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { callsLink } from '../spend/drill'
import { AddAdjustment } from './adjustment-dialog'
import { BillCurrencies, CurrenciesContext } from './bill-currencies'
import { BillLines } from './bill-lines'
import { BillOthers } from './bill-others'
import { PricedBadge, StatusBadge } from './bill-status'
import { BillTabs } from './bill-tabs'
import { BilledPanel } from './billed-panel'
import { CloseActions, type MayChangeBill } from './close-actions'
import { ConvertedTotal } from './converted-total'
import { CostsPanel } from './costs-panel'
import { ExportMenu } from './export-menu'
import { PrintButton } from './print-button'
import { StatePanel } from './state-panel'

/** One month as an invoice, and beside it what the hosts themselves reported. */
export function BillScreen({
  bill,
  billed,
  may,
  converted,
}: {
  bill: BillView
  billed: BilledMonth
  may: MayChangeBill
  /** The total in the workspace's display currency; null when that is the dollar. */
  converted: ConvertedView | null
}) {
  const month = monthName(bill.month)
  const isEmpty = bill.records === '0' && bill.lines === 0 && bill.status === 'open'
  const mayAdjust = may.write && bill.status !== 'closed'
  return (
    <>
      <TopLine
        left={<Breadcrumb trail={[{ href: '/bills', label: t.bills.title }]} here={month} />}
        right={
          isEmpty ? undefined : (
            <>
              <BillTabs month={bill.month} tab="bill" />
              <PrintButton />
              <ExportMenu month={bill.month} />
              <CloseActions bill={bill} may={may} />
            </>
          )
        }
      />
      {isEmpty ? (
        <>
          <h1 className="sr-only">{t.bills.sentence(month)}</h1>
          <EmptyState
            title={t.bills.empty(month)}
            action={
              <LinkButton tone="primary" href="/imports">
                {t.bills.emptyAction}
              </LinkButton>
            }
          >
            {t.bills.emptyText}
          </EmptyState>
          <BilledPanel billed={billed} />
        </>
      ) : (
        <>
          <ScreenTitle
            sentence={
              <span className="flex flex-wrap items-center gap-2">
                {t.bills.sentence(month)}
                {bill.unfinished ? ` · ${t.bills.soFar}` : null}
                <StatusBadge status={bill.status} />
                <PricedBadge perMyriad={bill.coverage.priced_per_myriad} />
              </span>
            }
            figure={bill.exact_total === null ? t.bills.noAmount : <HeadlineFigure amount={bill.exact_total} />}
            context={<Context bill={bill} />}
          />
          {converted === null ? null : (
            <ConvertedTotal
              total={converted}
              amountText={converted.amount === null ? null : moneyCents(converted.amount)}
            />
          )}
          <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(20rem,26rem)] print:block">
            <div className="flex min-w-0 flex-col gap-4">
              <Panel>
                <BillLines book={{ ...bill, hasUnpriced: bill.coverage.records !== '0' }}>
                  <BillOthers bill={bill} mayChange={mayAdjust} />
                </BillLines>
                {mayAdjust ? (
                  <div className="mt-3 print:hidden">
                    <AddAdjustment month={bill.month} hosts={bill.hosts.map((one) => one.host)} />
                  </div>
                ) : null}
              </Panel>
              <BillCurrencies bill={bill} />
            </div>
            <div className="flex min-w-0 flex-col gap-4">
              <StatePanel bill={bill} />
              <BilledPanel billed={billed} />
              <CostsPanel costs={bill.costs} />
              <Reported bill={bill} />
            </div>
          </div>
        </>
      )}
    </>
  )
}

function Context({ bill }: { bill: BillView }) {
  const { coverage, month } = bill
  const counts = [t.bills.records(countText(bill.records))]
  if (bill.requests !== null) counts.push(t.bills.calls(countText(bill.requests)))
  return (
    <>
      {counts.join(' · ')} ·{' '}
      {coverage.records === '0' ? (
        t.bills.everyPriced
      ) : (
        <Link
          href={callsLink(month, month, undefined, { unpriced: '1' })}
          className="text-warn underline underline-offset-3"
        >
          {t.bills.unpricedCalls(countText(coverage.requests))}
        </Link>
      )}
      <CurrenciesContext bill={bill} />
    </>
  )
}

function Reported({ bill }: { bill: BillView }) {
  const isAny = bill.hosts.some((host) => host.reported !== null)
  const isPartial = bill.hosts.some((host) => host.reported !== null && host.reported.gap === null)
  return (
    <Panel title={t.bills.reportedTitle} note={isAny ? t.bills.reportedNote : undefined} className="print:mt-4">
      {isAny ? (
        <DataTable caption={t.bills.reportedTitle}>
          <thead>
            <tr>
              <HeadCell>{t.bills.host}</HeadCell>
              <HeadCell align="right">{t.bills.ours}</HeadCell>
              <HeadCell align="right">{t.bills.reported}</HeadCell>
              <HeadCell align="right">{t.bills.gap}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {bill.hosts.map((host) => (
              <ReportedRow key={host.host} host={host} month={bill.month} />
            ))}
          </tbody>
        </DataTable>
      ) : (
        <p className="text-dim">{t.bills.reportedNone}</p>
      )}
      {isPartial ? <p className="mt-3 text-sm text-dim">{t.bills.notComparable}</p> : null}
    </Panel>
  )
}

function ReportedRow({ host, month }: { host: BillHostView; month: string }) {
  const { reported } = host
  return (
    <tr>
      <RowHead>{hostName(host.host)}</RowHead>
      <Cell align="right">
        {host.exact_amount === null ? (
          '—'
        ) : (
          <Link
            href={callsLink(month, month, undefined, { host: host.host })}
            className="hover:text-accent hover:underline"
          >
            <Money amount={host.exact_amount} />
          </Link>
        )}
      </Cell>
      <Cell align="right">
        {reported === null ? (
          <span className="text-dim">{t.bills.notReported}</span>
        ) : (
          <>
            <span title={exactUsd(reported.amount)}>{usdCents(reported.amount)}</span>
            {reported.gap === null ? (
              <span className="block text-xs whitespace-normal text-dim">
                {t.bills.reportedFor(countText(reported.records), countText(host.records))}
              </span>
            ) : null}
          </>
        )}
      </Cell>
      <Cell align="right">
        {reported === null || reported.gap === null ? (
          <span className="text-dim">—</span>
        ) : (
          <span title={exactUsd(reported.gap)}>{signedUsd(reported.gap)}</span>
        )}
      </Cell>
    </tr>
  )
}
