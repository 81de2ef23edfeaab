/** Where the moved calls of a question are, by project: kept with a report for its receipt. */
import 'server-only'
import { type FormerShare, formerMixOf } from '../../core/simulate/former-mix'
import { hoursClassed } from '../../core/simulate/replay/hour-class'
import type { Scenario } from '../../core/simulate/scenario'
import type { Simulation } from '../../core/simulate/simulation'
import { authorise, type Principal } from '../auth/principal'
import { storedData } from './simulation-data'

export async function readFormerMix(
  principal: Principal,
  scenario: Scenario,
  { period, kind, moved }: Pick<Simulation, 'period' | 'kind' | 'moved'>,
): Promise<FormerShare[]> {
  authorise(principal, 'simulate.run')
  const { filter } = scenario.baseline
  const moves = scenario.moves.map((move) => ({ select: move.select, target: null }))
  const selects = moves.map((move) => move.select)
  const classes = hoursClassed(null, moves, period, filter)
  const slices = await storedData(principal.workspaceId, period, filter).slices({ classes, selects })
  return formerMixOf(slices, selects, kind === 'hosted' ? moved : null)
}
