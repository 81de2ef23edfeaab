/**
 * A what-if with several moves of which some go to own GPUs. Earlier moves take their share of a call first, as among
 * hosted moves, and a fleet is sized for exactly the calls that are left to it.
 */
import { addUsd, subtractUsd, sumUsd, type Usd, ZERO_USD } from '../money/usd'
import type { PriceBook } from '../price/compiled'
import { err, ok, type Result } from '../result'
import type { Period } from '../time/instant'
import { DEFAULTS } from './assumption'
import type { ServingPoint } from './estimator/point'
import type { HourDemand } from './fleet/demand'
import { HORIZON_MONTHS } from './fleet/outlook'
import { answerFleet, DRAWS, type FleetAnswer } from './fleet-answer'
import type { BusiestMinutes, FleetQuestion } from './fleet-question'
import { hasBenchmark } from './fleet-settings'
import type { FullTarget } from './full-target'
import { buySettings, paybackOf } from './gpu-price'
import { type DrawnFleet, drawTogether } from './joint-range'
import { monthsWithin } from './month-range'
import { shareText } from './replay/ratio'
import type { StayingLine } from './replay/replay-hours'
import type { ScenarioAssumptions } from './scenario'
import { type HostedPart, simulateHosted } from './simulate-hosted'
import { monthsOf } from './simulate-self-hosted'
import { type CostLine, hoursIn, perMonth, type Simulation, type SimulationProblem } from './simulation'
import type { SplitCalls } from './split-calls'

export interface OwnMove {
  readonly target: FullTarget
  readonly assumptions: ScenarioAssumptions
  readonly card: ServingPoint
  readonly unknownCard: boolean
  /** Hours of the calls that are left to it. */
  readonly demand: readonly HourDemand[]
  readonly busiest: BusiestMinutes | null
  readonly spillRange?: FleetQuestion['spillRange']
}

export interface MixedQuestion {
  readonly period: Period
  readonly split: SplitCalls
  /** Those that were split. */
  readonly moves: readonly (
    | { readonly kind: 'hosted'; readonly move: HostedPart }
    | { readonly kind: 'own'; readonly move: OwnMove }
  )[]
  readonly assumptions: ScenarioAssumptions
}

export function simulateMixed(question: MixedQuestion, book: PriceBook): Result<Simulation, SimulationProblem> {
  const { period, moves, split } = question
  const hosted = split.hosted.map(({ slices, shares }) =>
    simulateHosted(
      {
        period,
        slices,
        demand: [],
        profiles: [],
        moves: moves.flatMap((one, index) =>
          one.kind === 'hosted' ? [{ ...one.move, share: shareText(shares[index] as bigint) }] : [],
        ),
        // How sure the answer is, is drawn for all moves together.
        assumptions: { ...question.assumptions, draws: 0 },
      },
      book,
    ),
  )
  const baseline = sumUsd(hosted.map((answer) => answer.baseline))
  const hostedSaving = subtractUsd(baseline, sumUsd(hosted.map((answer) => answer.target.likely)))
  // The first fleet is told what all other moves save, so it is answered last.
  const answers = new Map<number, FleetAnswer>()
  let savedElsewhere = hostedSaving
  for (const [index, one] of [...moves.entries()].reverse()) {
    if (one.kind !== 'own') continue
    const answered = answerFleet(
      {
        period,
        demand: one.move.demand,
        target: one.move.target,
        assumptions: one.move.assumptions,
        busiest: one.move.busiest,
        unknownCard: one.move.unknownCard,
        savedElsewhere,
        spillRange: one.move.spillRange,
        drawnTogether: true,
      },
      one.move.card,
    )
    if (!answered.ok) return err(answered.error)
    answers.set(index, answered.value)
    savedElsewhere = addUsd(savedElsewhere, subtractUsd(answered.value.movedBefore, answered.value.plan.total))
  }
  const fleets = moves.flatMap((one, index) => {
    const answer = answers.get(index)
    return one.kind === 'own' && answer !== undefined ? [{ move: one.move, answer }] : []
  })
  const first = fleets[0]
  if (first === undefined) throw new RangeError('a mixed question has a fleet')
  const moved = hosted.flatMap((answer) => answer.moved)
  const joint = drawTogether({
    fleets: fleets.map(drawnFleet),
    moved,
    stakes: {
      once: first.answer.migration,
      annualRate: question.assumptions.annual_discount ?? DEFAULTS.annual_discount.likely,
      months: HORIZON_MONTHS,
    },
    // As many fleets, as much work a draw.
    draws: question.assumptions.draws ?? Math.max(LEAST_DRAWS, Math.floor(DRAWS / fleets.length)),
    seed: question.assumptions.seed ?? 1,
  })
  const likely = sumUsd([
    sumUsd(hosted.map((answer) => answer.target.likely)),
    ...fleets.map(({ answer }) => subtractUsd(answer.plan.total, answer.movedBefore)),
  ])
  const target = {
    low: subtractUsd(likely, subtractUsd(joint.likely, joint.low)),
    likely,
    high: addUsd(likely, subtractUsd(joint.high, joint.likely)),
  }
  const saving = subtractUsd(baseline, target.likely)
  const movedToHosts = sumUsd(moved.map((line) => line.before))
  const movedToOwn = sumUsd(fleets.map(({ answer }) => answer.movedBefore))
  return ok({
    kind: 'mixed',
    period,
    baseline,
    target,
    months: monthsWithin(monthsTogether(hosted, fleets, period), target, unsureByMonth(hosted, fleets)),
    lines: [
      { name: 'stays', detail: '', amount: subtractUsd(subtractUsd(baseline, movedToHosts), movedToOwn) },
      {
        name: 'moved_calls',
        detail: [...new Set(moved.map((line) => line.target))].join(', '),
        amount: sumUsd(moved.map((line) => line.after)),
      },
      ...linesTogether(fleets.flatMap(({ answer }) => answer.lines)),
    ],
    moved,
    cannotMove: together([...hosted.flatMap((answer) => answer.cannotMove), ...split.staying]),
    hours: first.answer.hours,
    fleet: first.answer.fleet,
    fleets: fleets.map(({ answer }) => answer.fleet),
    breakEven: first.answer.breakEven,
    offPeakSaving: null,
    offPeakBatches: [],
    frontier: [],
    paybackMonths: paybackOf(
      first.answer.migration,
      perMonth(saving, period),
      fleets.map(({ move, answer }) => ({ gpus: answer.plan.gpus, bought: buySettings(move, move.card) })),
    ),
    chanceOfSaving: joint.chanceOfSaving,
    tornado: joint.tornado,
    assumptions: [
      ...new Map(
        [...hosted.map((answer) => answer.assumptions), ...ownAssumptions(fleets.map(({ answer }) => answer))]
          .flat()
          .map((one) => [JSON.stringify(one), one]),
      ).values(),
    ],
    notes: [
      ...new Set([
        ...hosted.flatMap((answer) => answer.notes),
        ...fleets.flatMap(({ answer }) => answer.notes),
        ...(hoursIn(period) < 168n ? ['short_period'] : []),
      ]),
    ],
  })
}

