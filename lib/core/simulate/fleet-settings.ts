/** The settings of a fleet from its question: replica, queue bound, nodes, a stated size, and power as it works. */
import { err, ok, type Result } from '../result'
import { DEFAULTS } from './assumption'
import type { ServingPoint } from './estimator/point'
import type { CallShape } from './fleet/demand'
import { type FleetPlan, type FleetSettings, gpusHeld, planFleet } from './fleet/plan'
import { keptFraction } from './fleet/prefix-cache'
import { type Fullness, fullnessOf } from './fleet/queue'
import { pointOf, type Replica, sizeReplica } from './fleet/replica'
import type { DemandSeries } from './fleet/series'
import type { FleetQuestion } from './fleet-question'
import type { FullTarget } from './full-target'
import { gpuPriceOf, pricedFor } from './gpu-price'
import { ownCapacity, statedCapacity, statedGpus } from './own-benchmark'
import type { ScenarioAssumptions } from './scenario'
import type { SimulationProblem } from './simulation'

/** Prefill as deployed over the estimate's: engines interleave it with decoding. */
export const PREFILL_FACTOR = 1.5

export function hasBenchmark(target: FullTarget): boolean {
  return target.measured_output_tokens_per_second !== undefined || target.benchmark !== undefined
}

export interface Sized {
  readonly replica: Omit<Replica, 'secondsPerToken' | 'prefillSeconds'> & {
    /** Null where a benchmark stands for the estimate and none was possible. */
    readonly secondsPerToken: number | null
    readonly prefillSeconds: number | null
  }
  readonly shape: CallShape
}

type Replicas = Pick<FleetQuestion, 'target' | 'assumptions' | 'unknownCard'>

export interface Deployed extends Sized {
  /** Share of a tuned engine's output that is reached. */
  readonly realism: number
  /** Output tokens per second of a replica by a benchmark; null: the estimate's. */
  readonly own: number | null
}

/** One replica and what it gives for such calls: by the estimate, or by a benchmark of one's own. */
export function deployedFor(
  question: Replicas,
  card: ServingPoint,
  asked: CallShape,
): Result<Deployed, SimulationProblem> {
  const { target, assumptions } = question
  const realism = assumptions.realism ?? (hasBenchmark(target) ? 1 : DEFAULTS.realism.likely)
  const sized = sizedFor(question, card, asked, realism)
  if (!sized.ok) return err(sized.error)
  const { replica, shape } = sized.value
  const own = ownCapacity(target, card, shape, replica)?.perReplica ?? null
  if (own === null && hasBenchmark(target)) {
    return err({
      code: 'BENCHMARK_UNUSABLE',
      message: 'The estimate has no value for the lengths of the benchmark, so it cannot be anchored.',
      remedy: 'Leave its lengths out: the measured rate then stands as it is.',
    })
  }
  return ok({ replica, shape, realism, own })
}

/** A replica at the pace as deployed; its own cache keeps a part of today's hits only. */
function sizedFor(
  { target, assumptions, unknownCard }: Replicas,
  card: ServingPoint,
  asked: CallShape,
  realism: number,
): Result<Sized, SimulationProblem> {
  const settings = {
    model: card.model,
    gpu: card.gpu,
    precision: card.precision,
    engine: card.engine,
    gpusPerReplica: statedGpus(target),
    maxSecondsPerToken: ((assumptions.max_ms_per_token ?? DEFAULTS.max_ms_per_token.likely) / 1000) * realism,
  }
  const sized = unknownCard ? null : sizeReplica(settings, asked)
  if (sized?.ok === true) {
    const { replica } = sized
    if (assumptions.cached_fraction !== undefined) return ok({ replica, shape: asked })
    const point = pointOf(settings, asked, replica.gpus, replica.inFlight)
    const kept = keptFraction(point, asked, replica.inFlight, replica.capacity.p50 * realism)
    if (kept === asked.cachedFraction) return ok({ replica, shape: asked })
    const shape = { ...asked, cachedFraction: kept }
    const again = sizeReplica({ ...settings, gpusPerReplica: replica.gpus }, shape)
    return again.ok ? ok({ replica: again.replica, shape }) : ok({ replica, shape: asked })
  }
  const gpus = statedGpus(target) ?? 1
  const stated = statedCapacity(target, asked, gpus)
  if (stated !== null) {
    const capacity = { p10: stated, p50: stated, p90: stated }
    return ok({
      replica: { gpus, capacity, secondsPerToken: null, prefillSeconds: null, inFlight: 1, weightsPerGpu: 0 },
      shape: asked,
    })
  }
  return err({
    code: sized === null ? 'DOES_NOT_FIT' : sized.code,
    message: sized === null ? 'Nothing is known of the model or the GPU.' : sized.reason,
    remedy: 'Choose more GPUs, another GPU or a smaller precision.',
  })
}

interface Queue {
  readonly fullness: Fullness
  readonly serviceSeconds: number
  readonly targetSeconds: number
}

