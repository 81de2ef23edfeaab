import { Download } from 'lucide-react'
import type { ChargebackView, CostCentreSum } from '../../../lib/core/report/chargeback'
import { centsIn, countText, exactUsd, monthName, signedUsd, usdCents } from '../../../lib/core/report/format'
import { Breadcrumb } from '../kit/breadcrumb'
import { AnchorButton } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { HeadlineFigure, Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { EmptyState } from '../kit/states'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { callsLink } from '../spend/drill'
import { AddRuleButton, RulesPanel, SharingControl } from './allocation-rules'
import { BillTabs } from './bill-tabs'
import { PrintButton } from './print-button'

const GROUPS_SHOWN = 8

/** The month by who bears it, the rules that say so, and what no rule takes. */
export function ChargebackScreen({ view, canChange: mayChange }: { view: ChargebackView; canChange: boolean }) {
  const canChange = mayChange && view.frozen === null
  const month = monthName(view.month)
  return (
    <>
      <TopLine
        left={
          <Breadcrumb
            trail={[
              { href: '/bills', label: t.bills.title },
              { href: `/bills/${view.month}`, label: month },
            ]}
            here={t.chargeback.title}
          />
        }
        right={
          <>
            <BillTabs month={view.month} tab="chargeback" />
            <PrintButton />
            <AnchorButton href={`/api/v1/bills/${view.month}/chargeback?format=csv`} download>
              <Download aria-hidden />
              {t.chargeback.exportCsv}
            </AnchorButton>
          </>
        }
      />
      <Title view={view} />
      {view.rules.length === 0 ? (
        <EmptyState
          title={t.chargeback.noRules}
          action={canChange ? <AddRuleButton month={view.month} tone="primary" /> : undefined}
        >
          <p>{t.chargeback.noRulesText}</p>
          {canChange ? null : <p className="mt-2">{t.chargeback.noRulesNotYours}</p>}
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-4">
          <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] print:block">
            <Centres view={view} canChange={canChange} />
            {view.unallocated_groups.length === 0 ? null : <Loose view={view} canChange={canChange} />}
          </div>
          <RulesPanel view={view} canChange={canChange} />
        </div>
      )}
    </>
  )
}

function Title({ view }: { view: ChargebackView }) {
  const { centres, left, sharing } = view
  const isWhole = left.exact_amount === '0'
  const words = centres.length === 0 ? t.chargeback.nobody : t.chargeback.allocated(centres.length)
  return (
    <ScreenTitle
      sentence={t.chargeback.sentence(monthName(view.month))}
      figure={<HeadlineFigure amount={view.exact_amount} suffix={words} />}
      context={
        <>
          {isWhole ? t.chargeback.wholeBill : t.chargeback.leftOver(usdCents(left.exact_amount))}
          {sharing !== 'none' && view.unallocated !== '0' && isWhole
            ? ` · ${t.chargeback.sharedOver(usdCents(view.unallocated))}`
            : null}
          {view.unfinished ? ` · ${t.bills.soFar}` : null}
          {view.other_currencies.length === 0 ? null : (
            <span className="block text-warn">
              {t.chargeback.notBorne(
                view.other_currencies.map((one) => centsIn(one.exact_amount, one.currency)).join(' + '),
              )}
            </span>
          )}
          {view.frozen === null ? null : (
            <span className="block" title={view.frozen.sha256}>
              {t.chargeback.frozen(view.frozen.sha256.slice(0, 12))}
            </span>
          )}
        </>
      }
    />
  )
}

const wide = 'hidden sm:table-cell print:table-cell'

