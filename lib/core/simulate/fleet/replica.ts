/** One replica of the model: the fewest GPUs it fits on, and the output it sustains within the wanted pace. */
import type { GpuCard } from '../cards/gpu-card'
import type { ModelCard } from '../cards/model-card'
import type { PrecisionCard } from '../cards/precision'
import { estimateServing } from '../estimator/estimate'
import type { EngineName, ServingPoint } from '../estimator/point'
import type { CallShape } from './demand'

export interface ReplicaSettings {
  readonly model: ModelCard
  readonly gpu: GpuCard
  readonly precision: PrecisionCard
  readonly engine: EngineName
  /** GPUs of a replica; null: the fewest it fits on. */
  readonly gpusPerReplica: number | null
  /** Slowest acceptable pace of an answer, seconds per token. */
  readonly maxSecondsPerToken: number
}

export interface Replica {
  readonly gpus: number
  /** Output tokens per second, a tuned engine at full load: p10, p50, p90. */
  readonly capacity: { readonly p10: number; readonly p50: number; readonly p90: number }
  readonly secondsPerToken: number
  readonly inFlight: number
  readonly weightsPerGpu: number
  /** Prefill of one prompt, a tuned engine, seconds. */
  readonly prefillSeconds: number
}

export type ReplicaAnswer =
  | { readonly ok: true; readonly replica: Replica }
  | { readonly ok: false; readonly code: 'DOES_NOT_FIT' | 'UNSUPPORTED' | 'TOO_SLOW'; readonly reason: string }

const WIDTHS = [1, 2, 4, 8, 16]
const LOADS = [1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024]
/** A replica that cannot hold this many calls at once is not worth serving from. */
const WANTED_IN_FLIGHT = 4

export function sizeReplica(settings: ReplicaSettings, shape: CallShape): ReplicaAnswer {
  const widths = settings.gpusPerReplica === null ? WIDTHS : [settings.gpusPerReplica]
  let refusal: ReplicaAnswer | null = null
  for (const gpus of widths) {
    const answer = atWidth(settings, shape, gpus)
    if (answer.ok && (answer.replica.inFlight >= WANTED_IN_FLIGHT || gpus === widths[widths.length - 1])) return answer
    if (!answer.ok) refusal = answer
  }
  return refusal ?? { ok: false, code: 'DOES_NOT_FIT', reason: `${settings.model.name} does not fit.` }
}

function atWidth(settings: ReplicaSettings, shape: CallShape, gpus: number): ReplicaAnswer {
  let best: Replica | null = null
  let reason: ReplicaAnswer | null = null
  for (const concurrency of LOADS) {
    const answer = estimateServing(pointOf(settings, shape, gpus, concurrency))
    if (answer.kind !== 'estimate') {
      reason = {
        ok: false,
        code: answer.kind === 'unsupported' ? 'UNSUPPORTED' : 'DOES_NOT_FIT',
        reason: answer.reason,
      }
      break
    }
    if (answer.secondsPerToken > settings.maxSecondsPerToken) break
    if (best === null || answer.outputPerSecond.p50 > best.capacity.p50) {
      best = {
        gpus,
        capacity: answer.outputPerSecond,
        secondsPerToken: answer.secondsPerToken,
        inFlight: answer.inFlight,
        weightsPerGpu: answer.weightsPerGpu,
        prefillSeconds: answer.prefillSeconds,
      }
    }
    // Memory, not load, limits it: more callers would only wait.
    if (answer.inFlight < concurrency) break
  }
  if (best !== null) return { ok: true, replica: best }
  if (reason !== null) return reason
  return {
    ok: false,
    code: 'TOO_SLOW',
    reason: `Even one call at a time takes longer than ${(settings.maxSecondsPerToken * 1000).toFixed(0)} ms per token on ${gpus} × ${settings.gpu.name}.`,
  }
}

export function pointOf(
  settings: Omit<ReplicaSettings, 'gpusPerReplica' | 'maxSecondsPerToken'>,
  shape: CallShape,
  gpus: number,
  concurrency: number,
): ServingPoint {
  return {
    model: settings.model,
    gpu: settings.gpu,
    gpus,
    precision: settings.precision,
    engine: settings.engine,
    tensor: gpus,
    data: 1,
    pipeline: null,
    inputTokens: Math.round(shape.inputTokens),
    outputTokens: Math.max(1, Math.round(shape.outputTokens)),
    cachedFraction: shape.cachedFraction,
    concurrency,
    disaggregated: null,
  }
}

export interface Settled {
  /** Calls in flight in one replica. */
  readonly inFlight: number
  readonly secondsPerToken: number
}

/**
 * Little's law at `outputPerSecond` a replica: the calls in flight are their rate times the time each takes, which itself
 * grows with the calls in flight; the fixed point by bisection, since the rate so many calls give only grows with them.
 * `speed` is the deployed engine over a tuned one. Null when no number of calls gives the rate.
 */
export function settleAt(
  settings: Omit<ReplicaSettings, 'gpusPerReplica' | 'maxSecondsPerToken'>,
  shape: CallShape,
  gpus: number,
  load: { readonly outputPerSecond: number; readonly speed: number; readonly most: number },
): Settled | null {
  if (load.outputPerSecond <= 0) return null
  const at = (inFlight: number) => {
    const answer = estimateServing(pointOf(settings, shape, gpus, inFlight))
    return answer.kind === 'estimate' ? answer : null
  }
  let low = 0
  let high = Math.max(1, load.most)
  let found: Settled | null = null
  for (let step = 0; step < 40 && high - low > 1e-3 * high; step += 1) {
    const middle = (low + high) / 2
    const answer = at(middle)
    if (answer === null) return null
    if (answer.outputPerSecond.p50 * load.speed >= load.outputPerSecond) {
      high = middle
      found = { inFlight: middle, secondsPerToken: answer.secondsPerToken / load.speed }
    } else low = middle
  }
  return found
}