/** What the wanted time to first token leaves for waiting after the prefill bounds how full replicas may run. */
export function queueOf(
  assumptions: ScenarioAssumptions,
  replica: Sized['replica'],
  shape: CallShape,
  capacity: number,
  realism: number,
): Result<Queue, SimulationProblem> {
  const prefill = replica.prefillSeconds === null ? 0 : (PREFILL_FACTOR * replica.prefillSeconds) / realism
  const given = assumptions.max_first_token_ms
  // Long prompts take longer than any usual target by themselves: as much again may be waited for.
  const target = given === undefined ? Math.max(DEFAULTS.max_first_token_ms.likely / 1000, 2 * prefill) : given / 1000
  if (target <= prefill) {
    return err({
      code: 'FIRST_TOKEN_TOO_LATE',
      message: `Reading a prompt of ${shape.inputTokens.toFixed(0)} tokens takes about ${(prefill * 1000).toFixed(0)} ms before the first token (rough), more than the ${(target * 1000).toFixed(0)} ms asked for.`,
      remedy: 'Allow more time to the first token, or choose more or faster GPUs.',
    })
  }
  const serviceSeconds = shape.outputTokens / capacity
  const ceiling = assumptions.max_utilisation ?? null
  return ok({
    fullness: fullnessOf({ serviceSeconds, waitSeconds: target - prefill, ceiling }),
    serviceSeconds,
    targetSeconds: target,
  })
}

/** Boards on NVLink are sold eight to a node; a superchip and cards for a slot come one by one. */
export function nodeOf(target: FullTarget, card: ServingPoint): number {
  if (target.gpus_per_node !== undefined) return target.gpus_per_node
  return target.acquire === 'buy' && card.gpu.link === 'nvlink' && !/^GH200/.test(card.gpu.name) ? 8 : 1
}

/** A fleet that was stated: its GPUs, or as many as the stated utilisation needs. */
export function fixedSettings(
  { target, assumptions }: FleetQuestion,
  settings: FleetSettings,
  series: DemandSeries,
): Result<FleetSettings, SimulationProblem> {
  const { utilisation } = assumptions
  const perNode = settings.gpusPerNode ?? 1
  if (target.policy === 'fixed') {
    const nodes =
      target.nodes === undefined ? null : Number(target.nodes) * (target.gpus_per_node ?? replicaNode(settings))
    const gpus = target.gpus ?? nodes
    if (gpus !== null && Math.abs(gpus - Math.round(gpus)) < 1e-6 && gpus >= 1) {
      return ok({ ...settings, fixedGpus: Math.round(gpus) })
    }
    if (gpus !== null || utilisation === undefined) {
      return err({
        code: 'FLEET_NOT_STATED',
        message: gpus === null ? 'A fixed fleet needs its size.' : `${gpus} GPUs are not a fleet of whole GPUs.`,
        remedy: 'Give gpus, or nodes and gpus_per_node.',
      })
    }
  }
  if (utilisation === undefined) return ok(settings)
  let tokens = 0
  for (const rate of series.rates) tokens += rate
  const mean = series.rates.length === 0 ? 0 : tokens / series.rates.length
  const replicas = Math.max(1, Math.ceil(mean / settings.capacity / utilisation - 1e-6))
  const fixedGpus = gpusHeld(replicas, { gpusPerReplica: settings.gpusPerReplica, gpusPerNode: perNode })
  return ok({ ...settings, policy: 'fixed', fixedGpus })
}

function replicaNode({ gpusPerNode = 1, gpusPerReplica }: FleetSettings): number {
  return Math.max(gpusPerNode, gpusPerReplica)
}

interface Planned {
  readonly settings: FleetSettings
  readonly plan: FleetPlan
}

/**
 * The plan, and what a GPU costs in it: bought GPUs draw power as they work. How much that is only a plan tells, so the
 * cheapest floor is searched as if GPUs idled and as if they were busy all the time, and the better of both is taken at its
 * own power: neither all calls at the API nor a fleet held for the peak can then be cheaper.
 */
export function plannedFor(
  question: FleetQuestion,
  card: ServingPoint,
  series: DemandSeries,
  settings: FleetSettings,
): Planned {
  const busiest = planFleet(series, settings)
  if (question.target.acquire === 'rent') return { settings, plan: busiest }
  const first = atOwnPower(question, card, series, settings, busiest)
  if (settings.policy !== 'floor_spillover' || settings.floor !== null) return first
  const idle = { ...settings, gpuPrice: ownedPrice(question, card, 0, settings.gpuPrice) }
  const second = atOwnPower(question, card, series, settings, planFleet(series, idle))
  return second.plan.total < first.plan.total ? second : first
}

function atOwnPower(
  question: FleetQuestion,
  card: ServingPoint,
  series: DemandSeries,
  settings: FleetSettings,
  { hours, floor }: FleetPlan,
): Planned {
  const paidHours = hours.most * hours.servedShare.length
  const busy = paidHours === 0 ? 0 : (hours.utilisation * hours.replicaHours) / paidHours
  const priced = { ...settings, gpuPrice: ownedPrice(question, card, busy, settings.gpuPrice) }
  return { settings: priced, plan: planFleet(series, { ...priced, floor }) }
}

function ownedPrice(
  question: FleetQuestion,
  card: ServingPoint,
  busy: number,
  otherwise: FleetSettings['gpuPrice'],
): FleetSettings['gpuPrice'] {
  const price = gpuPriceOf(question, card, busy)
  return price.ok ? pricedFor(price.value, question.assumptions) : otherwise
}
