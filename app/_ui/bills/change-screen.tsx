import type { BillChangeView } from '../../../lib/core/report/bill-change'
import { type BridgeMover, type BridgeSum, EFFECTS } from '../../../lib/core/report/bridge'
import {
  centsIn,
  countText,
  exactUsd,
  monthAlone,
  monthName,
  percentOfMille,
  signedUsd,
  usdCents,
} from '../../../lib/core/report/format'
import { Breadcrumb } from '../kit/breadcrumb'
import { LinkButton } from '../kit/button'
import { cn } from '../kit/class-name'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { HeadlineFigure, Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { EmptyState } from '../kit/states'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { callsLink } from '../spend/drill'
import { BillTabs } from './bill-tabs'
import { WaterfallChart } from './waterfall-chart'

const link = 'hover:text-accent hover:underline'

/** Why this month costs more or less than the one before: the steps, who moved, and the days that stand out. */
export function ChangeScreen({ change, view }: { change: BillChangeView; view: 'chart' | 'table' }) {
  const month = monthName(change.month)
  const isEmpty = change.movers.length === 0
  return (
    <>
      <TopLine
        left={
          <Breadcrumb
            trail={[
              { href: '/bills', label: t.bills.title },
              { href: `/bills/${change.month}`, label: month },
            ]}
            here={t.change.title}
          />
        }
        right={<BillTabs month={change.month} tab="changes" />}
      />
      {isEmpty ? (
        <>
          <h1 className="sr-only">{t.change.title}</h1>
          <EmptyState
            title={t.change.nothing(month)}
            action={
              <LinkButton tone="primary" href="/imports">
                {t.bills.emptyAction}
              </LinkButton>
            }
          >
            {t.change.nothingText}
          </EmptyState>
        </>
      ) : (
        <>
          <Title change={change} />
          <div className="flex flex-col gap-4">
            <Panel
              title={t.change.bridgeTitle}
              note={t.change.bridgeNote}
              actions={
                <Link
                  href={`/bills/${change.month}/changes${view === 'chart' ? '?view=table' : ''}`}
                  scroll={false}
                  className="text-sm text-accent hover:underline"
                >
                  {view === 'chart' ? t.change.showTable : t.change.showChart}
                </Link>
              }
            >
              {view === 'chart' ? <WaterfallChart change={change} /> : <BridgeTable change={change} />}
            </Panel>
            <Anomalies change={change} />
            <Movers change={change} />
          </div>
        </>
      )}
    </>
  )
}

function Title({ change }: { change: BillChangeView }) {
  const before = monthAlone(change.before_month)
  const isLess = change.change.startsWith('-')
  const words = change.change === '0' ? t.change.same(before) : isLess ? t.change.less(before) : t.change.more(before)
  return (
    <ScreenTitle
      sentence={`${monthName(change.month)} · ${t.change.title}`}
      figure={
        <HeadlineFigure
          amount={isLess ? change.change.slice(1) : change.change}
          suffix={`${words}${change.change_per_mille === null ? '' : ` (${percentOfMille(change.change_per_mille)})`}`}
        />
      }
      context={
        <>
          {change.days === null ? (
            <Link
              href={callsLink(change.before_month, change.before_month)}
              className={link}
              title={exactUsd(change.before)}
            >
              {usdCents(change.before)}
            </Link>
          ) : (
            <span title={exactUsd(change.before)}>{usdCents(change.before)}</span>
          )}
          {' → '}
          <Link href={callsLink(change.month, change.month)} className={link} title={exactUsd(change.after)}>
            {usdCents(change.after)}
          </Link>
          {change.days === null ? null : ` · ${t.change.days(change.days)}`}
          {change.unpriced_requests.after === '0' && change.unpriced_requests.before === '0' ? null : (
            <>
              {' · '}
              <Link
                href={callsLink(change.before_month, change.month, undefined, { unpriced: '1' })}
                className="text-warn underline underline-offset-3"
              >
                {t.change.unpriced(
                  countText(
                    (BigInt(change.unpriced_requests.before) + BigInt(change.unpriced_requests.after)).toString(),
                  ),
                )}
              </Link>
            </>
          )}
          {(['before', 'after'] as const).map((side) =>
            change.other_currencies[side].length === 0 ? null : (
              <span key={side} className="block text-warn">
                {t.change.besides(
                  monthName(side === 'before' ? change.before_month : change.month),
                  change.other_currencies[side].map((one) => centsIn(one.exact_amount, one.currency)).join(' + '),
                )}
              </span>
            ),
          )}
        </>
      }
    />
  )
}

function BridgeTable({ change }: { change: BillChangeView }) {
  return (
    <DataTable caption={t.change.bridgeTitle}>
      <thead>
        <tr>
          <HeadCell>{t.change.step}</HeadCell>
          <HeadCell className="hidden sm:table-cell">{t.change.meaning}</HeadCell>
          <HeadCell align="right">{t.change.amount}</HeadCell>
        </tr>
      </thead>
      <tbody>
        <tr>
          <RowHead className="font-semibold">{monthName(change.before_month)}</RowHead>
          <Cell className="hidden text-dim sm:table-cell">
            {change.days === null ? null : t.change.days(change.days)}
          </Cell>
          <Cell align="right" className="font-semibold">
            <Money amount={change.before} />
          </Cell>
        </tr>
        {EFFECTS.map((effect) => (
          <tr key={effect}>
            <RowHead>{t.change.effects[effect]}</RowHead>
            <Cell className="hidden text-dim sm:table-cell">{t.change.effectsExplained[effect]}</Cell>
            <Cell align="right">
              <Signed amount={change.effects[effect]} />
            </Cell>
          </tr>
        ))}
        <tr>
          <RowHead className="border-b-0 font-semibold">{monthName(change.month)}</RowHead>
          <Cell className="hidden border-b-0 text-dim sm:table-cell" />
          <Cell align="right" className="border-b-0 font-semibold">
            <Money amount={change.after} />
          </Cell>
        </tr>
      </tbody>
    </DataTable>
  )
}

function Signed({ amount, className }: { amount: string; className?: string }) {
  if (amount === '0') return <span className="text-dim">—</span>
  return (
    <span title={exactUsd(amount)} className={cn('whitespace-nowrap', className)}>
      {signedUsd(amount)}
    </span>
  )
}

const wide = 'hidden md:table-cell print:table-cell'

function Movers({ change }: { change: BillChangeView }) {
  return (
    <Panel title={t.change.moversTitle} note={t.change.moversNote}>
      <DataTable caption={t.change.moversTitle}>
        <thead>
          <tr>
            <HeadCell>{t.change.pair}</HeadCell>
            {EFFECTS.map((effect) => (
              <HeadCell key={effect} align="right" className={wide} title={t.change.effectsExplained[effect]}>
                {t.change.effects[effect]}
              </HeadCell>
            ))}
            <HeadCell align="right">{t.change.total}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {change.movers.map((mover) => (
            <MoverRow
              key={JSON.stringify([mover.project, mover.host, mover.model])}
              month={change.month}
              mover={mover}
            />
          ))}
          {change.other_movers === null ? null : (
            <tr>
              <RowHead className="text-dim">{t.change.others(change.other_movers.count)}</RowHead>
              <Figures sum={change.other_movers} />
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr>
            <RowHead className="border-b-0 font-semibold">{t.change.all}</RowHead>
            <Figures sum={change} className="border-b-0 font-semibold" />
          </tr>
        </tfoot>
      </DataTable>
    </Panel>
  )
}

function MoverRow({ month, mover }: { month: string; mover: BridgeMover }) {
  const filter = { host: mover.host, model: mover.model, project: mover.project === null ? '' : mover.project }
  return (
    <tr>
      <RowHead>
        <Link href={callsLink(month, month, undefined, filter)} className={cn(link, 'wrap-anywhere')}>
          {t.change.pairOf(mover.project, mover.model)}
        </Link>
        <span className="block text-xs text-dim">
          {hostName(mover.host)} · {t.change.from(usdCents(mover.before), usdCents(mover.after))}
        </span>
      </RowHead>
      <Figures sum={mover} />
    </tr>
  )
}

function Figures({ sum, className }: { sum: BridgeSum; className?: string }) {
  return (
    <>
      {EFFECTS.map((effect) => (
        <Cell key={effect} align="right" className={cn(wide, className)}>
          <Signed amount={sum.effects[effect]} />
        </Cell>
      ))}
      <Cell align="right" className={className}>
        <Signed amount={sum.change} className="font-medium" />
      </Cell>
    </>
  )
}

function Anomalies({ change }: { change: BillChangeView }) {
  return (
    <Panel title={t.change.anomaliesTitle} note={t.change.anomaliesNote}>
      {change.anomalies.length === 0 ? (
        <p className="text-dim">{t.change.anomaliesNone}</p>
      ) : (
        <ul className="flex flex-col gap-1.5">
          {change.anomalies.slice(0, 10).map((one) => (
            <li key={`${one.project} ${one.host} ${one.model} ${one.from}`} className="wrap-anywhere">
              <Link
                href={callsLink(change.month, change.month, undefined, {
                  host: one.host,
                  model: one.model,
                  project: one.project === null ? '' : one.project,
                })}
                className="font-medium hover:text-accent hover:underline"
              >
                {t.change.pairOf(one.project, one.model)}
              </Link>
              : {t.change.anomaly(one)}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
