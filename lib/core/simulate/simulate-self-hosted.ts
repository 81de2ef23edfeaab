/** A what-if whose only target is an open model on GPUs of one's own. */
import { addUsd, subtractUsd, type Usd, ZERO_USD } from '../money/usd'
import { err, ok, type Result } from '../result'
import type { Period } from '../time/instant'
import type { HourDemand } from './fleet/demand'
import { answerFleet, type FleetAnswer } from './fleet-answer'
import type { BusiestMinutes, FleetQuestion } from './fleet-question'
import { withMachine } from './full-target'
import { buySettings, paybackOf } from './gpu-price'
import { monthsWithin } from './month-range'
import { baselineOf, classesThatFit, resolveSelfHosted } from './own-target'
import type { MoveSelect } from './replay/move-select'
import type { UsageSlice } from './replay/usage-slice'
import type { ScenarioAssumptions, SelfHostedTargetInput } from './scenario'
import { hoursIn, perMonth, type Simulation, type SimulationProblem } from './simulation'
import { askedOfOwn, splitCalls } from './split-calls'

export interface SelfHostedQuestion {
  readonly period: Period
  readonly slices: readonly UsageSlice[]
  /** Hours of the calls that move. */
  readonly demand: readonly HourDemand[]
  readonly select: MoveSelect
  /** Of the selected calls, decimal text; absent: all. */
  readonly share?: string | undefined
  readonly target: SelfHostedTargetInput
  readonly assumptions: ScenarioAssumptions
  readonly busiest?: BusiestMinutes | null | undefined
  readonly spillRange?: FleetQuestion['spillRange']
}

export function simulateSelfHosted(question: SelfHostedQuestion): Result<Simulation, SimulationProblem> {
  const { period, slices, demand, select, busiest = null } = question
  const { target, assumptions } = withMachine(question.target, question.assumptions)
  const resolved = resolveSelfHosted(target)
  if (!resolved.ok) return err(resolved.error)
  const { card, unknownCard } = resolved.value
  const answered = answerFleet(
    {
      period,
      demand,
      target,
      assumptions,
      busiest,
      unknownCard,
      savedElsewhere: ZERO_USD,
      spillRange: question.spillRange,
    },
    card,
  )
  if (!answered.ok) return err(answered.error)
  const answer = answered.value
  const { plan, movedBefore } = answer
  const today = baselineOf(slices, select, card.model.maxContext)
  const asked = askedOfOwn(question.share ?? '1', select, classesThatFit(card.model.maxContext))
  const left = subtractUsd(today.cost, movedBefore)
  const likely = addUsd(left, plan.total)
  const saving = subtractUsd(today.cost, likely)
  const range = { low: addUsd(left, answer.low), likely, high: addUsd(left, answer.high) }
  return ok({
    kind: 'self_hosted',
    period,
    baseline: today.cost,
    target: range,
    months: monthsWithin(monthsOf(today.byMonth, answer, period), range, plan.months),
    lines: [{ name: 'stays', detail: '', amount: left }, ...answer.lines],
    moved: [],
    cannotMove: splitCalls(slices, [asked]).staying,
    hours: answer.hours,
    fleet: answer.fleet,
    fleets: [answer.fleet],
    breakEven: answer.breakEven,
    offPeakSaving: null,
    offPeakBatches: [],
    frontier: [],
    paybackMonths: paybackOf(answer.migration, perMonth(saving, period), [
      { gpus: plan.gpus, bought: buySettings({ target, assumptions }, card) },
    ]),
    chanceOfSaving: answer.chanceOfSaving,
    tornado: answer.tornado,
    assumptions: answer.assumptions,
    notes: [
      ...(today.lengthUnknown ? ['length_unknown'] : []),
      ...(slices.some((slice) => slice.grainSeconds > 3600) ? ['hour_unknown'] : []),
      ...answer.notes,
      ...(hoursIn(period) < 168n ? ['short_period'] : []),
      'quality_unchecked',
    ],
  })
}

/** The fleet's months in place of what its calls cost in them, as they are likely. */
export function monthsOf(
  byMonth: ReadonlyMap<string, Usd>,
  { plan, demand, series }: Pick<FleetAnswer, 'plan' | 'demand' | 'series'>,
  period: Period,
): Simulation['months'] {
  const moved = new Map<string, Usd>()
  for (const hour of demand) {
    const month = series.monthOfHour[Math.floor((hour.startMs - period.startMs) / 3_600_000)]
    if (month !== undefined) moved.set(month, addUsd(moved.get(month) ?? ZERO_USD, hour.cost))
  }
  return [...plan.months].map(([month, fleet]) => {
    const baseline = byMonth.get(month) ?? ZERO_USD
    const then = addUsd(subtractUsd(baseline, moved.get(month) ?? ZERO_USD), fleet)
    return { month, baseline, target: { low: then, likely: then, high: then } }
  })
}
