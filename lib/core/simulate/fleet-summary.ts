/** The fleet as an answer tells it: size, pace, utilisation, and what a million tokens cost at it. */
import { divide, subtractUsd, sumUsd, type Usd } from '../money/usd'
import type { Period } from '../time/instant'
import type { ServingPoint } from './estimator/point'
import type { CallShape } from './fleet/demand'
import type { FleetPlan, FleetSettings } from './fleet/plan'
import { type FleetSummary, perMonth } from './simulation'

export interface FleetParts {
  readonly card: ServingPoint
  readonly replica: { readonly gpus: number; readonly capacity: { p10: number; p50: number; p90: number } }
  readonly plan: FleetPlan
  readonly settings: FleetSettings
  readonly shape: CallShape
  /** Output of one replica by a benchmark; null for the estimate. */
  readonly measured: number | null
  readonly spillShare: number
  /** Seconds per token in the busiest minutes; null where nothing tells. */
  readonly pace: number | null
  readonly inFlight: number | null
  readonly firstToken: number | null
  readonly period: Period
  /** Hours of the stated month over 730. */
  readonly stretch: number
}

/** Shares of the capacity at which a million tokens are told, percent. */
const LOADS = [5n, 10n, 20n, 30n, 40n, 50n, 60n, 70n, 80n, 90n, 100n]

export function fleetSummary(parts: FleetParts): FleetSummary {
  const { card, replica, plan, settings, shape, measured } = parts
  const cost = sumUsd([plan.gpuCost, plan.staffCost, plan.storageCost])
  const served = BigInt(Math.round(plan.hours.servedOutputTokens))
  const full = BigInt(Math.round(settings.capacity * 3600 * plan.hours.replicaHours))
  // Prompt and output together, as long as the calls are.
  const all = (output: bigint) =>
    BigInt(Math.round((Number(output) * (shape.inputTokens + shape.outputTokens)) / shape.outputTokens))
  const perMillion = (tokens: bigint): Usd | null =>
    tokens <= 0n ? null : divide(cost, { numerator: 1_000_000n, denominator: tokens, mode: 'half_up' })
  const busy = BigInt(Math.round(Math.min(1, plan.hours.utilisation) * 1e6))
  const worked = divide(plan.gpuCost, { numerator: busy, denominator: 1_000_000n, mode: 'half_even' })
  const idle = subtractUsd(plan.gpuCost, worked)
  const capacity = settings.capacity / parts.stretch
  const factor = capacity / (measured ?? replica.capacity.p50)
  const perNode = settings.gpusPerNode ?? 1
  return {
    model: card.model.name,
    gpu: card.gpu.name,
    precision: card.precision.name,
    engine: card.engine,
    replicas: plan.hours.most,
    gpus_per_replica: replica.gpus,
    gpus: plan.gpus,
    gpus_per_node: perNode,
    nodes: plan.gpus / perNode,
    gpu_hours: parts.stretch === 1 ? plan.gpuHours : BigInt(Math.round(Number(plan.gpuHours) * parts.stretch)),
    utilisation: plan.hours.utilisation,
    output_tokens_per_second: {
      p10: measured === null ? replica.capacity.p10 * factor : capacity,
      p50: capacity,
      p90: measured === null ? replica.capacity.p90 * factor : capacity,
    },
    time_per_output_token_ms: parts.pace === null ? null : parts.pace * 1000,
    time_to_first_token_ms_rough: parts.firstToken === null ? null : parts.firstToken * 1000,
    in_flight_per_replica: parts.inFlight,
    monthly_cost: perMonth(cost, parts.period),
    cost_per_million_output: perMillion(served),
    cost_per_million_tokens: perMillion(all(served)),
    cost_per_million_output_full: perMillion(full),
    cost_per_million_tokens_full: perMillion(all(full)),
    cost_at_utilisation: LOADS.flatMap((percent) => {
      const output = perMillion((full * percent) / 100n)
      const tokens = perMillion((all(full) * percent) / 100n)
      return output === null || tokens === null ? [] : [{ utilisation: Number(percent) / 100, output, tokens }]
    }),
    spill_share: parts.spillShare,
    idle_cost: idle,
    idle_cost_per_month: perMonth(idle, parts.period),
  }
}
