/** Runs a what-if over the workspace's own hours. Reads only: nothing of the question is stored. */
import 'server-only'
import { hoursClassed, type ResolvedHostedMove } from '../../core/simulate/replay/hour-class'
import type { Scenario } from '../../core/simulate/scenario'
import { simulateHosted } from '../../core/simulate/simulate-hosted'
import { classesThatFit, resolveSelfHosted, simulateSelfHosted } from '../../core/simulate/simulate-self-hosted'
import type { Simulation, SimulationProblem } from '../../core/simulate/simulation'
import { floorToHour, HOUR_MS, type Period } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { shippedBookFiles } from '../db/price-book-files'
import { hourlyDemand, usageSlices } from '../db/simulate'
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
    const card = resolveSelfHosted(own.target)
    if (!card.ok) throw refusal(card.error)
    const fits = classesThatFit(card.value.model.maxContext)
    const [slices, demand] = await Promise.all([
      usageSlices(pool(), principal.workspaceId, period, filter, hoursClassed(null, [], period)),
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
  const moves: ResolvedHostedMove[] = []
  for (const { share, select, target } of scenario.moves) {
    if (target.kind !== 'hosted') {
      throw refusal({
        code: 'MIXED_MOVES',
        message: 'Hosted moves and own GPUs cannot stand in one question.',
        remedy: 'Ask two questions.',
      })
    }
    const host = book.hostNames.get(target.host.trim().toLowerCase()) ?? target.host
    moves.push({
      share,
      select,
      target: {
        kind: 'hosted',
        host,
        model: target.model,
        serviceTier: target.service_tier,
        contextTokens: contextOf(host, target.model),
      },
    })
  }
  const [slices, demand] = await Promise.all([
    usageSlices(pool(), principal.workspaceId, period, filter, hoursClassed(book, moves, period)),
    hourlyDemand(pool(), principal.workspaceId, period, [filter, moves[0]?.select ?? {}], null),
  ])
  return simulateHosted({ period, slices, demand, moves, assumptions: scenario.assumptions }, book)
}

/** The context window of the model that a name means now at a host; null when the book does not tell. */
export function contextOf(host: string, name: string): number | null {
  const file = shippedBookFiles().find((candidate) => candidate.host.host === host)
  if (file === undefined) return null
  const lower = name.trim().toLowerCase()
  const alias =
    file.aliases.find((a) => a.pattern === lower && a.toMs === null) ?? file.aliases.find((a) => a.pattern === lower)
  const model = file.models.find((m) => m.model === (alias === undefined ? lower : alias.model))
  return model === undefined ? null : model.contextTokens
}

function refusal(problem: SimulationProblem): AppError {
  return new AppError('UNPROCESSABLE', problem.message, { reason: problem.code, remedy: problem.remedy })
}
