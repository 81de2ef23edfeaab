/** A what-if whose targets are hosts with prices in the book. */
import { subtractUsd, sumUsd, usdFromText } from '../money/usd'
import type { PriceBook } from '../price/compiled'
import { isoOf, type Period } from '../time/instant'
import { type Assumption, escalationOf, fact } from './assumption'
import { averageWeek, type HourDemand } from './fleet/demand'
import { chanceOf, hostedTornado, TARGET_PRICE, TODAY_PRICE } from './hosted-range'
import { refusalOf, ruleOf, rulesFrom } from './quality/project-rule'
import { frontierOf } from './replay/frontier'
import type { MoveSelect } from './replay/move-select'
import { type DayProfile, dearHoursOf, offPeakBatches, savedOutsidePeak } from './replay/off-peak'
import { ratioFromText } from './replay/ratio'
import { type HostedMove, type MovedLine, replayHours, targetName } from './replay/replay-hours'
import { type HostedTarget, soldSpan, WAITING_TIERS } from './replay/target-price'
import type { UsageSlice } from './replay/usage-slice'
import type { ScenarioAssumptions } from './scenario'
import { monthsToPay, perMonth, type Simulation, savingOf } from './simulation'
import { changeAssumptions, changesTo, escalationShare } from './token-change'

export interface HostedQuestion {
  readonly period: Period
  readonly slices: readonly UsageSlice[]
  readonly demand: readonly HourDemand[]
  readonly profiles: readonly DayProfile[]
  readonly moves: readonly HostedPart[]
  readonly assumptions: ScenarioAssumptions
}

export interface HostedPart {
  /** Decimal text, 0 to 1, at most six places. */
  readonly share: string
  readonly select: MoveSelect
  readonly target: HostedTarget
}

/** A move as it is replayed: with what differs on its target, and what the rules of projects refuse. */
export function hostedMove({ share, select, target }: HostedPart, assumptions: ScenarioAssumptions): HostedMove {
  const rules = rulesFrom(assumptions.projects ?? [])
  return {
    share: ratioFromText(share),
    select,
    target,
    changesFor: changesTo(target, assumptions),
    escalation: escalationShare(assumptions),
    refuses: (slice) => refusalOf(ruleOf(rules, slice.project), slice, target),
  }
}

/** Prices and tokens of a few pairs of models: enough for a share in whole percent. */
const HOSTED_DRAWS = 1000

export function simulateHosted(question: HostedQuestion, book: PriceBook): Simulation {
  const { period, assumptions } = question
  const moves = question.moves.map((move) => hostedMove(move, assumptions))
  const replay = replayHours(question.slices, moves, book)
  const movedBefore = sumUsd(replay.lines.map((line) => line.before))
  const once = assumptions.migration_cost
  const saving = savingOf(replay.baseline, replay.target)
  const first = question.moves[0]
  const week = averageWeek(question.demand, period)
  const dearHours = first === undefined ? new Array<boolean>(168).fill(false) : dearHoursOf(book, first.target, period)
  const hasClock = question.moves.length === 1 && dearHours.includes(true)
  return {
    kind: 'hosted',
    period,
    baseline: replay.baseline,
    target: replay.target,
    months: replay.months,
    lines: [
      { name: 'stays', detail: '', amount: subtractUsd(replay.baseline, movedBefore) },
      {
        name: 'moved_calls',
        detail: [...new Set(replay.lines.map((line) => line.target))].join(', '),
        amount: sumUsd(replay.lines.map((line) => line.after)),
      },
    ],
    moved: replay.lines,
    cannotMove: replay.cannotMove,
    hours: {
      demand: week,
      served: null,
      capacity: null,
      dearHours,
    },
    fleet: null,
    fleets: [],
    breakEven: null,
    offPeakSaving: hasClock ? savedOutsidePeak(question.slices, moves, book) : null,
    offPeakBatches: hasClock ? offPeakBatches(question.profiles, question.slices, moves, book, period) : [],
    frontier: frontierOf(replay.wholeLines),
    paybackMonths: once === undefined ? null : monthsToPay(usdFromText(once), perMonth(saving.likely, period)),
    chanceOfSaving: chanceOf(replay.lines, { draws: assumptions.draws ?? HOSTED_DRAWS, seed: assumptions.seed ?? 1 }),
    tornado: hostedTornado(replay.lines),
    assumptions: assumptionsOf(question, book, replay.lines),
    notes: [
      ...(replay.uncheckedRequests > 0n ? ['length_unknown'] : []),
      ...(question.slices.some((slice) => slice.grainSeconds > 3600) ? ['hour_unknown'] : []),
      ...(question.moves.some(({ target }) => WAITING_TIERS.has(target.serviceTier)) ? ['batch_waits'] : []),
      'quality_unchecked',
    ],
  }
}

