import { chanceText, compactCount, monthName, signedUsd } from '../../../lib/core/report/format'
import type { SimulationView } from '../../../lib/core/report/simulation-view'
import { plainName, type WhatIfQuestion } from '../../../lib/core/report/what-if-question'
import { Cell, DataTable, RowHead } from '../kit/data-table'
import { HeadlineFigure, Money } from '../kit/money'
import { Panel } from '../kit/panel'
import { t } from '../messages/en'

/** The answer: what would have been saved a month, then now and then. */
export function SavingPanel({ answer, question }: { answer: SimulationView; question: WhatIfQuestion }) {
  const { saving, baseline_cost, target_cost } = answer.per_month
  const negative = saving.likely.startsWith('-')
  const magnitude = negative ? saving.likely.slice(1) : saving.likely
  const { break_even: breakEven, fleet } = answer
  const lead = magnitude === '0' ? t.whatIf.same : negative ? t.whatIf.costsMore : t.whatIf.saves
  return (
    <Panel>
      <h2 className="text-base text-dim">
        {t.whatIf.answerLead(movedText(question), targetText(question))} {lead}
      </h2>
      <p>
        <HeadlineFigure amount={magnitude} suffix={t.whatIf.perMonth} />
      </p>
      <p className="mb-3 text-dim">
        {t.whatIf.range(signedUsd(saving.low), signedUsd(saving.high))} {rangeText(answer)}
      </p>
      <DataTable caption={t.whatIf.nowAndThen} className="text-base">
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
              <tr key={`${line.name} ${line.detail}`}>
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
          {/* Each of several fleets has a break-even of its own. */}
          {answer.fleets.length > 1 ? '. ' : <BreakEvenText answer={answer} />}
          {breakEven === null ? null : t.whatIf.discounted(signedUsd(breakEven.discounted_saving_36_months))}
        </p>
      )}
    </Panel>
  )
}

function BreakEvenText({ answer }: { answer: SimulationView }) {
  const { break_even: breakEven } = answer
  return (
    <>
      {'; '}
      {breakEven === null || breakEven.output_tokens_per_month === null
        ? t.whatIf.noBreakEven
        : t.whatIf.breakEven(compactCount(Math.round(breakEven.output_tokens_per_month).toString()))}
      {` (${t.whatIf.breakEvenNow(compactCount(monthlyOutput(answer)))}).`}{' '}
      {breakEven === null
        ? null
        : breakEven.month === null
          ? t.whatIf.breakEvenNever(growthText(breakEven.growth_per_month))
          : t.whatIf.breakEvenMonth(monthName(breakEven.month), growthText(breakEven.growth_per_month))}{' '}
    </>
  )
}

function movedText(question: WhatIfQuestion): string {
  if (question.also.length > 0) return t.whatIf.severalMoves(question.also.length + 1)
  const narrowed = [question.model, question.project, question.key, question.tag, question.length, question.hours]
  const all = narrowed.every((part) => part === null)
  return question.share === '100' && all ? t.whatIf.everything : t.whatIf.partOf(question.share, all)
}

function targetText(question: WhatIfQuestion): string | null {
  if (question.also.length > 0) return null
  if (question.to === 'own') return t.whatIf.ownTarget(plainName(question.open))
  if (question.to === 'local')
    return t.whatIf.localTarget(plainName(question.open), t.ownGpus.machines[question.machine])
  return question.target.slice(question.target.indexOf('/') + 1)
}

/** Output tokens of the moved calls in a month of 730 hours. */
function monthlyOutput(answer: SimulationView): string {
  const week = answer.hours.average_week.reduce((sum, rate) => sum + rate * 3600, 0)
  return Math.round((week * 730) / 168).toString()
}

function growthText(growth: number): string {
  return `${growth < 0 ? '−' : '+'}${Math.abs(100 * growth).toFixed(1)} %`
}

function rangeText(answer: SimulationView): string {
  const chance = answer.chance_of_saving === null ? null : chanceText(answer.chance_of_saving)
  return answer.kind === 'hosted' || chance === null ? t.whatIf.rangeHosted(chance) : t.whatIf.rangeOwn(chance)
}
