import {
  centsIn,
  countText,
  exactIn,
  exactUsd,
  monthName,
  percentOfMille,
  percentOfMyriad,
  signedIn,
  signedUsd,
} from '../../../lib/core/report/format'
import type { GapTrack, ReconcileHostView, ReconcileView } from '../../../lib/core/report/reconcile-view'
import { Badge } from '../kit/badge'
import { Breadcrumb } from '../kit/breadcrumb'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { callsLink } from '../spend/drill'
import { BillTabs } from './bill-tabs'
import { GapPanel } from './gap-panel'
import { EnterInvoice, RemoveInvoice } from './invoice-dialog'
import { ToleranceForm } from './tolerance-form'

/** Does the month match what the hosts invoiced, and if not, why not. */
export function InvoicesScreen({
  view,
  mayWrite,
  mayName,
}: {
  view: ReconcileView
  mayWrite: boolean
  mayName: boolean
}) {
  const month = monthName(view.month)
  const { total } = view
  const compared = view.hosts.filter((host) => host.compared !== null)
  return (
    <>
      <TopLine
        left={
          <Breadcrumb
            trail={[
              { href: '/bills', label: t.bills.title },
              { href: `/bills/${view.month}`, label: month },
            ]}
            here={t.invoices.title}
          />
        }
        right={
          <>
            <BillTabs month={view.month} tab="invoices" />
            {mayWrite ? (
              <EnterInvoice month={view.month} books={view.hosts.map(({ host, currency }) => ({ host, currency }))} />
            ) : null}
          </>
        }
      />
      <ScreenTitle
        sentence={total === null ? t.invoices.noneSentence(month) : t.invoices.sentence(month)}
        figure={
          total === null ? (
            <span className="text-2xl font-semibold">{t.invoices.none}</span>
          ) : (
            <span className="text-[38px] leading-[1.15] font-semibold tracking-[-0.02em]" title={exactUsd(total.gap)}>
              {signedUsd(total.gap)}
            </span>
          )
        }
        context={
          <>
            {total === null ? null : `${t.invoices.unexplained(signedUsd(total.unexplained))} · `}
            {t.invoices.compared(compared.length, view.hosts.length)}
            {' · '}
            <Link href="/imports" className="underline underline-offset-3 hover:text-accent">
              {t.invoices.exportHint}
            </Link>
          </>
        }
      />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(18rem,24rem)]">
        <div className="flex min-w-0 flex-col gap-4">
          <Hosts view={view} />
          {compared.map((host) => (
            <GapPanel key={`${host.host} ${host.currency}`} month={view.month} host={host} mayName={mayName} />
          ))}
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          {view.invoices.length === 0 ? null : <Typed view={view} mayWrite={mayWrite} />}
          <Panel title={t.invoices.toleranceTitle} note={t.invoices.toleranceNote}>
            <ToleranceForm tolerance={view.tolerance} mayWrite={mayWrite} />
          </Panel>
        </div>
      </div>
    </>
  )
}

const TONE = { matched: 'good', explained: 'neutral', open: 'warn' } as const

/** On a phone the host with its state, our figure and the gap. */
const wide = 'hidden sm:table-cell'

function Hosts({ view }: { view: ReconcileView }) {
  if (view.hosts.length === 0) {
    return (
      <Panel title={t.invoices.hostsTitle}>
        <p className="text-dim">{t.invoices.noHosts(monthName(view.month))}</p>
      </Panel>
    )
  }
  return (
    <Panel title={t.invoices.hostsTitle} note={t.invoices.hostsNote}>
      <DataTable caption={t.invoices.hostsTitle}>
        <thead>
          <tr>
            <HeadCell>{t.invoices.host}</HeadCell>
            <HeadCell align="right">{t.invoices.ours}</HeadCell>
            <HeadCell align="right" className={wide}>
              {t.invoices.invoice}
            </HeadCell>
            <HeadCell align="right">{t.invoices.gap}</HeadCell>
            <HeadCell className={wide}>{t.invoices.state}</HeadCell>
            <HeadCell className="hidden md:table-cell">{t.invoices.track}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {view.hosts.map((host) => (
            <HostRow key={`${host.host} ${host.currency}`} month={view.month} host={host} />
          ))}
        </tbody>
      </DataTable>
    </Panel>
  )
}

function HostRow({ month, host }: { month: string; host: ReconcileHostView }) {
  const { compared, track } = host
  // Usage without any price is not nothing.
  const isUnknown = host.ours === '0' && host.unpriced_calls !== '0'
  return (
    <tr>
      <RowHead>
        {hostName(host.host)}
        {compared === null ? null : (
          <>
            <span className="block text-xs text-dim">{t.invoices.source[compared.source]}</span>
            <Badge tone={TONE[compared.status]} className="sm:hidden">
              {t.invoices.status[compared.status]}
            </Badge>
          </>
        )}
      </RowHead>
      <Cell align="right">
        <Link
          href={callsLink(month, month, undefined, { host: host.host })}
          className="hover:text-accent hover:underline"
        >
          {isUnknown ? '—' : <Money amount={host.ours} currency={host.currency} />}
        </Link>
        {host.unpriced_calls === '0' ? null : (
          <Link
            href={callsLink(month, month, undefined, { host: host.host, unpriced: '1' })}
            className="block text-xs text-warn hover:underline max-sm:whitespace-normal"
          >
            {t.bills.unpricedCalls(countText(host.unpriced_calls))}
          </Link>
        )}
      </Cell>
      <Cell align="right" className={wide}>
        {compared === null ? (
          <span className="text-dim">{t.invoices.notEntered}</span>
        ) : (
          <Money amount={compared.invoice} currency={host.currency} />
        )}
      </Cell>
      <Cell align="right">
        {compared === null ? (
          '—'
        ) : (
          <>
            <span title={exactIn(compared.gap, host.currency)}>{signedIn(compared.gap, host.currency)}</span>
            <span className="block text-xs text-dim sm:hidden">
              {t.invoices.ofInvoice(centsIn(compared.invoice, host.currency))}
            </span>
          </>
        )}
      </Cell>
      <Cell className={wide}>
        {compared === null ? (
          <span className="text-dim">—</span>
        ) : (
          <Badge tone={TONE[compared.status]}>{t.invoices.status[compared.status]}</Badge>
        )}
      </Cell>
      <Cell className="hidden text-dim md:table-cell">{track === null ? '—' : trackText(track)}</Cell>
    </tr>
  )
}

/** Thousandths of a percent, shown in hundredths and never better than they are. */
function trackText(track: GapTrack): string {
  const myriad = Math.ceil(track.average_per_100k / 10)
  const share = myriad > 10_000 ? percentOfMille(Math.ceil(myriad / 10)) : percentOfMyriad(myriad)
  return t.invoices.trackText(share, track.months)
}

function Typed({ view, mayWrite }: { view: ReconcileView; mayWrite: boolean }) {
  return (
    <Panel title={t.invoices.typedTitle} note={t.invoices.typedNote}>
      <DataTable caption={t.invoices.typedTitle}>
        <tbody>
          {view.invoices.map((one) => (
            <tr key={one.no}>
              <RowHead>
                {hostName(one.host)} {one.number}
                {mayWrite ? <RemoveInvoice month={view.month} invoice={one} /> : null}
                <span className="block text-xs text-dim wrap-anywhere">
                  {t.invoices.typedBy(one.created_by, one.created_at.slice(0, 10), one.lines)}
                </span>
              </RowHead>
              <Cell align="right">
                <Money amount={one.amount} currency={one.currency} />
              </Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Panel>
  )
}
