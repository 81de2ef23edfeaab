/** Runs a what-if over the workspace's own hours or a stated demand. Reads only: nothing of the question is stored. */
import 'server-only'
import { nameTargets, resolveHost } from '../../core/price/book'
import type { PriceBook } from '../../core/price/compiled'
import { nearNames } from '../../core/price/near-names'
import { demandLeft } from '../../core/simulate/fleet/demand'
import { withMachine } from '../../core/simulate/full-target'
import { cardsByName, withOwnCards } from '../../core/simulate/own-card'
import { classesThatFit, resolveSelfHosted } from '../../core/simulate/own-target'
import { hoursClassed } from '../../core/simulate/replay/hour-class'
import type { MoveSelect } from '../../core/simulate/replay/move-select'
import { type HostedTarget, soldSpan } from '../../core/simulate/replay/target-price'
import type { Scenario } from '../../core/simulate/scenario'
import { hostedMove, simulateHosted } from '../../core/simulate/simulate-hosted'
import { type MixedQuestion, type OwnMove, simulateMixed } from '../../core/simulate/simulate-mixed'
import { simulateSelfHosted } from '../../core/simulate/simulate-self-hosted'
import type { Simulation, SimulationProblem } from '../../core/simulate/simulation'
import { withSpill } from '../../core/simulate/spill-target'
import { askedOfHost, askedOfOwn, type OwnLeft, splitCalls } from '../../core/simulate/split-calls'
import { statedCalls } from '../../core/simulate/stated-calls'
import { STATED_MONTH_HOURS } from '../../core/simulate/stated-demand'
import { floorToHour, HOUR_MS, type InstantMs, type Period } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { ownCards } from '../db/own-card'
import { pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { shippedBookFiles } from '../db/price-book-files'
import { AppError } from '../errors'
import { type Cut, type SimulationData, statedData, storedData } from './simulation-data'

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
    data.slices({ classes: hoursClassed(book, moves, period, filter), selects: moves.map((move) => move.select) }),
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
  const cut = {
    classes: hoursClassed(book, [{ select, target: spill }], period, baseline.filter),
    selects: [select],
  }
  // The hours are remembered for when they are asked for below: both reads at once.
  const [slices] = await Promise.all([data.slices(cut), data.demand(select, fits)])
  const { own } = splitCalls(slices, [askedOfOwn(share, select, fits)])
  const asked = { select, fits, left: own.get(0), spill }
  const left = await leftToFleet(asked, { data, cut, assumptions, book })
  return accepted(simulateSelfHosted({ period, slices, select, share, target, assumptions, ...left }))
}

/** The hours left to a fleet, with what those without room cost where they spill over. */
async function leftToFleet(
  { select, fits, left, spill }: FleetAsked,
  given: {
    readonly data: SimulationData
    readonly cut: Cut
    readonly assumptions: Scenario['assumptions']
    readonly book: PriceBook | null
  },
): Promise<Pick<OwnMove, 'demand' | 'busiest' | 'spillRange'>> {
  const { data, cut, assumptions, book } = given
  if (left === undefined || left.parts.length === 0) return { demand: [], busiest: null }
  const { parts, busiest } = left.even
    ? await data.evenly(select, fits, left.parts)
    : await data.unevenly(cut, left.parts)
  if (spill === null || book === null) return { demand: demandLeft(parts), busiest }
  const { demand, range } = withSpill({ parts, classes: cut.classes, target: spill, assumptions }, book)
  return { demand, busiest, spillRange: range }
}

interface FleetAsked {
  readonly select: MoveSelect
  /** Length classes that the model takes. */
  readonly fits: readonly number[]
  readonly left: OwnLeft | undefined
  /** Null where calls without room stay where they are. */
  readonly spill: HostedTarget | null
}

async function answeredTogether(
  scenario: Scenario,
  data: SimulationData,
  period: Period,
  book: PriceBook,
): Promise<Simulation> {
  const { assumptions } = scenario
  const resolved = scenario.moves.map(({ share, select, target }) => {
    if (target.kind === 'hosted') {
      const place = hostedTarget(book, target)
      const move = { share, select, target: place }
      return { kind: 'hosted' as const, move, place, asked: askedOfHost(hostedMove(move, assumptions), book) }
    }
    const full = withMachine(target, assumptions)
    const cards = accepted(resolveSelfHosted(full.target))
    const fits = classesThatFit(cards.card.model.maxContext)
    const asked = askedOfOwn(share, select, fits)
    return { kind: 'own' as const, move: { ...full, ...cards }, place: spillTarget(book, target), asked, fits }
  })
  const priced = resolved.map(({ place, asked }) => ({ select: asked.select, target: place }))
  const cut = {
    classes: hoursClassed(book, priced, period, scenario.baseline.filter),
    selects: scenario.moves.map(({ select }) => select),
  }
  const slices = await data.slices(cut)
  const split = splitCalls(
    slices,
    resolved.map(({ asked }) => asked),
  )
  const moves: MixedQuestion['moves'][number][] = []
  for (const [index, one] of resolved.entries()) {
    if (one.kind === 'hosted') {
      moves.push({ kind: 'hosted', move: one.move })
      continue
    }
    const { asked, fits, place: spill } = one
    const fleet = { select: asked.select, fits, left: split.own.get(index), spill }
    moves.push({ kind: 'own', move: { ...one.move, ...(await leftToFleet(fleet, { data, cut, assumptions, book })) } })
  }
  return accepted(simulateMixed({ period, split, moves, assumptions }, book))
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
