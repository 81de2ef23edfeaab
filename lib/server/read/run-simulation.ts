/** Runs a what-if over the workspace's own hours or a stated demand. Reads only: nothing of the question is stored. */
import 'server-only'
import { nameTargets, resolveHost } from '../../core/price/book'
import type { PriceBook } from '../../core/price/compiled'
import { nearNames } from '../../core/price/near-names'
import { withMachine } from '../../core/simulate/full-target'
import { cardsByName, withOwnCards } from '../../core/simulate/own-card'
import { classesThatFit, resolveSelfHosted } from '../../core/simulate/own-target'
import { hoursClassed } from '../../core/simulate/replay/hour-class'
import type { MoveSelect } from '../../core/simulate/replay/move-select'
import { type HostedTarget, soldSpan } from '../../core/simulate/replay/target-price'
import type { Scenario } from '../../core/simulate/scenario'
import { simulateHosted } from '../../core/simulate/simulate-hosted'
import { type HostedPart, type MixedQuestion, type OwnMove, simulateMixed } from '../../core/simulate/simulate-mixed'
import { simulateSelfHosted } from '../../core/simulate/simulate-self-hosted'
import type { Simulation, SimulationProblem } from '../../core/simulate/simulation'
import { withSpill } from '../../core/simulate/spill-target'
import { statedCalls } from '../../core/simulate/stated-calls'
import { STATED_MONTH_HOURS } from '../../core/simulate/stated-demand'
import { floorToHour, HOUR_MS, type InstantMs, type Period } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { ownCards } from '../db/own-card'
import { pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { shippedBookFiles } from '../db/price-book-files'
import { AppError } from '../errors'
import { type SimulationData, statedData, storedData } from './simulation-data'

/** Throws UNPROCESSABLE when the question cannot be answered, saying why. `nowMs` ends a stated demand without a period. */
export async function runSimulation(
  principal: Principal,
  asked: Scenario,
  nowMs: InstantMs = Date.now(),
): Promise<Simulation> {
  authorise(principal, 'simulate.run')
  const scenario = await withCards(principal, asked)
  const { filter, demand } = scenario.baseline
  const period = periodOf(scenario, nowMs)
  const owns = scenario.moves.some((move) => move.target.kind === 'self_hosted')
  const hosts = scenario.moves.some((move) => move.target.kind === 'hosted')
  if (!hosts && scenario.assumptions.projects !== undefined) {
    throw refusal({
      code: 'RULES_ARE_FOR_HOSTS',
      message: 'Rules of projects are for hosted targets.',
      remedy: 'Leave them out, or select the projects that may move.',
    })
  }
  if (demand === undefined && scenario.assumptions.hours_per_month !== undefined) {
    throw refusal({
      code: 'HOURS_ARE_OF_A_STATED_DEMAND',
      message: 'Stored calls have hours of their own: hours_per_month is for a stated demand.',
      remedy: 'Leave it out, or state the demand.',
    })
  }
  const [only] = scenario.moves
  const one = scenario.moves.length === 1 ? only : undefined
  if (one?.target.kind === 'self_hosted' && one.target.spill_to === undefined && demand === undefined) {
    const data = storedData(principal.workspaceId, period, filter)
    return await answeredByFleet(scenario, one.share, one.select, one.target, data, period, null)
  }
  const book = await loadBook(principal.workspaceId)
  const data =
    demand === undefined
      ? storedData(principal.workspaceId, period, filter)
      : statedData(accepted(statedCalls(scenario, demand, period, book)), filter)
  if (one?.target.kind === 'self_hosted') {
    return await answeredByFleet(scenario, one.share, one.select, one.target, data, period, book)
  }
  if (owns) return await answeredTogether(scenario, data, period, book)
  const moves = scenario.moves.flatMap(({ share, select, target }) =>
    target.kind === 'hosted' ? [{ share, select, target: hostedTarget(book, target) }] : [],
  )
  // Of several moves, all calls of the question.
  const selected = moves.length === 1 ? (moves[0]?.select ?? {}) : null
  const [slices, hours, profiles] = await Promise.all([
    data.slices(
      hoursClassed(book, moves, period, filter),
      moves.map((move) => move.select),
    ),
    data.demand(selected, null),
    data.profiles(selected),
  ])
  return simulateHosted({ period, slices, demand: hours, profiles, moves, assumptions: scenario.assumptions }, book)
}

/** Names of own cards become the cards. */
async function withCards(principal: Principal, scenario: Scenario): Promise<Scenario> {
  if (!scenario.moves.some((move) => move.target.kind === 'self_hosted')) return scenario
  const cards = cardsByName(await ownCards(pool(), principal.workspaceId))
  if (cards.size === 0) return scenario
  const moves = scenario.moves.map((move) =>
    move.target.kind === 'self_hosted' ? { ...move, target: withOwnCards(move.target, cards) } : move,
  )
  return { ...scenario, moves }
}

/** Whole hours. A stated demand without a period is a month of 730 hours that ends now. */
function periodOf({ baseline: { from, to } }: Scenario, nowMs: InstantMs): Period {
  const month = STATED_MONTH_HOURS * HOUR_MS
  const startMs = floorToHour(from ?? nowMs - month)
  return { startMs, endMs: to === undefined ? startMs + month : floorToHour(to + HOUR_MS - 1) }
}

type Move = Scenario['moves'][number]
type OwnTarget = Extract<Move['target'], { kind: 'self_hosted' }>
type HostedInput = Extract<Move['target'], { kind: 'hosted' }>

async function answeredByFleet(
  scenario: Scenario,
  share: string,
  select: MoveSelect,
  target: OwnTarget,
  data: SimulationData,
  period: Period,
  /** Null where nothing is priced on another host. */
  book: PriceBook | null,
): Promise<Simulation> {
  const { assumptions, baseline } = scenario
  const { card } = accepted(resolveSelfHosted(withMachine(target, assumptions).target))
  const fits = classesThatFit(card.model.maxContext)
  const spill = book === null ? null : spillTarget(book, target)
  const classes = hoursClassed(book, [{ select, target: spill }], period, baseline.filter)
  const [slices, hours] = await Promise.all([data.slices(classes, [select]), data.demand(select, fits)])
  const { demand, range: spillRange } =
    book === null || spill === null
      ? { demand: hours, range: undefined }
      : withSpill({ demand: hours, slices, classes, select, fits, target: spill, assumptions }, book)
  const busiest = await data.busiest(select, hours)
  return accepted(
    simulateSelfHosted({ period, slices, demand, share, select, target, assumptions, busiest, spillRange }),
  )
}

async function answeredTogether(
  scenario: Scenario,
  data: SimulationData,
  period: Period,
  book: PriceBook,
): Promise<Simulation> {
  const moves: MixedQuestion['moves'][number][] = []
  const { assumptions } = scenario
  const targets = scenario.moves.map(({ target }) =>
    target.kind === 'hosted' ? hostedTarget(book, target) : spillTarget(book, target),
  )
  const classed = scenario.moves.map(({ select }, index) => ({ select, target: targets[index] ?? null }))
  const classes = hoursClassed(book, classed, period, scenario.baseline.filter)
  const slices = await data.slices(
    classes,
    classed.map((one) => one.select),
  )
  for (const [index, { share, select, target }] of scenario.moves.entries()) {
    const place = targets[index] ?? null
    if (target.kind === 'hosted') {
      if (place !== null) moves.push({ kind: 'hosted', move: { share, select, target: place } satisfies HostedPart })
      continue
    }
    const full = withMachine(target, scenario.assumptions)
    const cards = accepted(resolveSelfHosted(full.target))
    const fits = classesThatFit(cards.card.model.maxContext)
    const hours = await data.demand(select, fits)
    const busiest = await data.busiest(select, hours)
    const { demand, range: spillRange } =
      place === null
        ? { demand: hours, range: undefined }
        : withSpill({ demand: hours, slices, classes, select, fits, target: place, assumptions }, book)
    moves.push({
      kind: 'own',
      move: { share, select, ...full, ...cards, demand, busiest, spillRange } satisfies OwnMove,
    })
  }
  return accepted(simulateMixed({ period, slices, moves, assumptions: scenario.assumptions }, book))
}

/** Null where calls without room stay where they are today. */
function spillTarget(book: PriceBook, { spill_to: place }: OwnTarget): HostedTarget | null {
  return place === undefined ? null : hostedTarget(book, { kind: 'hosted', ...place })
}

function hostedTarget(book: PriceBook, target: HostedInput): HostedTarget {
  const host = book.hostNames.get(target.host.trim().toLowerCase()) ?? target.host
  if (soldSpan(book, { host, model: target.model }) === null) throw unknownTarget(book, host, target.model)
  const { model, service_tier: serviceTier } = target
  return { kind: 'hosted', host, model, serviceTier, contextTokens: contextOf(book, host, model) }
}

/** The context window of the model that a name means now, or meant last; null when the book does not tell. */
function contextOf(book: PriceBook, host: string, name: string): number | null {
  const file = shippedBookFiles().find((candidate) => candidate.host.host === host)
  const compiled = resolveHost(book, host)
  if (file === undefined || compiled === null) return null
  const names = nameTargets(compiled, name)
  const named = names.find((target) => target.toMs === null) ?? names.at(-1)
  return file.models.find((model) => model.model === named?.model)?.contextTokens ?? null
}

function unknownTarget(book: PriceBook, host: string, model: string): AppError {
  const near = nearNames(book, host, model)
  return refusal({
    code: 'UNKNOWN_TARGET',
    message: `The price book has no ${model} at ${host}.`,
    remedy:
      near.length === 0
        ? 'Choose a host and model of the price book.'
        : `Did you mean ${near.map((name) => `${name.model} at ${name.host}`).join(', or ')}?`,
  })
}

function accepted<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: SimulationProblem },
): T {
  if (result.ok) return result.value
  throw refusal(result.error)
}

function refusal(problem: SimulationProblem): AppError {
  return new AppError('UNPROCESSABLE', problem.message, { reason: problem.code, remedy: problem.remedy })
}
