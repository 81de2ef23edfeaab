import { compactCount, instantText, signedUsd, usdCents } from '../../../lib/core/report/format'
import type { PeriodChoice } from '../../../lib/core/report/period-choice'
import type { SimulationView } from '../../../lib/core/report/simulation-view'
import type { WhatIfChoices, WhatIfQuestion } from '../../../lib/core/report/what-if-question'
import { type AddressState, addressWith } from '../kit/address'
import { LinkButton } from '../kit/button'
import { Cell, DataTable, RowHead } from '../kit/data-table'
import { HeadlineFigure, Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { SegmentedLinks } from '../kit/segmented-control'
import { EmptyState, ErrorState } from '../kit/states'
import { TopLine } from '../kit/top-line'
import { t } from '../messages/en'
import { AssumptionsPanel, MonthsPanel, MovedPanel, StaysPanel, TornadoPanel } from './answer-panels'
import { QuestionLine } from './question-line'
import { SaveReport } from './save-report'
import { WeekChart, WeekTable } from './week-chart'

export function EmptyWhatIf() {
  return (
    <>
      <h1 className="sr-only">{t.whatIf.title}</h1>
      <EmptyState
        title={t.whatIf.empty}
        action={
          <LinkButton tone="primary" href="/imports">
            {t.whatIf.emptyAction}
          </LinkButton>
        }
      >
        {t.whatIf.emptyText}
      </EmptyState>
    </>
  )
}

/** The what-if: the question as a sentence, then the saving, the hours, and what the answer rests on. */
export function WhatIfScreen({
  question,
  choice,
  choices,
  until,
  answer,
  asked,
  other,
  refused,
  address,
  view,
}: {
  question: WhatIfQuestion
  choice: PeriodChoice
  choices: WhatIfChoices
  until: string
  answer: SimulationView | null
  asked: object
  other: object
  refused: { readonly message: string; readonly remedy: string | null } | null
  address: AddressState
  view: 'chart' | 'table'
}) {
  return (
    <>
      <TopLine
        left={t.whatIf.until(instantText(until))}
        right={
          <>
            <LinkButton href="/what-if/reports">{t.report.open}</LinkButton>
            {answer === null ? null : <SaveReport scenario={asked} other={other} />}
          </>
        }
      />
      <h1 className="sr-only">{t.whatIf.title}</h1>
      <QuestionLine question={question} choice={choice} choices={choices} address={address} />
      {refused === null ? null : (
        <ErrorState what={`${t.whatIf.refused} ${refused.message}`} remedy={refused.remedy ?? undefined} />
      )}
      {answer === null ? null : <Answer answer={answer} address={address} view={view} />}
    </>
  )
}

function Answer({ answer, address, view }: { answer: SimulationView; address: AddressState; view: 'chart' | 'table' }) {
  const empty = answer.baseline_cost === '0' && answer.moved.length === 0 && answer.cannot_move.length === 0
  if (empty) return <EmptyState title={t.whatIf.emptyPeriod} />
  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
      <SavingPanel answer={answer} />
      <HoursPanel answer={answer} address={address} view={view} />
      {answer.kind === 'self_hosted' ? <TornadoPanel answer={answer} /> : <MovedPanel answer={answer} />}
      <StaysPanel answer={answer} />
      <MonthsPanel answer={answer} />
      <AssumptionsPanel answer={answer} />
    </div>
  )
}

