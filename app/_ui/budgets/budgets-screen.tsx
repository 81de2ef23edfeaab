import type { AlertView, BudgetState, BudgetView } from '../../../lib/core/report/budget'
import { countText, exactUsd, instantText, monthName, percentOfMille, usdCents } from '../../../lib/core/report/format'
import { LeftOutNote } from '../currency/left-out-note'
import { Badge } from '../kit/badge'
import { cn } from '../kit/class-name'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Link } from '../kit/link'
import { Panel } from '../kit/panel'
import { EmptyState } from '../kit/states'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { callsLink } from '../spend/drill'
import { AddBudgetButton, RemoveBudgetButton, SeenButton } from './budget-actions'
import { type ChannelLine, ChannelsPanel } from './channels-panel'

/** What each month may cost and does, what was told, and where it is told. */
export function BudgetsScreen({
  budgets,
  alerts,
  channels,
  mayAdd,
  mayRemove,
}: {
  budgets: readonly BudgetView[]
  alerts: readonly AlertView[]
  /** Null for whoever may not see them. */
  channels: readonly ChannelLine[] | null
  mayAdd: boolean
  /** All of them, one's own by who made it, or none. */
  mayRemove: { readonly all: boolean; readonly actor: string | null }
}) {
  const over = budgets.filter((budget) => budget.state === 'over').length
  const near = budgets.filter((budget) => budget.state === 'near').length
  const first = budgets[0]
  return (
    <>
      <TopLine left={t.budgets.title} right={mayAdd && first !== undefined ? <AddBudgetButton /> : undefined} />
      {first === undefined ? (
        <>
          <h1 className="sr-only">{t.budgets.title}</h1>
          <EmptyState title={t.budgets.empty} action={mayAdd ? <AddBudgetButton /> : undefined} className="mb-4">
            <p>{t.budgets.emptyText}</p>
            {mayAdd ? null : <p className="mt-2">{t.budgets.emptyNotYours}</p>}
          </EmptyState>
        </>
      ) : (
        <ScreenTitle
          sentence={over + near === 0 ? t.budgets.allUnder(budgets.length) : t.budgets.inDanger(over, near)}
          context={t.budgets.context(monthName(first.month))}
        />
      )}
      <div className="flex flex-col gap-4">
        {first === undefined ? null : (
          <Panel>
            <BudgetTable budgets={budgets} mayRemove={mayRemove} />
          </Panel>
        )}
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <Alerts alerts={alerts} />
          {channels === null ? null : <ChannelsPanel channels={channels} />}
        </div>
      </div>
    </>
  )
}

const TONES = { under: 'good', near: 'warn', over: 'bad' } as const satisfies Record<BudgetState, string>
const BARS = { under: 'bg-good', near: 'bg-warn', over: 'bg-bad' } as const
const wide = 'hidden md:table-cell'

function BudgetTable({
  budgets,
  mayRemove,
}: {
  budgets: readonly BudgetView[]
  mayRemove: { readonly all: boolean; readonly actor: string | null }
}) {
  return (
    <DataTable caption={t.budgets.title}>
      <thead>
        <tr>
          <HeadCell>{t.budgets.budget}</HeadCell>
          <HeadCell>{t.budgets.spent}</HeadCell>
          <HeadCell align="right" className={wide}>
            {t.budgets.forecast}
          </HeadCell>
          <HeadCell className={wide}>{t.budgets.told}</HeadCell>
          <HeadCell align="right">
            <span className="sr-only">{t.budgets.actions}</span>
          </HeadCell>
        </tr>
      </thead>
      <tbody>
        {budgets.map((budget) => (
          <tr key={budget.id}>
            <RowHead className="min-w-22 md:min-w-48">
              <span className="font-medium wrap-anywhere">{budget.name}</span>{' '}
              <Badge tone={TONES[budget.state]}>{t.budgets.states[budget.state]}</Badge>
              <span className="block text-xs text-dim wrap-anywhere">{t.budgets.scopeOf(budget)}</span>
            </RowHead>
            <Cell>
              <Spent budget={budget} />
            </Cell>
            <Cell align="right" className={wide}>
              <Forecast budget={budget} />
            </Cell>
            <Cell className={cn(wide, 'text-dim')}>
              {[
                ...budget.thresholds.map(({ percent, fired_at }) => t.budgets.fired(percent, fired_at)),
                ...(budget.on_forecast ? [t.budgets.forecastRule(budget.forecast_fired_at)] : []),
                ...(budget.on_anomaly ? [t.budgets.anomalyRule] : []),
              ].join(' · ')}
            </Cell>
            <Cell align="right">
              {mayRemove.all || mayRemove.actor === budget.created_by ? (
                <RemoveBudgetButton id={budget.id} name={budget.name} />
              ) : null}
            </Cell>
          </tr>
        ))}
      </tbody>
    </DataTable>
  )
}

/** The part that is spent, in words and as a bar; to its calls where they have one filter. */
function Spent({ budget }: { budget: BudgetView }) {
  const words = (
    <span title={exactUsd(budget.spent)}>
      <span className="font-medium">{usdCents(budget.spent)}</span>{' '}
      <span className="text-dim">
        {t.budgets.shareOf(percentOfMille(budget.spent_per_mille), usdCents(budget.amount))}
      </span>
    </span>
  )
  const href =
    budget.scope === 'workspace'
      ? callsLink(budget.month, budget.month)
      : budget.scope === 'project' && budget.value !== null
        ? callsLink(budget.month, budget.month, undefined, { project: budget.value })
        : budget.scope === 'cost_centre'
          ? `/bills/${budget.month}/chargeback`
          : null
  return (
    <div className="min-w-28 sm:min-w-40 md:min-w-60">
      {href === null ? (
        words
      ) : (
        <Link href={href} className="hover:text-accent hover:underline">
          {words}
        </Link>
      )}
      <div aria-hidden className="mt-1 h-1.5 overflow-hidden rounded-full bg-soft">
        <div
          className={cn('h-full', BARS[budget.state])}
          style={{ width: `${Math.min(1000, budget.spent_per_mille) / 10}%` }}
        />
      </div>
      {budget.unpriced_requests === '0' ? null : (
        <span className="block text-xs text-warn">{t.budgets.unpriced(countText(budget.unpriced_requests))}</span>
      )}
      <LeftOutNote of={budget.left_out} />
    </div>
  )
}

function Forecast({ budget }: { budget: BudgetView }) {
  if (budget.forecast === null) return <span className="text-dim">{t.budgets.noForecast}</span>
  return (
    <>
      <span title={exactUsd(budget.forecast)}>{usdCents(budget.forecast)}</span>
      {budget.low === null || budget.high === null ? null : (
        <span className="block text-xs text-dim">{t.forecast.bandOf(usdCents(budget.low), usdCents(budget.high))}</span>
      )}
    </>
  )
}

function Alerts({ alerts }: { alerts: readonly AlertView[] }) {
  return (
    <Panel
      id="alerts"
      title={t.budgets.alertsTitle}
      note={t.budgets.alertsNote}
      actions={alerts.some((alert) => alert.is_new) ? <SeenButton /> : undefined}
    >
      {alerts.length === 0 ? (
        <p className="text-dim">{t.budgets.alertsNone}</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {alerts.map((alert) => (
            <li key={alert.id} className="py-2 first:pt-0 last:pb-0">
              <p className="font-medium wrap-anywhere">
                {alert.title} {alert.is_new ? <Badge tone="accent">{t.budgets.isNew}</Badge> : null}
              </p>
              <p className="text-sm text-dim wrap-anywhere">
                {alert.text} {instantText(alert.at)}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