function Centres({ view, canChange }: { view: ChargebackView; canChange: boolean }) {
  return (
    <Panel title={t.chargeback.centresTitle} note={t.chargeback.centresNote}>
      <DataTable caption={t.chargeback.centresTitle}>
        <thead>
          <tr>
            <HeadCell>{t.chargeback.centre}</HeadCell>
            <HeadCell align="right" className={wide}>
              {t.chargeback.direct}
            </HeadCell>
            <HeadCell align="right" className={wide}>
              {t.chargeback.shared}
            </HeadCell>
            <HeadCell align="right">{t.chargeback.amount}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {view.centres.map((centre) => (
            <CentreRow key={centre.id} month={view.month} centre={centre} />
          ))}
          <tr>
            <RowHead className="text-warn" title={t.chargeback.unallocatedExplained}>
              {t.chargeback.unallocated}
            </RowHead>
            <Cell align="right" className={wide}>
              <Money amount={view.unallocated} />
            </Cell>
            <Cell align="right" className={wide}>
              <span className="text-dim">—</span>
            </Cell>
            <Cell align="right">
              <span title={exactUsd(view.left.exact_amount)}>{usdCents(view.left.amount)}</span>
            </Cell>
          </tr>
          {view.others === '0' ? null : (
            <tr>
              <RowHead className="text-dim" title={t.chargeback.othersExplained}>
                {t.chargeback.others}
              </RowHead>
              <Cell align="right" className="hidden sm:table-cell print:table-cell">
                <span title={exactUsd(view.others)}>{signedUsd(view.others)}</span>
              </Cell>
              <Cell className={wide} />
              <Cell align="right">
                <span className="text-dim">—</span>
              </Cell>
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr>
            <RowHead className="border-b-0 font-semibold">{t.chargeback.total}</RowHead>
            <Cell className={`${wide} border-b-0`} colSpan={2} />
            <Cell align="right" className="border-b-0 font-semibold">
              <Link
                href={`/bills/${view.month}`}
                className="hover:text-accent hover:underline"
                title={exactUsd(view.exact_amount)}
              >
                {usdCents(view.amount)}
              </Link>
            </Cell>
          </tr>
        </tfoot>
      </DataTable>
      <SharingControl month={view.month} mode={view.sharing} canChange={canChange} />
    </Panel>
  )
}

function CentreRow({ month, centre }: { month: string; centre: CostCentreSum }) {
  const href = `/bills/${month}/chargeback/${centre.id}`
  return (
    <tr>
      <RowHead>
        <Link href={href} className="font-medium wrap-anywhere hover:text-accent hover:underline">
          {centre.name}
        </Link>
        {centre.unpriced_requests === '0' ? null : (
          <span className="block text-xs text-warn">{t.chargeback.unpriced(countText(centre.unpriced_requests))}</span>
        )}
      </RowHead>
      <Cell align="right" className={wide}>
        <Money amount={centre.direct} />
      </Cell>
      <Cell align="right" className={wide}>
        <Money amount={centre.shared} />
      </Cell>
      <Cell align="right" className="font-medium">
        <Link href={href} className="hover:text-accent hover:underline" title={exactUsd(centre.exact_amount)}>
          {usdCents(centre.amount)}
        </Link>
      </Cell>
    </tr>
  )
}

function Loose({ view, canChange }: { view: ChargebackView; canChange: boolean }) {
  const groups = view.unallocated_groups
  return (
    <Panel title={t.chargeback.groupsTitle} note={t.chargeback.groupsNote} className="print:hidden">
      <ul className="flex flex-col gap-2">
        {groups.slice(0, GROUPS_SHOWN).map((group) => (
          <li
            key={JSON.stringify([group.project, group.api_key])}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1"
          >
            <Link
              href={callsLink(view.month, view.month, undefined, {
                project: group.project === null ? '' : group.project,
                api_key: group.api_key === null ? '' : group.api_key,
              })}
              className="min-w-0 wrap-anywhere hover:text-accent hover:underline"
            >
              {t.chargeback.groupOf(group.project, group.api_key)}
            </Link>
            <span className="flex items-center gap-3">
              {group.exact_amount === '0' && group.unpriced_requests !== '0' ? (
                <span className="text-warn">{t.chargeback.unpriced(countText(group.unpriced_requests))}</span>
              ) : (
                <Money amount={group.exact_amount} />
              )}
              {canChange && group.project !== null ? (
                <AddRuleButton month={view.month} tone="plain" project={group.project} />
              ) : null}
            </span>
          </li>
        ))}
      </ul>
      {groups.length > GROUPS_SHOWN ? (
        <p className="mt-2 text-sm text-dim">{t.chargeback.moreGroups(groups.length - GROUPS_SHOWN)}</p>
      ) : null}
    </Panel>
  )
}
