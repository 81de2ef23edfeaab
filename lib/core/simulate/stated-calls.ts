/** The calls of a stated demand: how many, and what each hour of them costs. */
import { usdFromAtto } from '../money/usd'
import { resolveHost } from '../price/book'
import type { PriceBook } from '../price/compiled'
import { err, ok, type Result } from '../result'
import type { Period } from '../time/instant'
import { deployedFor } from './fleet-settings'
import { withMachine } from './full-target'
import { resolveSelfHosted } from './own-target'
import { ONE } from './replay/ratio'
import { priceOnTarget, soldSpan } from './replay/target-price'
import type { UsageSlice } from './replay/usage-slice'
import type { Scenario } from './scenario'
import type { SimulationProblem } from './simulation'
import { type PriceHour, STATED_MONTH_HOURS, statedPrice, statedSlices } from './stated-demand'
import type { StatedDemand } from './stated-demand-schema'

export function statedCalls(
  scenario: Scenario,
  demand: StatedDemand,
  period: Period,
  book: PriceBook,
): Result<UsageSlice[], SimulationProblem> {
  const counted =
    demand.requests_per_month === undefined ? requestsOfFleet(scenario, demand) : ok(demand.requests_per_month)
  if (!counted.ok) return err(counted.error)
  const requests = counted.value
  if (requests === null) {
    return err({
      code: 'DEMAND_NOT_STATED',
      message: 'The demand does not say how many calls there are.',
      remedy: 'Give requests_per_month, or a fixed fleet with its gpus or nodes and assumptions.utilisation.',
    })
  }
  const price = priceOf(demand, book)
  return price.ok ? statedSlices(demand, requests, period, price.value) : err(price.error)
}

/** As many calls as keep the stated fleet busy for the stated part; null where it is not stated. */
function requestsOfFleet(scenario: Scenario, demand: StatedDemand): Result<number | null, SimulationProblem> {
  const { utilisation } = scenario.assumptions
  const target = scenario.moves[0]?.target
  if (utilisation === undefined || target?.kind !== 'self_hosted' || target.policy !== 'fixed') return ok(null)
  const full = withMachine(target, scenario.assumptions)
  // A rate of one replica says nothing of the fleet unless its GPUs are told.
  if (full.target.measured_output_tokens_per_second !== undefined && full.target.gpus_per_replica === undefined)
    return ok(null)
  const shape = {
    inputTokens: demand.input_tokens,
    outputTokens: demand.output_tokens,
    cachedFraction: demand.cached_fraction,
  }
  const cards = resolveSelfHosted(full.target)
  if (!cards.ok) return cards
  const { card, unknownCard } = cards.value
  const deployed = deployedFor({ ...full, unknownCard }, card, shape)
  if (!deployed.ok) return deployed
  const { replica, realism, own } = deployed.value
  const gpus =
    target.gpus ?? (target.nodes === undefined ? null : Number(target.nodes) * (target.gpus_per_node ?? replica.gpus))
  if (gpus === null) return ok(null)
  const perSecond = ((own ?? replica.capacity.p50) * realism * gpus * utilisation) / replica.gpus
  return ok((perSecond * 3600 * (full.assumptions.hours_per_month ?? STATED_MONTH_HOURS)) / demand.output_tokens)
}

function priceOf(demand: StatedDemand, book: PriceBook): Result<PriceHour, SimulationProblem> {
  if (demand.price !== undefined) return ok(statedPrice(demand.price))
  if (demand.host === undefined || demand.model === undefined) return ok(() => ok(usdFromAtto(0n)))
  const host = book.hostNames.get(demand.host.trim().toLowerCase()) ?? demand.host
  const target = { kind: 'hosted', host, model: demand.model, serviceTier: 'standard', contextTokens: null } as const
  const sold = resolveHost(book, host) === null ? null : soldSpan(book, target)
  const unknown: SimulationProblem = {
    code: 'UNKNOWN_PRICE',
    message: `The price book has no price of ${demand.model} at ${demand.host} for these calls.`,
    remedy: 'Choose a host and model of the price book, or give price.',
  }
  if (sold === null) return err(unknown)
  const same = { input: ONE, output: ONE, cacheKept: ONE, writesPerRead: ONE }
  const changes = { low: same, likely: same, high: same }
  return ok((slice) => {
    const priced = priceOnTarget(book, slice, target, sold, changes)
    return priced.ok ? ok(priced.likely) : err(unknown)
  })
}