function SavingPanel({ answer }: { answer: SimulationView }) {
  const { saving, baseline_cost, target_cost } = answer.per_month
  const negative = saving.likely.startsWith('-')
  const magnitude = negative ? saving.likely.slice(1) : saving.likely
  const { break_even: breakEven, fleet } = answer
  const perMonth = fleet === null ? null : monthlyOutput(answer)
  return (
    <Panel>
      <h2 className="text-base font-semibold">
        {magnitude === '0' ? t.whatIf.same : negative ? t.whatIf.costsMore : t.whatIf.saves}
      </h2>
      <p>
        <HeadlineFigure amount={magnitude} />
      </p>
      <p className="mb-3 text-dim">
        {t.whatIf.range(signedUsd(saving.low), signedUsd(saving.high))}{' '}
        {answer.chance_of_saving === null
          ? t.whatIf.rangeHosted
          : t.whatIf.rangeOwn(`${(answer.chance_of_saving * 100).toFixed(0)} %`)}
      </p>
      <DataTable caption={t.whatIf.saves} className="text-base">
        <tbody>
          <tr>
            <RowHead>{t.whatIf.now}</RowHead>
            <Cell align="right">
              <Money amount={baseline_cost} />
            </Cell>
          </tr>
          {answer.lines
            .filter((line) => line.amount !== '0')
            .map((line) => (
              <tr key={line.name}>
                <RowHead className="pl-5 text-dim">{t.whatIf.lines[line.name](line.detail)}</RowHead>
                <Cell align="right" className="text-dim">
                  <Money amount={line.per_month} />
                </Cell>
              </tr>
            ))}
          <tr className="font-semibold">
            <RowHead className="font-semibold">{t.whatIf.thenCost}</RowHead>
            <Cell align="right">
              <Money amount={target_cost.likely} />
            </Cell>
          </tr>
        </tbody>
      </DataTable>
      {fleet === null ? null : (
        <p className="mt-3 text-dim">
          {answer.payback_months === null ? t.whatIf.noPayback : t.whatIf.payback(answer.payback_months.toFixed(1))}
          {'; '}
          {breakEven === null || breakEven.output_tokens_per_month === null
            ? t.whatIf.noBreakEven
            : t.whatIf.breakEven(compactCount(Math.round(breakEven.output_tokens_per_month).toString()))}
          {perMonth === null ? '' : ` (${t.whatIf.breakEvenNow(compactCount(perMonth))})`}.
        </p>
      )}
    </Panel>
  )
}

/** Output tokens of the moved calls in a month of 730 hours. */
function monthlyOutput(answer: SimulationView): string {
  const week = answer.hours.average_week.reduce((sum, rate) => sum + rate * 3600, 0)
  return Math.round((week * 730) / 168).toString()
}

function HoursPanel({
  answer,
  address,
  view,
}: {
  answer: SimulationView
  address: AddressState
  view: 'chart' | 'table'
}) {
  const { fleet } = answer
  const own = fleet !== null
  return (
    <Panel
      title={own ? t.whatIf.yourHours : t.whatIf.yourHoursHosted}
      note={own ? t.whatIf.hoursNoteOwn : t.whatIf.hoursNoteHosted}
      actions={
        <SegmentedLinks
          label={own ? t.whatIf.yourHours : t.whatIf.yourHoursHosted}
          segments={(['chart', 'table'] as const).map((kind) => ({
            href: addressWith(address, { view: kind === 'chart' ? null : kind }),
            label: kind === 'chart' ? t.whatIf.showChart : t.whatIf.showTable,
            current: view === kind,
          }))}
        />
      }
    >
      {view === 'table' ? (
        <WeekTable hours={answer.hours} />
      ) : (
        <WeekChart
          hours={answer.hours}
          capacityText={
            fleet === null ? null : t.whatIf.capacityText(fleet.replicas, fleet.gpus_per_replica, fleet.gpu)
          }
        />
      )}
      {answer.off_peak_saving_per_month === null || answer.off_peak_saving_per_month === '0' ? null : (
        <p className="mt-3 text-dim">{t.whatIf.offPeak(usdCents(answer.off_peak_saving_per_month))}</p>
      )}
      {fleet === null || fleet.replicas === 0 ? null : (
        <dl className="mt-3 flex flex-wrap gap-x-6 gap-y-1 text-dim">
          <Fact name={t.whatIf.utilisation} value={`${(fleet.utilisation * 100).toFixed(0)} %`} />
          {fleet.cost_per_million_output === null ? null : (
            <Fact
              name={t.whatIf.perMillion}
              value={usdCents(fleet.cost_per_million_output)}
              note={
                fleet.cost_per_million_output_full === null
                  ? ''
                  : t.whatIf.atThat(usdCents(fleet.cost_per_million_output_full))
              }
            />
          )}
          <Fact name={t.whatIf.pace} value={t.whatIf.paceText(fleet.time_per_output_token_ms.toFixed(0))} />
          <Fact name={t.whatIf.idle} value={usdCents(fleet.idle_cost)} />
        </dl>
      )}
    </Panel>
  )
}

function Fact({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div className="flex gap-1.5">
      <dt>{name}</dt>
      <dd>
        <span className="font-semibold text-ink">{value}</span>
        {note === undefined || note === '' ? null : ` ${note}`}
      </dd>
    </div>
  )
}