/** What the chance rests on beside the tokens. */
const PRICE_PRIORS: readonly Assumption[] = [
  fact(
    'prior_target_price',
    `${TARGET_PRICE.low} to ${TARGET_PRICE.high}`,
    '×, for the chance',
    'DeepSeek halved its list in September 2025, quartered it in May 2026 and raised it by 1.5 to 4.7 times in August 2026 (price book)',
  ),
  fact(
    'prior_today_price',
    `${TODAY_PRICE.low} to ${TODAY_PRICE.high}`,
    '×, for the chance',
    'Prices of models in use fell or stayed; assumed',
  ),
]

function assumptionsOf(question: HostedQuestion, book: PriceBook, moved: readonly MovedLine[]): Assumption[] {
  const list: Assumption[] = changeAssumptions(pairsOf(question, moved), question.assumptions)
  // Several moves may go to one place.
  const targets = new Map(question.moves.map(({ target }) => [targetName(target), target]))
  for (const target of targets.values()) {
    const sold = soldSpan(book, target)
    const entry = book.entries.find(
      (e) => e.host === target.host && e.kind === 'rate' && e.toMs === null && e.model === modelAt(book, target),
    )
    if (entry !== undefined) {
      list.push(fact('target_prices', `${target.host} / ${target.model}`, '', entry.sourceUrl, entry.checkedOn))
    }
    if (target.contextTokens !== null)
      list.push(fact('target_context', target.contextTokens.toString(), 'tokens', 'price book'))
    if (sold !== null && sold.fromMs > question.period.startMs) {
      list.push(
        fact(
          'sold_from',
          isoOf(sold.fromMs).slice(0, 10),
          '',
          'Hours before take the first prices at the same hour of the week',
        ),
      )
    }
    if (sold?.toMs !== null && sold !== null && sold.toMs < question.period.endMs) {
      list.push(
        fact(
          'sold_until',
          isoOf(sold.toMs).slice(0, 10),
          '',
          'Hours after take the last prices at the same hour of the week',
        ),
      )
    }
  }
  if (question.assumptions.escalation !== undefined) list.push(escalationOf(question.assumptions.escalation))
  if (moved.length > 0) list.push(...PRICE_PRIORS)
  if (question.slices.some((slice) => slice.grainSeconds > 3600)) {
    list.push(
      fact(
        'hour_unknown',
        'spread evenly',
        '',
        'Daily rows do not tell the hour: the mean of the hours, with the cheapest and dearest as range',
      ),
    )
  }
  return list
}

/** Today's models with the targets they moved to, dearest first. */
function pairsOf(question: HostedQuestion, moved: readonly MovedLine[]) {
  const pairs = moved.flatMap((line) => {
    const target = question.moves.find((move) => targetName(move.target) === line.target)?.target
    return target === undefined ? [] : [{ from: { host: line.host, model: line.model }, target }]
  })
  return pairs
}

function modelAt(book: PriceBook, target: HostedTarget): string | null {
  for (const alias of book.hosts.get(target.host)?.exact.get(target.model.toLowerCase()) ?? []) {
    if (alias.toMs === null) return alias.model
  }
  return null
}
