import type { ReactNode } from 'react'
import { rateSets, rateSteps } from '../../../lib/core/report/chart-series'
import { dayText } from '../../../lib/core/report/format'
import type { RateEntryView } from '../../../lib/core/report/rate-view'
import { Breadcrumb } from '../kit/breadcrumb'
import { LinkButton } from '../kit/button'
import { Cell, DataTable, HeadCell, RowHead } from '../kit/data-table'
import { Panel } from '../kit/panel'
import { SegmentedLinks } from '../kit/segmented-control'
import { ScreenTitle, TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { hostName } from '../messages/host-name'
import { RateFigure } from './amount'
import { EndPriceButton } from './end-price-button'
import { RateStepChart } from './rate-step-chart'

/** One model's ledger: the prices in force, and those before and after. */
export function RateDetailScreen({
  host,
  model,
  entries,
  conditionSet,
  nowMs,
  days,
  canWrite,
}: {
  host: string
  model: string
  entries: readonly RateEntryView[]
  /** YYYY-MM-DD by UTC. */
  days: { readonly today: string; readonly tomorrow: string }
  /** May end a price of the workspace's own. */
  canWrite: boolean
  /** Key of the set of conditions the chart shows; the unconditional prices when there is no such set. */
  conditionSet: string
  nowMs: number
}) {
  const endOf = (entry: RateEntryView) =>
    canWrite && entry.book === 'contract' && entry.to === null ? (
      <EndPriceButton
        price={{ id: entry.id, name: t.rates.meterName(entry.meter), host, model, from: entry.from }}
        days={days}
      />
    ) : null
  const current = entries.filter((entry) => entry.inForce)
  const others = entries.filter((entry) => !entry.inForce)
  return (
    <>
      <TopLine
        left={<Breadcrumb trail={[{ href: '/rates', label: t.rates.title }]} here={model} />}
        right={
          <LinkButton href={`/calls?${new URLSearchParams({ period: '12m', host, model })}`}>
            {t.rates.seeCalls}
          </LinkButton>
        }
      />
      <ScreenTitle
        sentence={<span className="wrap-break-word">{t.rates.detailAnswer(model)}</span>}
        context={t.rates.detailContext(hostName(host), entries.length)}
      />
      <div className="flex flex-col gap-4">
        <StepsPanel host={host} model={model} entries={entries} conditionSet={conditionSet} nowMs={nowMs} />
        <Panel title={t.rates.inForceTitle} note={current.length === 0 ? t.rates.nothingInForce : undefined}>
          {current.length === 0 ? null : <Ledger caption={t.rates.inForceTitle} entries={current} endOf={endOf} />}
        </Panel>
        {others.length === 0 ? null : (
          <Panel title={t.rates.pastTitle}>
            <Ledger caption={t.rates.pastTitle} entries={others} endOf={endOf} />
          </Panel>
        )}
      </div>
    </>
  )
}

/** The chart of one set of conditions; nothing for a model that is not billed per million of anything. */
function StepsPanel({
  host,
  model,
  entries,
  conditionSet,
  nowMs,
}: {
  host: string
  model: string
  entries: readonly RateEntryView[]
  conditionSet: string
  nowMs: number
}) {
  const sets = rateSets(entries)
  const shown = sets.find((set) => set.key === conditionSet) ?? sets[0]
  const chart = shown === undefined ? null : rateSteps(entries, shown.key, nowMs)
  if (shown === undefined || chart === null) return null
  const path = `/rates/${encodeURIComponent(host)}/${model.split('/').map(encodeURIComponent).join('/')}`
  return (
    <Panel
      title={t.rates.stepsTitle}
      note={t.rates.stepsNote(shown.currency)}
      actions={
        sets.length < 2 ? undefined : (
          <SegmentedLinks
            label={t.rates.stepsSets}
            segments={sets.map((set) => ({
              href: set.key === sets[0]?.key ? path : `${path}?${new URLSearchParams({ when: set.key })}`,
              label: t.rates.stepsSet(set.conditions, set.currency),
              current: set.key === shown.key,
            }))}
          />
        )
      }
    >
      <RateStepChart chart={chart} nowMs={nowMs} />
    </Panel>
  )
}

function Ledger({
  caption,
  entries,
  endOf,
}: {
  caption: string
  entries: readonly RateEntryView[]
  /** The way to end an entry; null where there is none. */
  endOf: (entry: RateEntryView) => ReactNode
}) {
  const hasEnd = entries.some((entry) => endOf(entry) !== null)
  // Beside a price that holds under conditions, the unconditional one of the same meter and days holds otherwise.
  const hasConditional = (entry: RateEntryView) =>
    entries.some(
      (other) =>
        other.meter === entry.meter &&
        Object.keys(other.conditions).length > 0 &&
        (entry.to === null || other.from < entry.to) &&
        (other.to === null || entry.from < other.to),
    )
  return (
    <DataTable caption={caption}>
      <thead>
        <tr>
          <HeadCell>{t.rates.meter}</HeadCell>
          <HeadCell align="right">{t.rates.price}</HeadCell>
          <HeadCell>{t.rates.when}</HeadCell>
          <HeadCell>{t.rates.from}</HeadCell>
          <HeadCell>{t.rates.until}</HeadCell>
          <HeadCell>{t.rates.source}</HeadCell>
          {hasEnd ? (
            <HeadCell>
              <span className="sr-only">{t.rates.actions}</span>
            </HeadCell>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id}>
            <RowHead className="whitespace-nowrap">{t.rates.meterName(entry.meter)}</RowHead>
            <Cell align="right">
              {entry.kind === 'multiplier' ? t.rates.factor(entry.amount) : <RateFigure {...entry} />}
            </Cell>
            <Cell className="min-w-40">
              {t.rates.conditions(entry.conditions).join('; ') || (
                <span className="text-dim">{hasConditional(entry) ? t.rates.otherwise : t.rates.always}</span>
              )}
            </Cell>
            <Cell className="whitespace-nowrap">{dayText(entry.from)}</Cell>
            <Cell className="whitespace-nowrap">
              {entry.to === null ? <span className="text-dim">{t.rates.open}</span> : dayText(entry.to)}
            </Cell>
            <Cell>
              <Source entry={entry} />
            </Cell>
            {hasEnd ? <Cell align="right">{endOf(entry)}</Cell> : null}
          </tr>
        ))}
      </tbody>
    </DataTable>
  )
}

function Source({ entry }: { entry: RateEntryView }) {
  const site = URL.canParse(entry.sourceUrl) ? new URL(entry.sourceUrl) : null
  const isWeb = site !== null && (site.protocol === 'https:' || site.protocol === 'http:')
  return (
    <>
      {isWeb ? (
        <a
          href={entry.sourceUrl}
          target="_blank"
          rel="noreferrer"
          aria-label={t.rates.sourceOf(t.rates.meterName(entry.meter))}
          className="text-accent underline underline-offset-3"
        >
          {site.hostname}
        </a>
      ) : (
        <span className="wrap-break-word">{entry.sourceUrl}</span>
      )}
      <span className="block text-dim">
        {t.rates.confidence[entry.confidence]} · {t.rates.checkedOn(dayText(entry.checkedOn))}
        {entry.enteredBy === null ? null : ` · ${t.rates.enteredBy(entry.enteredBy)}`}
      </span>
    </>
  )
}
