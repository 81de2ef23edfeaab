/** Runs a what-if over the workspace's own hours. Reads only: nothing of the question is stored. */
import 'server-only'
import { nameTargets, resolveHost } from '../../core/price/book'
import type { PriceBook } from '../../core/price/compiled'
import { nearNames } from '../../core/price/near-names'
import { hoursClassed } from '../../core/simulate/replay/hour-class'
import { soldSpan } from '../../core/simulate/replay/target-price'
import type { Scenario } from '../../core/simulate/scenario'
import { type HostedQuestion, simulateHosted } from '../../core/simulate/simulate-hosted'
import { classesThatFit, resolveSelfHosted, simulateSelfHosted } from '../../core/simulate/simulate-self-hosted'
import type { Simulation, SimulationProblem } from '../../core/simulate/simulation'
import { floorToHour, HOUR_MS, type Period } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { dayProfiles } from '../db/day-profiles'
import { hourlyDemand } from '../db/hourly-demand'
import { pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { shippedBookFiles } from '../db/price-book-files'
import { usageSlices } from '../db/usage-slices'
import { detailOf } from '../db/usage-source'
import { AppError } from '../errors'

/** Throws UNPROCESSABLE when the question cannot be answered, saying why. */
export async function runSimulation(principal: Principal, scenario: Scenario): Promise<Simulation> {
  authorise(principal, 'simulate.run')
  const { from, to, filter } = scenario.baseline
  const period: Period = { startMs: floorToHour(from), endMs: floorToHour(to + HOUR_MS - 1) }
  const [own] = scenario.moves
  if (own !== undefined && own.target.kind === 'self_hosted') {
    if (scenario.moves.length > 1) {
      throw refusal({
        code: 'ONE_FLEET_ONLY',
        message: 'A question about own GPUs has exactly one move.',
        remedy: 'Ask about the other moves in a question of their own.',
      })
    }
    if (scenario.assumptions.projects !== undefined) {
      throw refusal({
        code: 'RULES_ARE_FOR_HOSTS',
        message: 'Rules of projects are for hosted targets.',
        remedy: 'Leave them out, or select the projects that may move.',
      })
    }
    const card = resolveSelfHosted(own.target)
    if (!card.ok) throw refusal(card.error)
    const fits = classesThatFit(card.value.model.maxContext)
    const [slices, demand] = await Promise.all([
      usageSlices(
        pool(),
        principal.workspaceId,
        period,
        filter,
        hoursClassed(null, [{ select: own.select, target: null }], period, filter),
        detailOf([filter, own.select]),
      ),
      hourlyDemand(pool(), principal.workspaceId, period, [filter, own.select], fits),
    ])
    const answer = simulateSelfHosted({
      period,
      slices,
      demand,
      share: own.share,
      select: own.select,
      target: own.target,
      assumptions: scenario.assumptions,
    })
    if (!answer.ok) throw refusal(answer.error)
    return answer.value
  }
  const book = await loadBook(principal.workspaceId)
  const moves: HostedQuestion['moves'][number][] = []
  for (const { share, select, target } of scenario.moves) {
    if (target.kind !== 'hosted') {
      throw refusal({
        code: 'MIXED_MOVES',
        message: 'Hosted moves and own GPUs cannot stand in one question.',
        remedy: 'Ask two questions.',
      })
    }
    const host = book.hostNames.get(target.host.trim().toLowerCase()) ?? target.host
    if (soldSpan(book, { host, model: target.model }) === null) throw unknownTarget(book, host, target.model)
    moves.push({
      share,
      select,
      target: {
        kind: 'hosted',
        host,
        model: target.model,
        serviceTier: target.service_tier,
        contextTokens: contextOf(book, host, target.model),
      },
    })
  }
  // Of several moves, all calls of the question.
  const selected = moves.length === 1 ? [filter, moves[0]?.select ?? {}] : [filter]
  const [slices, demand, profiles] = await Promise.all([
    usageSlices(
      pool(),
      principal.workspaceId,
      period,
      filter,
      hoursClassed(book, moves, period, filter),
      detailOf([filter, ...moves.map((move) => move.select)]),
    ),
    hourlyDemand(pool(), principal.workspaceId, period, selected, null),
    dayProfiles(pool(), principal.workspaceId, period, selected),
  ])
  return simulateHosted({ period, slices, demand, profiles, moves, assumptions: scenario.assumptions }, book)
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

function refusal(problem: SimulationProblem): AppError {
  return new AppError('UNPROCESSABLE', problem.message, { reason: problem.code, remedy: problem.remedy })
}