const LEAST_DRAWS = 200

/** What two fleets call alike, such as staff, is one line. */
function linesTogether(lines: readonly CostLine[]): CostLine[] {
  const sums = new Map<string, CostLine>()
  for (const line of lines) {
    const key = `${line.name} ${line.detail}`
    const known = sums.get(key)
    sums.set(key, known === undefined ? line : { ...line, amount: addUsd(known.amount, line.amount) })
  }
  return [...sums.values()]
}

/** What the fleets of a question do not share is told with the fleet it is for. */
function ownAssumptions(fleets: readonly FleetAnswer[]): Simulation['assumptions'][] {
  const told = (one: Simulation['assumptions'][number]) => JSON.stringify(one)
  const each = fleets.map(({ assumptions }) => new Set(assumptions.map(told)))
  const shared = { has: (text: string) => each.every((texts) => texts.has(text)) }
  return fleets.map(({ assumptions, fleet }) =>
    assumptions.map((one) => (shared.has(told(one)) ? one : { ...one, applies_to: `${fleet.model} on ${fleet.gpu}` })),
  )
}

function drawnFleet({ move, answer }: { readonly move: OwnMove; readonly answer: FleetAnswer }): DrawnFleet {
  const { card, series, drawn, movedBefore, plan } = answer
  return {
    series,
    ...drawn,
    today: movedBefore,
    likely: plan.total,
    gpu: card.gpu.name,
    // A benchmark of one's own is as sure for each fleet by itself.
    model: `${card.model.name} ${card.precision.name} ${card.engine}${hasBenchmark(move.target) ? ' measured' : ''}`,
  }
}

function together(lines: readonly StayingLine[]): StayingLine[] {
  const sums = new Map<StayingLine['reason'], StayingLine>()
  for (const line of lines) {
    const known = sums.get(line.reason)
    sums.set(
      line.reason,
      known === undefined
        ? line
        : {
            reason: line.reason,
            records: known.records + line.records,
            requests: known.requests + line.requests,
            cost: known.cost === null ? line.cost : line.cost === null ? known.cost : addUsd(known.cost, line.cost),
          },
    )
  }
  return [...sums.values()]
}

function monthsTogether(
  hosted: readonly Simulation[],
  fleets: readonly { readonly answer: FleetAnswer }[],
  period: Period,
): Simulation['months'] {
  const months = new Map<string, { baseline: Usd; likely: Usd }>()
  const add = (month: string, baseline: Usd, likely: Usd) => {
    const sum = months.get(month) ?? { baseline: ZERO_USD, likely: ZERO_USD }
    months.set(month, { baseline: addUsd(sum.baseline, baseline), likely: addUsd(sum.likely, likely) })
  }
  for (const { month, baseline, target } of hosted.flatMap((answer) => answer.months))
    add(month, baseline, target.likely)
  for (const { answer } of fleets) {
    // Only the difference that the fleet makes.
    for (const { month, target } of monthsOf(new Map(), answer, period)) add(month, ZERO_USD, target.likely)
  }
  return [...months]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([month, { baseline, likely }]) => ({ month, baseline, target: { low: likely, likely, high: likely } }))
}

/** What the joint range is about, by month: the width of what hosts charge, and the fleets. */
function unsureByMonth(
  hosted: readonly Simulation[],
  fleets: readonly { readonly answer: FleetAnswer }[],
): ReadonlyMap<string, Usd> {
  const sums = new Map<string, Usd>()
  const add = (month: string, amount: Usd) => sums.set(month, addUsd(sums.get(month) ?? ZERO_USD, amount))
  for (const { month, target } of hosted.flatMap((answer) => answer.months))
    add(month, subtractUsd(target.high, target.low))
  for (const { answer } of fleets) for (const [month, cost] of answer.plan.months) add(month, cost)
  return sums
}
