import type { ReactNode } from 'react'
import type {
  BillAdjustmentView,
  BillCorrectionView,
  BillCurrencyView,
  BillView,
} from '../../../lib/core/report/bill-view'
import { countText, dayText, monthName } from '../../../lib/core/report/format'
import { cn } from '../kit/class-name'
import { Cell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Money } from '../kit/money'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { callsLink } from '../spend/drill'
import { RemoveAdjustment } from './adjustment-dialog'

const wide = 'hidden sm:table-cell print:table-cell'

/** What a bill charges beside its own usage: corrections to closed months, and what others have charged for it. */
export function BillOthers({ bill, mayChange }: { bill: BillView; mayChange: boolean }) {
  return (
    <>
      <BillCorrections of={bill} />
      {bill.adjustments.length === 0 ? null : (
        <Group title={t.bills.adjustmentsTitle} note={t.bills.adjustmentsNote}>
          {bill.adjustments.map((one) => (
            <AdjustmentRow key={one.no} month={bill.month} adjustment={one} mayRemove={mayChange} />
          ))}
        </Group>
      )}
    </>
  )
}

/** Corrections of one currency. */
export function BillCorrections({ of: bill }: { of: Pick<BillCurrencyView, 'corrections' | 'carried'> }) {
  return (
    <>
      {groupsOf(bill.corrections, (one) => one.month).map(([month, lines]) => (
        <Group
          key={month}
          title={t.bills.correctionsOf(monthName(month))}
          note={t.bills.correctionsNote}
          href={`/bills/${month}`}
        >
          {lines.map((line) => (
            <CorrectionRow key={keyOf(line)} line={line} />
          ))}
        </Group>
      ))}
      {groupsOf(bill.carried, (one) => one.billed_in).map(([month, lines]) => (
        <Group
          key={month}
          title={t.bills.carriedOf(monthName(month))}
          note={t.bills.carriedNote}
          href={`/bills/${month}`}
        >
          {lines.map((line) => (
            <CorrectionRow key={keyOf(line)} line={line} />
          ))}
        </Group>
      ))}
    </>
  )
}

function AdjustmentRow({
  month,
  adjustment,
  mayRemove,
}: {
  month: string
  adjustment: BillAdjustmentView
  mayRemove: boolean
}) {
  const { kind, host, reason, created_by, created_at, exact_amount } = adjustment
  const said = t.bills.adjustmentBy(host === null ? null : hostName(host), reason, created_by, dayText(created_at))
  return (
    <tr>
      <RowHead>
        <span className="block pl-4">
          {t.bills.adjustmentKind[kind]}
          {mayRemove ? <RemoveAdjustment month={month} adjustment={adjustment} /> : null}
          <span className="block text-xs text-dim wrap-anywhere">{said}</span>
        </span>
      </RowHead>
      <Cell colSpan={3} className={wide} />
      <Cell align="right">
        <Money amount={exact_amount} />
      </Cell>
    </tr>
  )
}

const keyOf = (line: BillCorrectionView) =>
  [line.month, line.billed_in, line.cause, line.cause_no, line.host, line.model].join(' ')

function groupsOf(
  lines: readonly BillCorrectionView[],
  monthOf: (line: BillCorrectionView) => string,
): [string, BillCorrectionView[]][] {
  const groups = new Map<string, BillCorrectionView[]>()
  for (const line of lines) groups.set(monthOf(line), [...(groups.get(monthOf(line)) ?? []), line])
  return [...groups]
}

function Group({ title, note, href, children }: { title: string; note: string; href?: string; children: ReactNode }) {
  return (
    <tbody>
      <tr>
        <RowHead className="pt-4 font-semibold">
          {href === undefined ? (
            title
          ) : (
            <Link href={href} className="hover:text-accent hover:underline">
              {title}
            </Link>
          )}
          <span className="block text-xs font-normal text-dim">{note}</span>
        </RowHead>
        <Cell colSpan={3} className={wide} />
        <Cell />
      </tr>
      {children}
    </tbody>
  )
}

function CorrectionRow({ line }: { line: BillCorrectionView }) {
  const filter = { host: line.host, model: line.model }
  const calls = callsLink(line.month, line.month, undefined, {
    ...filter,
    ...(line.cause === 'import' ? { import: String(line.cause_no) } : {}),
  })
  return (
    <tr>
      <RowHead>
        <span className="block pl-4">
          <span className="wrap-anywhere">
            {hostName(line.host)} · {line.model}
          </span>
          <span className="block text-xs text-dim wrap-anywhere">
            {t.bills.cause[line.cause](line.cause_no)} · {t.bills.causeBy(line.note, line.actor, dayText(line.at))}
          </span>
        </span>
      </RowHead>
      <Cell align="right" className={cn(wide, 'text-dim')}>
        {line.records === '0' ? null : t.bills.recordsChanged(countText(line.records))}
      </Cell>
      <Cell colSpan={2} className={wide} />
      <Cell align="right">
        <Link href={calls} className="hover:text-accent hover:underline">
          <Money amount={line.exact_amount} {...(line.currency === undefined ? {} : { currency: line.currency })} />
        </Link>
      </Cell>
    </tr>
  )
}
